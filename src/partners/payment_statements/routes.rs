//! How a partner's statement and letter are reached over HTTP.

use actix_web::{Responder, get};

use super::operations;
use super::views::{LetterQuery, PaymentStatement, StatementQuery};
use crate::access::Caller;
use crate::access::permissions::ReadPaymentStatements;
use crate::http::{Done, Id, Parameters, PersonalPage, Problem, Routes};
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_payment_statement)
        .service(download_payment_statement)
        .service(get_payment_letter);
}

/// Read what a partner was paid
///
/// By week, month or tax year, on the days on which the money was sent. Expenses that were paid back and payments
/// for time are told apart. The read is recorded.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPaymentStatements])), params(StatementQuery),
    responses((status = OK, description = "The statement", body = PaymentStatement)))]
#[get("/v1/partners/{id}/payment-statement")]
async fn get_payment_statement(
    caller: Caller<ReadPaymentStatements>,
    id: Id<PartnerId>,
    asked: Parameters<StatementQuery>,
) -> Result<Done<PaymentStatement>, Problem> {
    operations::get(&caller, id.0, asked.0).await.map(Done)
}

/// Download what a partner was paid
///
/// The same as comma-separated values, one row a period.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPaymentStatements])), params(StatementQuery),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/partners/{id}/payment-statement/content")]
async fn download_payment_statement(
    caller: Caller<ReadPaymentStatements>,
    id: Id<PartnerId>,
    asked: Parameters<StatementQuery>,
) -> Result<impl Responder, Problem> {
    operations::file(&caller, id.0, asked.0).await
}

/// Read a letter about what a partner was paid
///
/// For somebody who asks the partner, such as the Jobcentre: the roles, what was chosen about payment, and what
/// was paid, as the records have it. It states facts and gives no advice. A page to print or to save; the read is
/// recorded.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPaymentStatements])), params(LetterQuery),
    responses((status = OK, description = "The letter", body = String, content_type = "text/html; charset=utf-8")))]
#[get("/v1/partners/{id}/payment-letter")]
async fn get_payment_letter(
    caller: Caller<ReadPaymentStatements>,
    id: Id<PartnerId>,
    asked: Parameters<LetterQuery>,
) -> Result<PersonalPage, Problem> {
    operations::write(&caller, id.0, asked.0)
        .await
        .map(PersonalPage)
}
