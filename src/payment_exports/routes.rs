//! How payment exports are reached over HTTP.

use actix_web::web::Data;
use actix_web::{Responder, get, post};

use super::entity::PaymentExportId;
use super::views::{MarkPaid, PaymentExport, PaymentExportFilter, PaymentLine};
use super::{content, operations};
use crate::access::Caller;
use crate::access::permissions::{MakePaymentExports, ReadPaymentExports};
use crate::app::State;
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
    Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_payment_exports)
        .service(make_payment_export)
        .service(get_payment_export)
        .service(list_payment_lines)
        .service(download_payment_export)
        .service(mark_payment_export_paid);
}

/// List payment exports
///
/// The newest first, with what they come to.
#[utoipa::path(tag = "Payment exports", security(("bearer" = [ReadPaymentExports])),
    params(PageQuery, PaymentExportFilter),
    responses((status = OK, description = "A page of payment exports", body = Page<PaymentExport>)))]
#[get("/v1/payment-exports")]
async fn list_payment_exports(
    caller: Caller<ReadPaymentExports>,
    listing: Listing<PaymentExportFilter>,
) -> Result<Listed<PaymentExport>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Make a payment export
///
/// It takes every claim that is authorised, up to 10,000 at once. Each claim is in one export, whoever asks and
/// however often. Amounts stay as they are from now on.
#[utoipa::path(tag = "Payment exports", security(("bearer" = [MakePaymentExports])),
    responses((status = CREATED, description = "The payment export", body = PaymentExport)))]
#[post("/v1/payment-exports")]
async fn make_payment_export(
    caller: Caller<MakePaymentExports>,
) -> Result<Created<PaymentExport>, Problem> {
    operations::make(&caller).await.map(Created)
}

/// Read a payment export
///
/// What it comes to, and whether it was paid.
#[utoipa::path(tag = "Payment exports", security(("bearer" = [ReadPaymentExports])),
    responses((status = OK, description = "The payment export", body = PaymentExport)))]
#[get("/v1/payment-exports/{id}")]
async fn get_payment_export(
    caller: Caller<ReadPaymentExports>,
    id: Id<PaymentExportId>,
) -> Result<Found<PaymentExport>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// List the claims in a payment export
///
/// As finance needs them, in the order in which they were made. The read is recorded.
#[utoipa::path(tag = "Payment exports", security(("bearer" = [ReadPaymentExports])), params(PageQuery),
    responses((status = OK, description = "A page of what is to be paid", body = Page<PaymentLine>)))]
#[get("/v1/payment-exports/{id}/claims")]
async fn list_payment_lines(
    caller: Caller<ReadPaymentExports>,
    id: Id<PaymentExportId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<PaymentLine>, Problem> {
    content::list(&caller, id.0, listing).await.map(Listed)
}

/// Download a payment export
///
/// One row a claim, as comma-separated values in UTF-8, amounts in pence. A cell that a spreadsheet would run as
/// a formula has an apostrophe in front; take it away from cells where what follows begins with `=`, `+`, `-`,
/// `@`, a tab or a line break, also after blanks and quotes, to have what was stored. The read is recorded.
#[utoipa::path(tag = "Payment exports", security(("bearer" = [ReadPaymentExports])),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/payment-exports/{id}/content")]
async fn download_payment_export(
    caller: Caller<ReadPaymentExports>,
    id: Id<PaymentExportId>,
    state: Data<State>,
) -> Result<impl Responder, Problem> {
    content::file(&caller, state, id.0).await
}

/// Mark a payment export as paid
///
/// And every claim in it, in one change. The partners are told.
#[utoipa::path(tag = "Payment exports", security(("bearer" = [MakePaymentExports])),
    responses((status = OK, description = "The payment export, paid", body = PaymentExport)))]
#[post("/v1/payment-exports/{id}/mark-paid")]
async fn mark_payment_export_paid(
    caller: Caller<MakePaymentExports>,
    id: Id<PaymentExportId>,
    seen: IfMatch,
    paid: Json<MarkPaid>,
) -> Result<Changed<PaymentExport>, Problem> {
    operations::mark_paid(&caller, id.0, seen, paid.0)
        .await
        .map(Changed)
}
