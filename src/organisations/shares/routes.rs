//! How shares are reached over HTTP.

use actix_web::{get, post};

use super::entity::OrganisationShareId;
use super::operations;
use super::views::{NewOrganisationShare, OrganisationShare, ShareFilter};
use crate::access::Caller;
use crate::access::permissions::{ManageOrganisations, ReadOrganisationShares};
use crate::http::{
    Changed, Code, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem,
    Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_organisation_shares)
        .service(add_organisation_share)
        .service(get_organisation_share)
        .service(revoke_organisation_share);
}

/// List what an organisation shares
///
/// What the organisation lets others see, and others let it see: of both, what concerns the caller's
/// own organisation.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ReadOrganisationShares])),
    params(PageQuery, ShareFilter),
    responses((status = OK, description = "A page of shares", body = Page<OrganisationShare>)))]
#[get("/v1/organisations/{code}/shares")]
async fn list_organisation_shares(
    caller: Caller<ReadOrganisationShares>,
    code: Code,
    listing: Listing<ShareFilter>,
) -> Result<Listed<OrganisationShare>, Problem> {
    operations::list(&caller, &code.0, listing)
        .await
        .map(Listed)
}

/// Share something with another organisation
///
/// Lets another organisation, such as the commissioner, read the caller's workstreams or opportunities
/// from a day to a day. It can change nothing.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ManageOrganisations])),
    responses((status = CREATED, description = "The share as added", body = OrganisationShare)))]
#[post("/v1/organisations/{code}/shares")]
async fn add_organisation_share(
    caller: Caller<ManageOrganisations>,
    code: Code,
    new: Json<NewOrganisationShare>,
) -> Result<Created<OrganisationShare>, Problem> {
    operations::add(&caller, &code.0, new.0).await.map(Created)
}

/// Read a share
///
/// Both organisations that it concerns may read it.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ReadOrganisationShares])),
    responses((status = OK, description = "The share", body = OrganisationShare)))]
#[get("/v1/organisations/{code}/shares/{id}")]
async fn get_organisation_share(
    caller: Caller<ReadOrganisationShares>,
    code: Code,
    id: Id<OrganisationShareId>,
) -> Result<Found<OrganisationShare>, Problem> {
    operations::get(&caller, &code.0, id.0).await.map(Found)
}

/// Take a share back
///
/// The other organisation sees nothing of it from its next request on.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ManageOrganisations])),
    responses((status = OK, description = "The share, revoked", body = OrganisationShare)))]
#[post("/v1/organisations/{code}/shares/{id}/revoke")]
async fn revoke_organisation_share(
    caller: Caller<ManageOrganisations>,
    code: Code,
    id: Id<OrganisationShareId>,
    seen: IfMatch,
) -> Result<Changed<OrganisationShare>, Problem> {
    operations::revoke(&caller, &code.0, id.0, seen)
        .await
        .map(Changed)
}
