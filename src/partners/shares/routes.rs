//! How shares are reached over HTTP.

use actix_web::{get, post};

use super::entity::PartnerShareId;
use super::operations;
use super::views::{NewPartnerShare, PartnerShare};
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
        .service(list_partner_shares)
        .service(add_partner_share)
        .service(get_partner_share)
        .service(revoke_partner_share);
}

/// List with whom a partner's record is shared
///
/// The newest first, those that have ended or were revoked included.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])), params(PageQuery),
    responses((status = OK, description = "A page of shares", body = Page<PartnerShare>)))]
#[get("/v1/partners/{id}/shares")]
async fn list_partner_shares(
    caller: Caller<ReadPartners>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<PartnerShare>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Share a partner's record with another organisation
///
/// With the partner's consent, for one purpose, until a day. The other organisation can read the
/// record, without the emergency contact, and those access needs that the partner lets be shared.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = CREATED, description = "The share", body = PartnerShare)))]
#[post("/v1/partners/{id}/shares")]
async fn add_partner_share(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    new: Json<NewPartnerShare>,
) -> Result<Created<PartnerShare>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// Read with whom a partner's record is shared
///
/// One share, with the words consented to.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])),
    responses((status = OK, description = "The share", body = PartnerShare)))]
#[get("/v1/partner-shares/{id}")]
async fn get_partner_share(
    caller: Caller<ReadPartners>,
    id: Id<PartnerShareId>,
) -> Result<Found<PartnerShare>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Revoke a share
///
/// The other organisation cannot read the partner's record any more, from its next request on.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The share, revoked", body = PartnerShare)))]
#[post("/v1/partner-shares/{id}/revoke")]
async fn revoke_partner_share(
    caller: Caller<ManagePartners>,
    id: Id<PartnerShareId>,
    seen: IfMatch,
) -> Result<Changed<PartnerShare>, Problem> {
    operations::revoke(&caller, id.0, seen).await.map(Changed)
}
