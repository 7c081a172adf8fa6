//! How representatives are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::RepresentativeId;
use super::operations;
use super::views::{NewRepresentative, Representative, RepresentativeChanges};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
    Unfiltered,
};
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_representatives)
        .service(add_representative)
        .service(get_representative)
        .service(change_representative)
        .service(end_representative);
}

/// List those who act for a partner
///
/// Carers, proxies and advocates with what they may do, those who stopped included.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])), params(PageQuery),
    responses((status = OK, description = "A page of representatives", body = Page<Representative>)))]
#[get("/v1/partners/{id}/representatives")]
async fn list_representatives(
    caller: Caller<ReadPartners>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Representative>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Add somebody who acts for a partner
///
/// With the partner's consent, in words, to what they may do.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = CREATED, description = "The representative", body = Representative)))]
#[post("/v1/partners/{id}/representatives")]
async fn add_representative(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    new: Json<NewRepresentative>,
) -> Result<Created<Representative>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// Read who acts for a partner
///
/// One representative, with what they may do.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])),
    responses((status = OK, description = "The representative", body = Representative)))]
#[get("/v1/representatives/{id}")]
async fn get_representative(
    caller: Caller<ReadPartners>,
    id: Id<RepresentativeId>,
) -> Result<Found<Representative>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change how a representative is reached
///
/// Their name, e-mail address or telephone number. What they may do needs a new consent.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The representative as changed", body = Representative)))]
#[patch("/v1/representatives/{id}")]
async fn change_representative(
    caller: Caller<ManagePartners>,
    id: Id<RepresentativeId>,
    seen: IfMatch,
    changes: Json<RepresentativeChanges>,
) -> Result<Changed<Representative>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// End that somebody acts for a partner
///
/// From now on they do not act for the partner any more. When nobody is left who receives messages for the
/// partner, the consents to be reached by way of a carer are withdrawn.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The representative, ended", body = Representative)))]
#[post("/v1/representatives/{id}/end")]
async fn end_representative(
    caller: Caller<ManagePartners>,
    id: Id<RepresentativeId>,
    seen: IfMatch,
) -> Result<Changed<Representative>, Problem> {
    operations::end(&caller, id.0, seen).await.map(Changed)
}
