//! How improvements are reached over HTTP, but for the steps of their lifecycles: see `step_routes`.

use actix_web::{get, patch, post};

use super::entity::{Entity, ImprovementId};
use super::inputs::{ImprovementChanges, NewEvidence, NewImprovement};
use super::views::{Improvement, ImprovementFilter};
use super::{feed, operations, step_routes, you_said};
use crate::access::Caller;
use crate::access::permissions::{ManageImprovements, ReadImprovements};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};
use crate::store::Written;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(you_said::list_you_said_we_did)
        .service(feed::follow_you_said_we_did)
        .service(list_improvements)
        .service(propose_improvement)
        .service(get_improvement)
        .service(change_improvement)
        .service(add_evidence);
    step_routes::routes(config);
}

/// List improvements
///
/// What is done, or not done, about what was heard. With `isSupported=false` those that rest on nothing that was heard
/// and still stands.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ReadImprovements])), params(PageQuery, ImprovementFilter),
    responses((status = OK, description = "A page of improvements", body = Page<Improvement>)))]
#[get("/v1/improvements")]
async fn list_improvements(
    caller: Caller<ReadImprovements>,
    listing: Listing<ImprovementFilter>,
) -> Result<Listed<Written<Entity, Improvement>>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Propose an improvement
///
/// It rests on at least one insight. Whenever people do not get all that they asked for, it says why in plain words.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ManageImprovements])),
    responses((status = CREATED, description = "The improvement as proposed", body = Improvement)))]
#[post("/v1/improvements")]
async fn propose_improvement(
    caller: Caller<ManageImprovements>,
    new: Json<NewImprovement>,
) -> Result<Created<Improvement>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read an improvement
///
/// What it rests on is found at `/v1/provenance/{id}`.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ReadImprovements])),
    responses((status = OK, description = "The improvement", body = Improvement)))]
#[get("/v1/improvements/{id}")]
async fn get_improvement(
    caller: Caller<ReadImprovements>,
    id: Id<ImprovementId>,
) -> Result<Found<Improvement>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change an improvement
///
/// A merge patch: fields that are left out stay as they are. If what the public reads changes, it is public no longer,
/// until somebody else has checked it again.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ManageImprovements])),
    responses((status = OK, description = "The improvement as changed", body = Improvement)))]
#[patch("/v1/improvements/{id}")]
async fn change_improvement(
    caller: Caller<ManageImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
    changes: Json<ImprovementChanges>,
) -> Result<Changed<Improvement>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Add an insight that an improvement rests on
///
/// One that was not withdrawn, and that it does not rest on yet.
#[utoipa::path(tag = "Improvements", security(("bearer" = [ManageImprovements])),
    responses((status = OK, description = "The improvement", body = Improvement)))]
#[post("/v1/improvements/{id}/evidence")]
async fn add_evidence(
    caller: Caller<ManageImprovements>,
    id: Id<ImprovementId>,
    seen: IfMatch,
    new: Json<NewEvidence>,
) -> Result<Changed<Improvement>, Problem> {
    operations::add_evidence(&caller, id.0, seen, new.0)
        .await
        .map(Changed)
}
