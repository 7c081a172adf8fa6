//! How the figures are reached over HTTP.

use actix_web::{Responder, get};
use futures_util::stream;

use super::super::days::DaysQuery;
use super::figures::{ClosingTheLoop, count};
use crate::access::Caller;
use crate::access::permissions::ReadReports;
use crate::http::{CsvFile, Done, Parameters, Problem, Routes};
use crate::pictures::Picture;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_closing_the_loop)
        .service(download_closing_the_loop)
        .service(show_closing_the_loop);
}

/// Report how much of what was heard is answered
///
/// By service: how many insights were heard between two days, how many of them a published improvement answers, and
/// after how many days. And by what people brought in during these days (answers with a comment, contacts with PALS,
/// stories): how many of it was taken up as an insight, and answered.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(DaysQuery),
    responses((status = OK, description = "The report", body = ClosingTheLoop)))]
#[get("/v1/reports/closing-the-loop")]
async fn get_closing_the_loop(
    caller: Caller<ReadReports>,
    asked: Parameters<DaysQuery>,
) -> Result<Done<ClosingTheLoop>, Problem> {
    count(&caller.read(), asked.0).await.map(Done)
}

/// Download how much of what was heard is answered
///
/// The same as comma-separated values. The last row is about all services together.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(DaysQuery),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/reports/closing-the-loop/content")]
async fn download_closing_the_loop(
    caller: Caller<ReadReports>,
    asked: Parameters<DaysQuery>,
) -> Result<impl Responder, Problem> {
    let report = count(&caller.read(), asked.0).await?;
    let columns = [
        "service",
        "heard",
        "answered",
        "percentAnswered",
        "medianDays",
    ];
    Ok(CsvFile {
        name: format!("closing-the-loop-{}-{}", report.from, report.until),
        columns: columns.map(str::to_owned).to_vec(),
        portions: stream::iter([Ok(report.cells())]),
    })
}

/// Look at how much of what was heard is answered
///
/// The same figures as a picture, with its description in words; with `Accept: text/html` as a page with a table.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(DaysQuery),
    responses((status = OK, description = "The picture", content(
        (String = "image/svg+xml"), (String = "text/html; charset=utf-8")))))]
#[get("/v1/reports/closing-the-loop/picture")]
async fn show_closing_the_loop(
    caller: Caller<ReadReports>,
    asked: Parameters<DaysQuery>,
) -> Result<Picture, Problem> {
    let report = count(&caller.read(), asked.0).await?;
    Ok(report.picture())
}
