//! How targets are reached over HTTP.

use actix_web::{get, post};

use super::entity::StoryTargetId;
use super::operations;
use super::views::{NewStoryTarget, StoryTarget};
use crate::access::Caller;
use crate::access::permissions::{ReadStories, SetStoryTargets};
use crate::http::{
    Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_story_targets)
        .service(set_story_target)
        .service(get_story_target);
}

/// List the targets for reporting back
///
/// What the organisation has set, the newest first.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])), params(PageQuery),
    responses((status = OK, description = "A page of targets", body = Page<StoryTarget>)))]
#[get("/v1/story-targets")]
async fn list_story_targets(
    caller: Caller<ReadStories>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<StoryTarget>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Set a target for reporting back
///
/// For stories that are presented on a day or later. What is owed already stays due when it was.
#[utoipa::path(tag = "Stories", security(("bearer" = [SetStoryTargets])),
    responses((status = CREATED, description = "The target", body = StoryTarget)))]
#[post("/v1/story-targets")]
async fn set_story_target(
    caller: Caller<SetStoryTargets>,
    new: Json<NewStoryTarget>,
) -> Result<Created<StoryTarget>, Problem> {
    operations::set(&caller, new.0).await.map(Created)
}

/// Read a target for reporting back
///
/// Within how many days tellers are told what changed, from which day on.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])),
    responses((status = OK, description = "The target", body = StoryTarget)))]
#[get("/v1/story-targets/{id}")]
async fn get_story_target(
    caller: Caller<ReadStories>,
    id: Id<StoryTargetId>,
) -> Result<Found<StoryTarget>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}
