//! How agreements are reached over HTTP; their steps are in `step_routes.rs`.

use actix_web::{get, post};

use super::entity::AgreementId;
use super::operations::{self, As};
use super::step_routes;
use super::views::{Agreement, AgreementFilter, NewAgreement};
use crate::access::Caller;
use crate::access::permissions::{ManageAgreements, ReadAgreements};
use crate::http::{
    Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes, Shown,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_agreements)
        .service(offer_agreement)
        .service(get_agreement)
        .service(show_agreement_page)
        .service(show_agreement_pdf)
        .configure(step_routes::routes);
}

/// List agreements
///
/// A partner lists their own, staff those of the organisation. `awaiting` with `sort=oldest` is the report of
/// what waits for an answer. Each read is recorded.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ReadAgreements])),
    params(PageQuery, AgreementFilter),
    responses((status = OK, description = "A page of agreements", body = Page<Agreement>)))]
#[get("/v1/agreements")]
async fn list_agreements(
    caller: Caller<ReadAgreements>,
    listing: Listing<AgreementFilter>,
) -> Result<Listed<Agreement>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Offer an agreement
///
/// The wording that is published now, with the particulars of the role filled in from the records: the parties,
/// the term, the payment and what the partner had chosen about it. It is put to the partner, and stays as it is:
/// when something changes, withdraw it and offer another.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ManageAgreements])),
    responses((status = CREATED, description = "The agreement, offered", body = Agreement)))]
#[post("/v1/agreements")]
async fn offer_agreement(
    caller: Caller<ManageAgreements>,
    new: Json<NewAgreement>,
) -> Result<Created<Agreement>, Problem> {
    operations::offer(&caller, new.0).await.map(Created)
}

/// Read an agreement
///
/// Where it stands, and its particulars; how it reads is in its page and its PDF. The read is recorded.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ReadAgreements])),
    responses((status = OK, description = "The agreement", body = Agreement)))]
#[get("/v1/agreements/{id}")]
async fn get_agreement(
    caller: Caller<ReadAgreements>,
    id: Id<AgreementId>,
) -> Result<Found<Agreement>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Read an agreement as a page
///
/// An accessible page for a browser. Of what both sides have accepted, the same bytes for ever, of which
/// `pageSha256` is the digest; before, what is on offer. The read is recorded.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ReadAgreements])),
    responses((status = OK, description = "The page", body = String, content_type = "text/html; charset=utf-8",
        headers(("ETag" = String, description = "The digest of the page")))))]
#[get("/v1/agreements/{id}/page")]
async fn show_agreement_page(
    caller: Caller<ReadAgreements>,
    id: Id<AgreementId>,
) -> Result<Shown, Problem> {
    operations::show(&caller, id.0, As::Page).await
}

/// Read an agreement as a PDF
///
/// A tagged PDF (PDF/UA-1), for print and for screen readers. Of what both sides have accepted, the same bytes for
/// ever, of which `pdfSha256` is the digest; before, what is on offer. The read is recorded.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ReadAgreements])),
    responses((status = OK, description = "The PDF", body = String, content_type = "application/pdf",
        headers(("ETag" = String, description = "The digest of the PDF")))))]
#[get("/v1/agreements/{id}/pdf")]
async fn show_agreement_pdf(
    caller: Caller<ReadAgreements>,
    id: Id<AgreementId>,
) -> Result<Shown, Problem> {
    operations::show(&caller, id.0, As::Pdf).await
}
