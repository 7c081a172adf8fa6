//! How contact preferences are reached over HTTP.

use actix_web::{get, post};

use super::entity::PreferenceId;
use super::operations;
use super::views::{ContactPreference, NewContactPreference};
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
        .service(list_contact_preferences)
        .service(add_contact_preference)
        .service(get_contact_preference)
        .service(withdraw_contact_preference);
}

/// List a partner's contact preferences
///
/// Each consent with its purpose, its channel and the words consented to, those withdrawn included.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])), params(PageQuery),
    responses((status = OK, description = "A page of contact preferences", body = Page<ContactPreference>)))]
#[get("/v1/partners/{id}/contact-preferences")]
async fn list_contact_preferences(
    caller: Caller<ReadPartners>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<ContactPreference>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Note that a partner may be reached
///
/// A consent to a purpose and a channel, with the words consented to. Replies, and matters of a role
/// that the partner holds, need none.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = CREATED, description = "The contact preference", body = ContactPreference)))]
#[post("/v1/partners/{id}/contact-preferences")]
async fn add_contact_preference(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    new: Json<NewContactPreference>,
) -> Result<Created<ContactPreference>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// Read a contact preference
///
/// One consent, with the words consented to.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])),
    responses((status = OK, description = "The contact preference", body = ContactPreference)))]
#[get("/v1/contact-preferences/{id}")]
async fn get_contact_preference(
    caller: Caller<ReadPartners>,
    id: Id<PreferenceId>,
) -> Result<Found<ContactPreference>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Withdraw a contact preference
///
/// The partner is not reached any more for this purpose by this channel, from now on.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The contact preference, withdrawn", body = ContactPreference)))]
#[post("/v1/contact-preferences/{id}/withdraw")]
async fn withdraw_contact_preference(
    caller: Caller<ManagePartners>,
    id: Id<PreferenceId>,
    seen: IfMatch,
) -> Result<Changed<ContactPreference>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}
