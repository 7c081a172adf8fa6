//! The steps of an improvement's lifecycles.

use actix_web::post;

use super::entity::ImprovementId;
use super::inputs::{CheckImprovement, DeclineImprovement, ReviewImpact};
use super::views::Improvement;
use super::{operations, publishing};
use crate::access::Caller;
use crate::access::permissions::{CheckImprovements, ManageImprovements, PublishImprovements};
use crate::http::{Changed, Id, IfMatch, Json, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(accept_improvement)
        .service(start_improvement)
        .service(finish_improvement)
        .service(review_impact)
        .service(decline_improvement)
        .service(check_improvement)
        .service(publish_improvement)
        .service(take_down_improvement);
}

/// Accept an improvement
///
/// It is agreed, and somebody sees to it.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ManageImprovements])),
    responses((status = OK, description = "The improvement, accepted", body = Improvement)))]
#[post("/v1/improvements/{id}/accept")]
async fn accept_improvement(
    caller: Caller<ManageImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
) -> Result<Changed<Improvement>, Problem> {
    operations::step(&caller, id.0, seen, ("accept", "improvement.accepted"))
        .await
        .map(Changed)
}

/// Start an improvement
///
/// Somebody is at it.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ManageImprovements])),
    responses((status = OK, description = "The improvement, in progress", body = Improvement)))]
#[post("/v1/improvements/{id}/start")]
async fn start_improvement(
    caller: Caller<ManageImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
) -> Result<Changed<Improvement>, Problem> {
    operations::step(&caller, id.0, seen, ("start", "improvement.started"))
        .await
        .map(Changed)
}

/// Finish an improvement
///
/// It says what was done first.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ManageImprovements])),
    responses((status = OK, description = "The improvement, done", body = Improvement)))]
#[post("/v1/improvements/{id}/finish")]
async fn finish_improvement(
    caller: Caller<ManageImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
) -> Result<Changed<Improvement>, Problem> {
    operations::step(&caller, id.0, seen, ("finish", "improvement.finished"))
        .await
        .map(Changed)
}

/// Say what came of an improvement
///
/// By the measure that was agreed. What the public reads of it is checked again.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ManageImprovements])),
    responses((status = OK, description = "The improvement, with what came of it", body = Improvement)))]
#[post("/v1/improvements/{id}/review-impact")]
async fn review_impact(
    caller: Caller<ManageImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
    said: Json<ReviewImpact>,
) -> Result<Changed<Improvement>, Problem> {
    operations::review_impact(&caller, id.0, seen, said.0)
        .await
        .map(Changed)
}

/// Decline an improvement
///
/// With a reason in plain words, as those who said it will read it.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ManageImprovements])),
    responses((status = OK, description = "The improvement, not adopted", body = Improvement)))]
#[post("/v1/improvements/{id}/decline")]
async fn decline_improvement(
    caller: Caller<ManageImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
    said: Json<DeclineImprovement>,
) -> Result<Changed<Improvement>, Problem> {
    operations::decline(&caller, id.0, seen, said.0)
        .await
        .map(Changed)
}

/// Check what the public will read
///
/// By somebody who wrote nothing of it: it quotes somebody, and tells of nobody.
#[utoipa::path(tag = "Improvements", security(("bearer" = [CheckImprovements])),
    responses((status = OK, description = "The improvement, checked", body = Improvement)))]
#[post("/v1/improvements/{id}/check")]
async fn check_improvement(
    caller: Caller<CheckImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
    checked: Json<CheckImprovement>,
) -> Result<Changed<Improvement>, Problem> {
    publishing::check(&caller, id.0, seen, checked.0)
        .await
        .map(Changed)
}

/// Publish an improvement
///
/// Anyone can read it. Partners whose words it rests on, and who want to be told, are sent a message, once.
#[utoipa::path(tag = "Improvements", security(("bearer" = [PublishImprovements])),
    responses((status = OK, description = "The improvement, published", body = Improvement)))]
#[post("/v1/improvements/{id}/publish")]
async fn publish_improvement(
    caller: Caller<PublishImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
) -> Result<Changed<Improvement>, Problem> {
    publishing::publish(&caller, id.0, seen).await.map(Changed)
}

/// Take an improvement down
///
/// The public reads it no longer.
#[utoipa::path(tag = "Improvements", security(("bearer" = [PublishImprovements])),
    responses((status = OK, description = "The improvement, public no longer", body = Improvement)))]
#[post("/v1/improvements/{id}/take-down")]
async fn take_down_improvement(
    caller: Caller<PublishImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
) -> Result<Changed<Improvement>, Problem> {
    publishing::take_down(&caller, id.0, seen)
        .await
        .map(Changed)
}
