//! How notes on applications are reached over HTTP.

use actix_web::{get, post};

use super::entity::ApplicationNoteId;
use super::operations;
use super::views::{ApplicationNote, NewApplicationNote};
use crate::access::Caller;
use crate::access::permissions::DecideApplications;
use crate::applications::ApplicationId;
use crate::http::{
    Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_application_notes)
        .service(add_application_note)
        .service(get_application_note);
}

/// List the notes on an application
///
/// For the panel only, the newest first. Each read is recorded.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])), params(PageQuery),
    responses((status = OK, description = "A page of notes", body = Page<ApplicationNote>)))]
#[get("/v1/applications/{id}/notes")]
async fn list_application_notes(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<ApplicationNote>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Write a note on an application
///
/// For the panel only. A note is never changed or removed, and the applicant can ask for it under subject
/// access: keep to facts.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = CREATED, description = "The note", body = ApplicationNote)))]
#[post("/v1/applications/{id}/notes")]
async fn add_application_note(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    new: Json<NewApplicationNote>,
) -> Result<Created<ApplicationNote>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// Read a note on an application
///
/// For the panel only. Each read is recorded.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The note", body = ApplicationNote)))]
#[get("/v1/application-notes/{id}")]
async fn get_application_note(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationNoteId>,
) -> Result<Found<ApplicationNote>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}
