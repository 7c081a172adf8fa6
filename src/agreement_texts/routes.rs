//! How wordings are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::AgreementTextId;
use super::operations;
use super::views::{AgreementText, AgreementTextChanges, AgreementTextFilter, NewAgreementText};
use crate::access::Caller;
use crate::access::permissions::{DraftAgreementTexts, PublishAgreementTexts, ReadAgreementTexts};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_agreement_texts)
        .service(draft_agreement_text)
        .service(get_agreement_text)
        .service(change_agreement_text)
        .service(publish_agreement_text)
        .service(withdraw_agreement_text);
}

/// List wordings of agreements
///
/// Partners list those that are put to them, and those that were.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ReadAgreementTexts])),
    params(PageQuery, AgreementTextFilter),
    responses((status = OK, description = "A page of wordings", body = Page<AgreementText>)))]
#[get("/v1/agreement-texts")]
async fn list_agreement_texts(
    caller: Caller<ReadAgreementTexts>,
    listing: Listing<AgreementTextFilter>,
) -> Result<Listed<AgreementText>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Draft a wording of an agreement
///
/// For what an involvement or a confidentiality agreement of this organisation says from then on. The
/// particulars of a role are no part of it: they are filled in when it is put to a partner.
#[utoipa::path(tag = "Agreements", security(("bearer" = [DraftAgreementTexts])),
    responses((status = CREATED, description = "The draft", body = AgreementText)))]
#[post("/v1/agreement-texts")]
async fn draft_agreement_text(
    caller: Caller<DraftAgreementTexts>,
    new: Json<NewAgreementText>,
) -> Result<Created<AgreementText>, Problem> {
    operations::draft(&caller, new.0).await.map(Created)
}

/// Read a wording of an agreement
///
/// Once published, it never changes.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ReadAgreementTexts])),
    responses((status = OK, description = "The wording", body = AgreementText)))]
#[get("/v1/agreement-texts/{id}")]
async fn get_agreement_text(
    caller: Caller<ReadAgreementTexts>,
    id: Id<AgreementTextId>,
) -> Result<Found<AgreementText>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a draft of an agreement
///
/// Whoever writes on it does not publish it.
#[utoipa::path(tag = "Agreements", security(("bearer" = [DraftAgreementTexts])),
    responses((status = OK, description = "The draft as changed", body = AgreementText)))]
#[patch("/v1/agreement-texts/{id}")]
async fn change_agreement_text(
    caller: Caller<DraftAgreementTexts>,
    id: Id<AgreementTextId>,
    seen: IfMatch,
    changes: Json<AgreementTextChanges>,
) -> Result<Changed<AgreementText>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Publish a wording of an agreement
///
/// A second person does, and it has to speak of everything that belongs to its kind. It takes the place of the
/// one before, and is offered to every partner whose agreement is in force on an older one: that one stays in
/// force until both sides have accepted the new one.
#[utoipa::path(tag = "Agreements", security(("bearer" = [PublishAgreementTexts])),
    responses((status = OK, description = "The wording, published", body = AgreementText)))]
#[post("/v1/agreement-texts/{id}/publish")]
async fn publish_agreement_text(
    caller: Caller<PublishAgreementTexts>,
    id: Id<AgreementTextId>,
    seen: IfMatch,
) -> Result<Changed<AgreementText>, Problem> {
    operations::publish(&caller, id.0, seen).await.map(Changed)
}

/// Withdraw a draft of an agreement
///
/// It is given up, and stays as it is.
#[utoipa::path(tag = "Agreements", security(("bearer" = [DraftAgreementTexts])),
    responses((status = OK, description = "The draft, withdrawn", body = AgreementText)))]
#[post("/v1/agreement-texts/{id}/withdraw")]
async fn withdraw_agreement_text(
    caller: Caller<DraftAgreementTexts>,
    id: Id<AgreementTextId>,
    seen: IfMatch,
) -> Result<Changed<AgreementText>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}
