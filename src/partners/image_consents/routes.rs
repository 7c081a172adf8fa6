//! How consents to images are reached over HTTP.

use actix_web::{get, post};

use super::entity::ImageConsentId;
use super::operations;
use super::views::{ImageConsent, NewImageConsent};
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
        .service(list_image_consents)
        .service(add_image_consent)
        .service(get_image_consent)
        .service(withdraw_image_consent);
}

/// List a partner's consents to images
///
/// Each with what it is to, what for and the words consented to, those withdrawn included.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])), params(PageQuery),
    responses((status = OK, description = "A page of consents", body = Page<ImageConsent>)))]
#[get("/v1/partners/{id}/image-consents")]
async fn list_image_consents(
    caller: Caller<ReadPartners>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<ImageConsent>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Note a consent to images
///
/// Apart from every agreement and from every role: it is never a condition, and is taken back at any time.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = CREATED, description = "The consent", body = ImageConsent)))]
#[post("/v1/partners/{id}/image-consents")]
async fn add_image_consent(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    new: Json<NewImageConsent>,
) -> Result<Created<ImageConsent>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// Read a consent to images
///
/// One consent, with the words consented to.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])),
    responses((status = OK, description = "The consent", body = ImageConsent)))]
#[get("/v1/image-consents/{id}")]
async fn get_image_consent(
    caller: Caller<ReadPartners>,
    id: Id<ImageConsentId>,
) -> Result<Found<ImageConsent>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Withdraw a consent to images
///
/// No more is made or shown from now on. Nothing else changes.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The consent, withdrawn", body = ImageConsent)))]
#[post("/v1/image-consents/{id}/withdraw")]
async fn withdraw_image_consent(
    caller: Caller<ManagePartners>,
    id: Id<ImageConsentId>,
    seen: IfMatch,
) -> Result<Changed<ImageConsent>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}
