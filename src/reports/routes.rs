//! How reports are reached over HTTP.

use actix_web::{Responder, get};

use super::operations;
use super::views::{Report, SpendQuery};
use crate::access::Caller;
use crate::access::permissions::ReadReports;
use crate::http::{Done, Parameters, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_claim_ageing)
        .service(download_claim_ageing)
        .service(get_spend)
        .service(download_spend)
        .service(get_support_report)
        .service(download_support_report)
        .service(get_overdue_inductions)
        .service(download_overdue_inductions)
        .service(get_waiting_agreements)
        .service(download_waiting_agreements);
    super::closing_the_loop::routes(config);
    super::themes_by_service::routes(config);
}

/// Report how long claims wait
///
/// Claims that are neither paid nor refused, by what they wait for and how many days they are past the day on which
/// they are due. Small numbers are suppressed.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])),
    responses((status = OK, description = "The report", body = Report)))]
#[get("/v1/reports/claim-ageing")]
async fn get_claim_ageing(caller: Caller<ReadReports>) -> Result<Done<Report>, Problem> {
    operations::claim_ageing(&caller).await.map(Done)
}

/// Download how long claims wait
///
/// The same as comma-separated values.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/reports/claim-ageing/content")]
async fn download_claim_ageing(caller: Caller<ReadReports>) -> Result<impl Responder, Problem> {
    let report = operations::claim_ageing(&caller).await?;
    Ok(operations::file("claim-ageing", &report))
}

/// Report what was paid to partners
///
/// In a financial year until the end of last month, by workstream and by the level of the role: expenses and payments
/// together, by the day on which the money was sent. The counts are partners, and each counts once in a total. Sums of
/// money are rounded to ten pounds, and stand only where their count is told.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(SpendQuery),
    responses((status = OK, description = "The report", body = Report)))]
#[get("/v1/reports/spend")]
async fn get_spend(
    caller: Caller<ReadReports>,
    asked: Parameters<SpendQuery>,
) -> Result<Done<Report>, Problem> {
    operations::spend(&caller, asked.0).await.map(Done)
}

/// Download what was paid to partners
///
/// The same as comma-separated values.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(SpendQuery),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/reports/spend/content")]
async fn download_spend(
    caller: Caller<ReadReports>,
    asked: Parameters<SpendQuery>,
) -> Result<impl Responder, Problem> {
    let report = operations::spend(&caller, asked.0).await?;
    Ok(operations::file("spend", &report))
}

/// Report what is overdue in the support of partners
///
/// By workstream: what should have been done for partners in their roles and has not been. Who they are, the lists say
/// to those who work with them. Small numbers are suppressed.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])),
    responses((status = OK, description = "The report", body = Report)))]
#[get("/v1/reports/support")]
async fn get_support_report(caller: Caller<ReadReports>) -> Result<Done<Report>, Problem> {
    operations::support(&caller).await.map(Done)
}

/// Download what is overdue in the support of partners
///
/// The same as comma-separated values.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/reports/support/content")]
async fn download_support_report(caller: Caller<ReadReports>) -> Result<impl Responder, Problem> {
    let report = operations::support(&caller).await?;
    Ok(operations::file("support", &report))
}

/// Report inductions that are overdue
///
/// By workstream, and by how many days the first item of each that is still to do is late. Whose they are, `GET
/// /v1/inductions?overdue=true` says to those who see to them. Small numbers are suppressed.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])),
    responses((status = OK, description = "The report", body = Report)))]
#[get("/v1/reports/overdue-inductions")]
async fn get_overdue_inductions(caller: Caller<ReadReports>) -> Result<Done<Report>, Problem> {
    operations::overdue_inductions(&caller).await.map(Done)
}

/// Download inductions that are overdue
///
/// The same as comma-separated values.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/reports/overdue-inductions/content")]
async fn download_overdue_inductions(
    caller: Caller<ReadReports>,
) -> Result<impl Responder, Problem> {
    let report = operations::overdue_inductions(&caller).await?;
    Ok(operations::file("overdue-inductions", &report))
}

/// Report agreements that wait to be accepted
///
/// By workstream, and by whom they wait for: the partner, the organisation, or both. Small numbers are suppressed.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])),
    responses((status = OK, description = "The report", body = Report)))]
#[get("/v1/reports/waiting-agreements")]
async fn get_waiting_agreements(caller: Caller<ReadReports>) -> Result<Done<Report>, Problem> {
    operations::waiting_agreements(&caller).await.map(Done)
}

/// Download agreements that wait to be accepted
///
/// The same as comma-separated values.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/reports/waiting-agreements/content")]
async fn download_waiting_agreements(
    caller: Caller<ReadReports>,
) -> Result<impl Responder, Problem> {
    let report = operations::waiting_agreements(&caller).await?;
    Ok(operations::file("waiting-agreements", &report))
}
