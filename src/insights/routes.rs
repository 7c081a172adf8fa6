//! How insights are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::{Entity, InsightId};
use super::views::{Insight, InsightChanges, InsightFilter, NewInsight, WithdrawInsight};
use super::{operations, themes};
use crate::access::Caller;
use crate::access::permissions::{ManageInsights, ReadInsights};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};
use crate::store::Written;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    themes::routes(config);
    config
        .service(list_insights)
        .service(add_insight)
        .service(get_insight)
        .service(change_insight)
        .service(confirm_sentiment)
        .service(withdraw_insight);
}

/// List insights
///
/// What was heard in the organisation, wherever it was heard. With `answered=false` those that no published
/// improvement answers: inputs that are still owed an answer.
#[utoipa::path(tag = "Insights", security(("bearer" = [ReadInsights])), params(PageQuery, InsightFilter),
    responses((status = OK, description = "A page of insights", body = Page<Insight>)))]
#[get("/v1/insights")]
async fn list_insights(
    caller: Caller<ReadInsights>,
    listing: Listing<InsightFilter>,
) -> Result<Listed<Written<Entity, Insight>>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add an insight
///
/// One thing that was heard, in words that tell of nobody. Where it was taken from a record of this service, the link
/// to it is kept.
#[utoipa::path(tag = "Insights", security(("bearer" = [ManageInsights])),
    responses((status = CREATED, description = "The insight as added", body = Insight)))]
#[post("/v1/insights")]
async fn add_insight(
    caller: Caller<ManageInsights>,
    new: Json<NewInsight>,
) -> Result<Created<Insight>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read an insight
///
/// Who said it is not part of it.
#[utoipa::path(tag = "Insights", security(("bearer" = [ReadInsights])),
    responses((status = OK, description = "The insight", body = Insight)))]
#[get("/v1/insights/{id}")]
async fn get_insight(
    caller: Caller<ReadInsights>,
    id: Id<InsightId>,
) -> Result<Found<Insight>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change an insight
///
/// A merge patch: fields that are left out stay as they are.
#[utoipa::path(tag = "Insights", security(("bearer" = [ManageInsights])),
    responses((status = OK, description = "The insight as changed", body = Insight)))]
#[patch("/v1/insights/{id}")]
async fn change_insight(
    caller: Caller<ManageInsights>,
    id: Id<InsightId>,
    seen: IfMatch,
    changes: Json<InsightChanges>,
) -> Result<Changed<Insight>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Agree with a model about how something was meant
///
/// By a person, who has read it.
#[utoipa::path(tag = "Insights", security(("bearer" = [ManageInsights])),
    responses((status = OK, description = "The insight", body = Insight)))]
#[post("/v1/insights/{id}/confirm-sentiment")]
async fn confirm_sentiment(
    caller: Caller<ManageInsights>,
    id: Id<InsightId>,
    seen: IfMatch,
) -> Result<Changed<Insight>, Problem> {
    operations::confirm_sentiment(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Withdraw an insight
///
/// Its words are removed, and so is who said it. Improvements that rest on nothing else are then found by
/// `isSupported=false`.
#[utoipa::path(tag = "Insights", security(("bearer" = [ManageInsights])),
    responses((status = OK, description = "The insight, withdrawn", body = Insight)))]
#[post("/v1/insights/{id}/withdraw")]
async fn withdraw_insight(
    caller: Caller<ManageInsights>,
    id: Id<InsightId>,
    seen: IfMatch,
    withdrawn: Json<WithdrawInsight>,
) -> Result<Changed<Insight>, Problem> {
    operations::withdraw(&caller, id.0, seen, withdrawn.0)
        .await
        .map(Changed)
}
