//! How partners are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::PartnerId;
use super::inputs::{NewPartner, NoticeRead, PartnerChanges};
use super::operations;
use super::views::{Partner, PartnerFilter, Registration};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners, RegisterPartners};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_partners)
        .service(register_partner)
        .service(get_partner)
        .service(change_partner)
        .service(acknowledge_privacy_notice);
}

/// List partners
///
/// The partners whom the caller may see: staff those of their organisation and those shared with it, a
/// partner themself. Every partner on a page can see in their history that it was read.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])), params(PageQuery, PartnerFilter),
    responses((status = OK, description = "A page of partners", body = Page<Partner>)))]
#[get("/v1/partners")]
async fn list_partners(
    caller: Caller<ReadPartners>,
    listing: Listing<PartnerFilter>,
) -> Result<Listed<Partner>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Register a partner
///
/// Without credentials, anyone shows interest and becomes an `enquirer`; the answer holds credentials,
/// shown this once, with which they see, correct and end their own record. A user with the role of a
/// partner registers themself. Staff register somebody who asked for it.
#[utoipa::path(tag = "Partners", security(("bearer" = [RegisterPartners])),
    responses((status = CREATED, description = "The partner as registered", body = Registration)))]
#[post("/v1/partners")]
async fn register_partner(
    caller: Caller<RegisterPartners>,
    new: Json<NewPartner>,
) -> Result<Created<Registration>, Problem> {
    operations::register(&caller, new.0).await.map(Created)
}

/// Read a partner
///
/// The read is recorded, and the partner can see it. A partner who was merged into another record is
/// still here and says in `mergedIntoId` where to go on.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])),
    responses((status = OK, description = "The partner", body = Partner)))]
#[get("/v1/partners/{id}")]
async fn get_partner(
    caller: Caller<ReadPartners>,
    id: Id<PartnerId>,
) -> Result<Found<Partner>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a partner
///
/// Partners correct their own record; only the named contact is for staff to choose. At least one of
/// e-mail address, telephone number and postal address has to stay.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The partner as changed", body = Partner)))]
#[patch("/v1/partners/{id}")]
async fn change_partner(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
    changes: Json<PartnerChanges>,
) -> Result<Changed<Partner>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Acknowledge the privacy notice
///
/// The partner has read this version of it; staff may note it for somebody who said so. It is needed
/// before a partner takes part.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The partner", body = Partner)))]
#[post("/v1/partners/{id}/acknowledge-privacy-notice")]
async fn acknowledge_privacy_notice(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
    notice: Json<NoticeRead>,
) -> Result<Changed<Partner>, Problem> {
    operations::acknowledge_notice(&caller, id.0, seen, notice.0)
        .await
        .map(Changed)
}
