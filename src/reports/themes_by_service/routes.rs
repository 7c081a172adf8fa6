//! How the counts are reached over HTTP.

use actix_web::{Responder, get};
use futures_util::stream;

use super::super::days::DaysQuery;
use super::figures::{ThemesByService, count};
use crate::access::Caller;
use crate::access::permissions::ReadReports;
use crate::http::{CsvFile, Done, Parameters, Problem, Routes};
use crate::pictures::Picture;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_themes_by_service)
        .service(download_themes_by_service)
        .service(show_themes_by_service);
}

/// Report what is heard about which service
///
/// How many insights of each theme were heard about each service between two days, without those that were withdrawn.
/// An insight of two themes counts in both.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(DaysQuery),
    responses((status = OK, description = "The report", body = ThemesByService)))]
#[get("/v1/reports/themes-by-service")]
async fn get_themes_by_service(
    caller: Caller<ReadReports>,
    asked: Parameters<DaysQuery>,
) -> Result<Done<ThemesByService>, Problem> {
    count(&caller.read(), asked.0).await.map(Done)
}

/// Download what is heard about which service
///
/// The same as comma-separated values: a row for each service, a column for each theme.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(DaysQuery),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/reports/themes-by-service/content")]
async fn download_themes_by_service(
    caller: Caller<ReadReports>,
    asked: Parameters<DaysQuery>,
) -> Result<impl Responder, Problem> {
    let report = count(&caller.read(), asked.0).await?;
    Ok(CsvFile {
        name: format!("themes-by-service-{}-{}", report.from, report.until),
        columns: report.columns(),
        portions: stream::iter([Ok(report.cells())]),
    })
}

/// Look at what is heard about which service
///
/// The same figures as a picture, with its description in words; with `Accept: text/html` as a page with a table.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(DaysQuery),
    responses((status = OK, description = "The picture", content(
        (String = "image/svg+xml"), (String = "text/html; charset=utf-8")))))]
#[get("/v1/reports/themes-by-service/picture")]
async fn show_themes_by_service(
    caller: Caller<ReadReports>,
    asked: Parameters<DaysQuery>,
) -> Result<Picture, Problem> {
    let report = count(&caller.read(), asked.0).await?;
    Ok(report.picture())
}
