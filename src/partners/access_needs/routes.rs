//! How access needs are reached over HTTP.

use actix_web::{delete, get, patch, post};

use super::entity::AccessNeedId;
use super::inputs::{AccessNeedChanges, NewAccessNeed};
use super::operations;
use super::views::{AccessNeed, NeedFilter, NeedsOfPartner};
use crate::access::Caller;
use crate::access::permissions::{ManageAccessNeeds, ReadAccessNeeds};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Parameters,
    Problem, Removed, Routes,
};
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_access_needs_of_partner)
        .service(add_access_need)
        .service(list_access_needs)
        .service(get_access_need)
        .service(change_access_need)
        .service(remove_access_need);
}

/// List a partner's access needs
///
/// For the partner, engagement staff, and the partner's named contact. Each read is recorded with its
/// purpose, and the partner can see it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadAccessNeeds])), params(PageQuery, NeedsOfPartner),
    responses((status = OK, description = "A page of access needs", body = Page<AccessNeed>)))]
#[get("/v1/partners/{id}/access-needs")]
async fn list_access_needs_of_partner(
    caller: Caller<ReadAccessNeeds>,
    id: Id<PartnerId>,
    listing: Listing<NeedsOfPartner>,
) -> Result<Listed<AccessNeed>, Problem> {
    operations::list_of_partner(&caller, id.0, listing)
        .await
        .map(Listed)
}

/// Record an access need
///
/// What the partner needs in order to take part. Record what is needed, not why: no diagnosis belongs
/// here.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManageAccessNeeds])),
    responses((status = CREATED, description = "The access need", body = AccessNeed)))]
#[post("/v1/partners/{id}/access-needs")]
async fn add_access_need(
    caller: Caller<ManageAccessNeeds>,
    id: Id<PartnerId>,
    new: Json<NewAccessNeed>,
) -> Result<Created<AccessNeed>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// List access needs to review
///
/// The needs of all partners whom the caller may see, those to be reviewed first. Each read is recorded
/// with its purpose for every partner on the page.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadAccessNeeds])), params(PageQuery, NeedFilter),
    responses((status = OK, description = "A page of access needs", body = Page<AccessNeed>)))]
#[get("/v1/access-needs")]
async fn list_access_needs(
    caller: Caller<ReadAccessNeeds>,
    listing: Listing<NeedFilter>,
) -> Result<Listed<AccessNeed>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Read an access need
///
/// The read is recorded with its purpose, and the partner can see it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadAccessNeeds])), params(NeedsOfPartner),
    responses((status = OK, description = "The access need", body = AccessNeed)))]
#[get("/v1/access-needs/{id}")]
async fn get_access_need(
    caller: Caller<ReadAccessNeeds>,
    id: Id<AccessNeedId>,
    wanted: Parameters<NeedsOfPartner>,
) -> Result<Found<AccessNeed>, Problem> {
    operations::get(&caller, id.0, wanted.0).await.map(Found)
}

/// Change an access need
///
/// Its detail, who may see it, and when the partner is asked again whether it still holds.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManageAccessNeeds])),
    responses((status = OK, description = "The access need as changed", body = AccessNeed)))]
#[patch("/v1/access-needs/{id}")]
async fn change_access_need(
    caller: Caller<ManageAccessNeeds>,
    id: Id<AccessNeedId>,
    seen: IfMatch,
    changes: Json<AccessNeedChanges>,
) -> Result<Changed<AccessNeed>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Remove an access need
///
/// It does not hold any more. That there was one stays in the ledger, what it was does not.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManageAccessNeeds])),
    responses((status = NO_CONTENT, description = "Removed")))]
#[delete("/v1/access-needs/{id}")]
async fn remove_access_need(
    caller: Caller<ManageAccessNeeds>,
    id: Id<AccessNeedId>,
    seen: IfMatch,
) -> Result<Removed, Problem> {
    operations::remove(&caller, id.0, seen)
        .await
        .map(|()| Removed)
}
