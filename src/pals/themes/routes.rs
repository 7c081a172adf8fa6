//! How themes are reached over HTTP.

use actix_web::{Responder, get};

use super::operations;
use super::views::ThemesQuery;
use crate::access::Caller;
use crate::access::permissions::ReadPalsThemes;
use crate::http::{Done, Parameters, Problem, Routes};
use crate::reports::{Report, file};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_pals_themes)
        .service(download_pals_themes);
}

/// Read the themes of PALS
///
/// What people brought to PALS in a month that is over: how many contacts, by subject and by service. A contact with
/// several subjects counts under each, and once in the totals. Small numbers are suppressed; nothing tells who said
/// what.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadPalsThemes])), params(ThemesQuery),
    responses((status = OK, description = "The themes", body = Report)))]
#[get("/v1/pals/themes")]
async fn get_pals_themes(
    caller: Caller<ReadPalsThemes>,
    asked: Parameters<ThemesQuery>,
) -> Result<Done<Report>, Problem> {
    operations::themes(&caller, asked.0).await.map(Done)
}

/// Download the themes of PALS
///
/// The same as comma-separated values.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadPalsThemes])), params(ThemesQuery),
    responses((status = OK, description = "The file", body = String, content_type = "text/csv; charset=utf-8")))]
#[get("/v1/pals/themes/content")]
async fn download_pals_themes(
    caller: Caller<ReadPalsThemes>,
    asked: Parameters<ThemesQuery>,
) -> Result<impl Responder, Problem> {
    let report = operations::themes(&caller, asked.0).await?;
    Ok(file("pals-themes", &report))
}
