//! How the figures are reached over HTTP.

use actix_web::{Responder, get};
use futures_util::stream;

use super::figures::{Answers, ClosingTheLoop, LoopQuery, count};
use crate::access::Caller;
use crate::access::permissions::ReadReports;
use crate::http::{CsvFile, Done, Parameters, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_closing_the_loop)
        .service(download_closing_the_loop);
}

/// Report how much of what was heard is answered
///
/// By service: how many insights were heard between two days, how many of them a published improvement answers, and
/// after how many days.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(LoopQuery),
    responses((status = OK, description = "The report", body = ClosingTheLoop)))]
#[get("/v1/reports/closing-the-loop")]
async fn get_closing_the_loop(
    caller: Caller<ReadReports>,
    asked: Parameters<LoopQuery>,
) -> Result<Done<ClosingTheLoop>, Problem> {
    count(&caller.read(), asked.0).await.map(Done)
}

/// Download how much of what was heard is answered
///
/// The same as comma-separated values. The last row is about all services together.
#[utoipa::path(tag = "Reports", security(("bearer" = [ReadReports])), params(LoopQuery),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/reports/closing-the-loop/content")]
async fn download_closing_the_loop(
    caller: Caller<ReadReports>,
    asked: Parameters<LoopQuery>,
) -> Result<impl Responder, Problem> {
    let report = count(&caller.read(), asked.0).await?;
    let columns = [
        "service",
        "heard",
        "answered",
        "percentAnswered",
        "medianDays",
    ];
    let services = report
        .services
        .into_iter()
        .map(|one| (one.service, one.answers));
    let rows = services.chain([("All".to_owned(), report.all)]).map(cells);
    Ok(CsvFile {
        name: format!("closing-the-loop-{}-{}", report.from, report.until),
        columns: columns.map(str::to_owned).to_vec(),
        portions: stream::iter([Ok(rows.collect())]),
    })
}

fn cells((service, answers): (String, Answers)) -> Vec<String> {
    let figure = |figure: Option<f64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    vec![
        service,
        answers.heard.to_string(),
        answers.answered.to_string(),
        figure(answers.percent_answered),
        figure(answers.median_days),
    ]
}
