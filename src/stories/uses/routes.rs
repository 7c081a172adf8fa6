//! How uses are reached over HTTP.

use actix_web::{get, post};

use super::entity::StoryUseId;
use super::operations;
use super::views::{NewStoryUse, StoryUse};
use crate::access::Caller;
use crate::access::permissions::{ManageStories, ReadStories};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
    Unfiltered,
};
use crate::stories::entity::StoryId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_story_uses)
        .service(record_story_use)
        .service(get_story_use)
        .service(remove_story_use);
}

/// List where a story went
///
/// The newest first: who got it, when, for what, and whether it can be taken back.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])), params(PageQuery),
    responses((status = OK, description = "A page of uses", body = Page<StoryUse>)))]
#[get("/v1/stories/{id}/uses")]
async fn list_story_uses(
    caller: Caller<ReadStories>,
    id: Id<StoryId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<StoryUse>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Record where a story went
///
/// Only a use of the approved version to which the teller consented for that day. What is presented to the Board and what
/// is published is recorded by itself.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = CREATED, description = "The use", body = StoryUse)))]
#[post("/v1/stories/{id}/uses")]
async fn record_story_use(
    caller: Caller<ManageStories>,
    id: Id<StoryId>,
    new: Json<NewStoryUse>,
) -> Result<Created<StoryUse>, Problem> {
    operations::record(&caller, id.0, new.0).await.map(Created)
}

/// Read where a story went
///
/// Who got it, when, for what, and whether it can be taken back.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])),
    responses((status = OK, description = "The use", body = StoryUse)))]
#[get("/v1/story-uses/{id}")]
async fn get_story_use(
    caller: Caller<ReadStories>,
    id: Id<StoryUseId>,
) -> Result<Found<StoryUse>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Say that a copy of a story was taken back
///
/// From a website, or by whoever it was sent to. What people have heard, minutes and print are not taken back.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = OK, description = "The use, taken back", body = StoryUse)))]
#[post("/v1/story-uses/{id}/remove")]
async fn remove_story_use(
    caller: Caller<ManageStories>,
    id: Id<StoryUseId>,
    seen: IfMatch,
) -> Result<Changed<StoryUse>, Problem> {
    operations::remove(&caller, id.0, seen).await.map(Changed)
}
