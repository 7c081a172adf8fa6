//! How handouts are reached over HTTP.

use actix_web::{get, post};

use super::entity::HandoutId;
use super::operations;
use super::views::{Handout, HandoutFilter, NewHandout};
use crate::access::Caller;
use crate::access::permissions::{GiveDocuments, ReadHandouts};
use crate::http::{Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_handouts)
        .service(add_handout)
        .service(get_handout);
}

/// List who was given which version
///
/// The newest first; for partners, what they were given. With `outdated`, those who have a version that is no longer
/// the current one.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadHandouts])), params(PageQuery, HandoutFilter),
    responses((status = OK, description = "A page of handouts", body = Page<Handout>)))]
#[get("/v1/handouts")]
async fn list_handouts(
    caller: Caller<ReadHandouts>,
    listing: Listing<HandoutFilter>,
) -> Result<Listed<Handout>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Record that a partner was given a version
///
/// From then on they can read that version, whatever becomes of it. What meets none of the formats that they have
/// recorded as needed is refused by the name of the need, which is recorded as a read of it; with `despite`, it is given
/// all the same.
#[utoipa::path(tag = "Documents", security(("bearer" = [GiveDocuments])),
    responses((status = CREATED, description = "The handout", body = Handout)))]
#[post("/v1/handouts")]
async fn add_handout(
    caller: Caller<GiveDocuments>,
    new: Json<NewHandout>,
) -> Result<Created<Handout>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a handout
///
/// Who was given which version, when and how.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadHandouts])),
    responses((status = OK, description = "The handout", body = Handout)))]
#[get("/v1/handouts/{id}")]
async fn get_handout(
    caller: Caller<ReadHandouts>,
    id: Id<HandoutId>,
) -> Result<Found<Handout>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}
