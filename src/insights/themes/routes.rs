//! How themes are reached over HTTP.

use actix_web::{get, post};

use super::entity::{Entity, InsightThemeId};
use super::operations;
use super::views::{InsightTheme, InsightThemeFilter, NewInsightTheme};
use crate::access::Caller;
use crate::access::permissions::{ManageInsightThemes, ReadInsights};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};
use crate::store::Written;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_insight_themes)
        .service(add_insight_theme)
        .service(get_insight_theme)
        .service(retire_insight_theme)
        .service(bring_back_insight_theme);
}

/// List themes of insights
///
/// The organisation's own words for what it hears about.
#[utoipa::path(tag = "Insights", security(("bearer" = [ReadInsights])), params(PageQuery, InsightThemeFilter),
    responses((status = OK, description = "A page of themes", body = Page<InsightTheme>)))]
#[get("/v1/insight-themes")]
async fn list_insight_themes(
    caller: Caller<ReadInsights>,
    listing: Listing<InsightThemeFilter>,
) -> Result<Listed<Written<Entity, InsightTheme>>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add a theme of insights
///
/// Its code has to be new in the organisation.
#[utoipa::path(tag = "Insights", security(("bearer" = [ManageInsightThemes])),
    responses((status = CREATED, description = "The theme as added", body = InsightTheme)))]
#[post("/v1/insight-themes")]
async fn add_insight_theme(
    caller: Caller<ManageInsightThemes>,
    new: Json<NewInsightTheme>,
) -> Result<Created<InsightTheme>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a theme of insights
///
/// With the national subject under which it is counted.
#[utoipa::path(tag = "Insights", security(("bearer" = [ReadInsights])),
    responses((status = OK, description = "The theme", body = InsightTheme)))]
#[get("/v1/insight-themes/{id}")]
async fn get_insight_theme(
    caller: Caller<ReadInsights>,
    id: Id<InsightThemeId>,
) -> Result<Found<InsightTheme>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Retire a theme of insights
///
/// It stays with the insights that have it, and is given to no other.
#[utoipa::path(tag = "Insights", security(("bearer" = [ManageInsightThemes])),
    responses((status = OK, description = "The theme, retired", body = InsightTheme)))]
#[post("/v1/insight-themes/{id}/retire")]
async fn retire_insight_theme(
    caller: Caller<ManageInsightThemes>,
    id: Id<InsightThemeId>,
    seen: IfMatch,
) -> Result<Changed<InsightTheme>, Problem> {
    operations::step(&caller, id.0, seen, "retire", "insightTheme.retired")
        .await
        .map(Changed)
}

/// Bring a theme of insights back
///
/// A theme that was retired is given to insights again.
#[utoipa::path(tag = "Insights", security(("bearer" = [ManageInsightThemes])),
    responses((status = OK, description = "The theme, active again", body = InsightTheme)))]
#[post("/v1/insight-themes/{id}/bring-back")]
async fn bring_back_insight_theme(
    caller: Caller<ManageInsightThemes>,
    id: Id<InsightThemeId>,
    seen: IfMatch,
) -> Result<Changed<InsightTheme>, Problem> {
    let event = "insightTheme.brought-back";
    operations::step(&caller, id.0, seen, "bring-back", event)
        .await
        .map(Changed)
}
