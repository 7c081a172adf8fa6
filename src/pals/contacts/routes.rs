//! How contacts are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::PalsContactId;
use super::inputs::{NewPalsContact, PalsContactChanges};
use super::operations;
use super::views::{OpenRecord, PalsContact, PalsContactFilter, PalsRecord};
use crate::access::Caller;
use crate::access::permissions::{
    HandlePalsContacts, OpenPalsRecords, ReadPalsContacts, ReceivePalsContacts,
};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Parameters,
    Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_pals_contacts)
        .service(receive_pals_contact)
        .service(get_pals_contact)
        .service(open_pals_record)
        .service(change_pals_contact);
}

/// List PALS contacts
///
/// Where they stand and when they are due, without what was said. `overdue=true` finds those that are late;
/// `complaintReference` leads from a complaint back to the contacts it came from. Contacts that concern the caller are
/// not among them. Each read is recorded.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadPalsContacts])), params(PageQuery, PalsContactFilter),
    responses((status = OK, description = "A page of contacts", body = Page<PalsContact>)))]
#[get("/v1/pals/contacts")]
async fn list_pals_contacts(
    caller: Caller<ReadPalsContacts>,
    listing: Listing<PalsContactFilter>,
) -> Result<Listed<PalsContact>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Take in what somebody brings to PALS
///
/// By any channel; anonymous, if they wish. It is due within the working days that the organisation has set for its
/// kind. Details of somebody else are refused until that person consents. Whoever hears of a concern may take it in;
/// PALS officers go on with it.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReceivePalsContacts])),
    responses((status = CREATED, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts")]
async fn receive_pals_contact(
    caller: Caller<ReceivePalsContacts>,
    new: Json<NewPalsContact>,
) -> Result<Created<PalsContact>, Problem> {
    operations::receive(&caller, new.0).await.map(Created)
}

/// Read where a PALS contact stands
///
/// Without what was said: that takes opening its record. The read is recorded.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadPalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[get("/v1/pals/contacts/{id}")]
async fn get_pals_contact(
    caller: Caller<ReadPalsContacts>,
    id: Id<PalsContactId>,
) -> Result<Found<PalsContact>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Open the record of a PALS contact
///
/// Who brought it, and what they said. Only a PALS officer whom it does not concern opens it; the purpose is asked for,
/// and the ledger keeps it with the opening.
#[utoipa::path(tag = "PALS", security(("bearer" = [OpenPalsRecords])), params(OpenRecord),
    responses((status = OK, description = "The record", body = PalsRecord)))]
#[get("/v1/pals/contacts/{id}/record")]
async fn open_pals_record(
    caller: Caller<OpenPalsRecords>,
    id: Id<PalsContactId>,
    asked: Parameters<OpenRecord>,
) -> Result<Found<PalsRecord>, Problem> {
    operations::open(&caller, id.0, asked.0).await.map(Found)
}

/// Change a PALS contact
///
/// While it is open. What is answered does not tell what was said.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[patch("/v1/pals/contacts/{id}")]
async fn change_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
    changes: Json<PalsContactChanges>,
) -> Result<Changed<PalsContact>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}
