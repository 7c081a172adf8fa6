//! How adaptations are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::AdaptationId;
use super::views::{
    Adaptation, AdaptationChanges, AdaptationFilter, NewAdaptation, OpportunityOfAdaptation,
    TemplateChange,
};
use super::{operations, opportunity, steps};
use crate::access::Caller;
use crate::access::permissions::{
    AdaptTemplates, ApproveAdaptations, DraftOpportunities, ReadAdaptations,
};
use crate::http::{
    Changed, Created, Done, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem,
    Routes,
};
use crate::opportunities::Opportunity;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_adaptations)
        .service(add_adaptation)
        .service(get_adaptation)
        .service(change_adaptation)
        .service(get_template_changes)
        .service(submit_adaptation)
        .service(approve_adaptation)
        .service(return_adaptation)
        .service(update_adaptation)
        .service(retire_adaptation)
        .service(make_opportunity);
}

/// List adaptations
///
/// The newest first; with `behind`, those whose template has moved on.
#[utoipa::path(tag = "Templates", security(("bearer" = [ReadAdaptations])), params(PageQuery, AdaptationFilter),
    responses((status = OK, description = "A page of adaptations", body = Page<Adaptation>)))]
#[get("/v1/adaptations")]
async fn list_adaptations(
    caller: Caller<ReadAdaptations>,
    listing: Listing<AdaptationFilter>,
) -> Result<Listed<Adaptation>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Adapt a template
///
/// For a workstream, on the version that is published now: the adaptation stays on it.
#[utoipa::path(tag = "Templates", security(("bearer" = [AdaptTemplates])),
    responses((status = CREATED, description = "The adaptation, a draft", body = Adaptation)))]
#[post("/v1/adaptations")]
async fn add_adaptation(
    caller: Caller<AdaptTemplates>,
    new: Json<NewAdaptation>,
) -> Result<Created<Adaptation>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read an adaptation
///
/// With the version of the template on which it stands, and how many have been published since.
#[utoipa::path(tag = "Templates", security(("bearer" = [ReadAdaptations])),
    responses((status = OK, description = "The adaptation", body = Adaptation)))]
#[get("/v1/adaptations/{id}")]
async fn get_adaptation(
    caller: Caller<ReadAdaptations>,
    id: Id<AdaptationId>,
) -> Result<Found<Adaptation>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change an adaptation
///
/// A draft: what is filled in, and its sections. A locked section that is changed or left out is refused.
#[utoipa::path(tag = "Templates", security(("bearer" = [AdaptTemplates])),
    responses((status = OK, description = "The adaptation as changed", body = Adaptation)))]
#[patch("/v1/adaptations/{id}")]
async fn change_adaptation(
    caller: Caller<AdaptTemplates>,
    id: Id<AdaptationId>,
    seen: IfMatch,
    changes: Json<AdaptationChanges>,
) -> Result<Changed<Adaptation>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Read what has changed in the template
///
/// Between the version on which an adaptation stands and the current one, line by line.
#[utoipa::path(tag = "Templates", security(("bearer" = [ReadAdaptations])),
    responses((status = OK, description = "What has changed", body = TemplateChange)))]
#[get("/v1/adaptations/{id}/template-changes")]
async fn get_template_changes(
    caller: Caller<ReadAdaptations>,
    id: Id<AdaptationId>,
) -> Result<Done<TemplateChange>, Problem> {
    operations::template_changes(&caller, id.0).await.map(Done)
}

/// Send an adaptation for review
///
/// A second person approves it before it is used.
#[utoipa::path(tag = "Templates", security(("bearer" = [AdaptTemplates])),
    responses((status = OK, description = "The adaptation, in review", body = Adaptation)))]
#[post("/v1/adaptations/{id}/submit-for-review")]
async fn submit_adaptation(
    caller: Caller<AdaptTemplates>,
    id: Id<AdaptationId>,
    seen: IfMatch,
) -> Result<Changed<Adaptation>, Problem> {
    steps::submit(&caller, id.0, seen).await.map(Changed)
}

/// Approve an adaptation
///
/// By a person who wrote none of it, once every required field is filled in.
#[utoipa::path(tag = "Templates", security(("bearer" = [ApproveAdaptations])),
    responses((status = OK, description = "The adaptation, approved", body = Adaptation)))]
#[post("/v1/adaptations/{id}/approve")]
async fn approve_adaptation(
    caller: Caller<ApproveAdaptations>,
    id: Id<AdaptationId>,
    seen: IfMatch,
) -> Result<Changed<Adaptation>, Problem> {
    steps::approve(&caller, id.0, seen).await.map(Changed)
}

/// Return an adaptation to a draft
///
/// To be changed; an approval lapses.
#[utoipa::path(tag = "Templates", security(("bearer" = [AdaptTemplates])),
    responses((status = OK, description = "The adaptation, a draft", body = Adaptation)))]
#[post("/v1/adaptations/{id}/return-to-draft")]
async fn return_adaptation(
    caller: Caller<AdaptTemplates>,
    id: Id<AdaptationId>,
    seen: IfMatch,
) -> Result<Changed<Adaptation>, Problem> {
    steps::return_to_draft(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Take an adaptation to the current version
///
/// What the workstream wrote stays, everything else is the template's, the locked sections too. It is a draft again, and
/// approved again.
#[utoipa::path(tag = "Templates", security(("bearer" = [AdaptTemplates])),
    responses((status = OK, description = "The adaptation, on the current version", body = Adaptation)))]
#[post("/v1/adaptations/{id}/update")]
async fn update_adaptation(
    caller: Caller<AdaptTemplates>,
    id: Id<AdaptationId>,
    seen: IfMatch,
) -> Result<Changed<Adaptation>, Problem> {
    steps::update(&caller, id.0, seen).await.map(Changed)
}

/// Retire an adaptation
///
/// It is not used any more. What was made of it stays.
#[utoipa::path(tag = "Templates", security(("bearer" = [AdaptTemplates])),
    responses((status = OK, description = "The adaptation, retired", body = Adaptation)))]
#[post("/v1/adaptations/{id}/retire")]
async fn retire_adaptation(
    caller: Caller<AdaptTemplates>,
    id: Id<AdaptationId>,
    seen: IfMatch,
) -> Result<Changed<Adaptation>, Problem> {
    steps::retire(&caller, id.0, seen).await.map(Changed)
}

/// Make an opportunity of an adaptation
///
/// A draft whose role description is what the approved adaptation says; the draft remembers the version of the template.
#[utoipa::path(tag = "Templates", security(("bearer" = [DraftOpportunities])),
    responses((status = CREATED, description = "The opportunity, a draft", body = Opportunity)))]
#[post("/v1/adaptations/{id}/make-opportunity")]
async fn make_opportunity(
    caller: Caller<DraftOpportunities>,
    id: Id<AdaptationId>,
    new: Json<OpportunityOfAdaptation>,
) -> Result<Created<Opportunity>, Problem> {
    opportunity::make(&caller, id.0, new.0).await.map(Created)
}
