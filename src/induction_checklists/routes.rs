//! How induction checklists are reached over HTTP.

use actix_web::{get, post};

use super::entity::InductionChecklistId;
use super::operations;
use super::views::{InductionChecklist, NewInductionChecklist};
use crate::access::Caller;
use crate::access::permissions::{ManageInductionChecklists, ReadInductionChecklists};
use crate::http::{
    Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_induction_checklists)
        .service(add_induction_checklist)
        .service(get_induction_checklist);
}

/// List what inductions cover
///
/// The organisation's revisions; the first one is in force. While there is none, inductions cover the list
/// that ships with the service.
#[utoipa::path(tag = "Inductions", security(("bearer" = [ReadInductionChecklists])), params(PageQuery),
    responses((status = OK, description = "A page of revisions", body = Page<InductionChecklist>)))]
#[get("/v1/induction-checklists")]
async fn list_induction_checklists(
    caller: Caller<ReadInductionChecklists>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<InductionChecklist>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Say what inductions cover from now on
///
/// A new revision. Inductions that have begun keep to theirs.
#[utoipa::path(tag = "Inductions", security(("bearer" = [ManageInductionChecklists])),
    responses((status = CREATED, description = "The revision", body = InductionChecklist)))]
#[post("/v1/induction-checklists")]
async fn add_induction_checklist(
    caller: Caller<ManageInductionChecklists>,
    new: Json<NewInductionChecklist>,
) -> Result<Created<InductionChecklist>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read what inductions cover
///
/// One revision. It never changes.
#[utoipa::path(tag = "Inductions", security(("bearer" = [ReadInductionChecklists])),
    responses((status = OK, description = "The revision", body = InductionChecklist)))]
#[get("/v1/induction-checklists/{id}")]
async fn get_induction_checklist(
    caller: Caller<ReadInductionChecklists>,
    id: Id<InductionChecklistId>,
) -> Result<Found<InductionChecklist>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}
