//! How stories are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::StoryId;
use super::inputs::{NewStory, StoryChanges};
use super::operations;
use super::views::{Story, StoryFilter};
use crate::access::Caller;
use crate::access::permissions::{ManageStories, ReadStories};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_stories)
        .service(offer_story)
        .service(get_story)
        .service(change_story);
}

/// List stories
///
/// Story leads list those of the organisation, tellers their own, and those who bring stories to the Board what the
/// teller has approved and consented to for that. Stories that were taken back or declined are in no list.
/// `overdue=true` finds those whose tellers are owed a debrief or a report back that is late. The read is recorded.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])), params(PageQuery, StoryFilter),
    responses((status = OK, description = "A page of stories", body = Page<Story>)))]
#[get("/v1/stories")]
async fn list_stories(
    caller: Caller<ReadStories>,
    listing: Listing<StoryFilter>,
) -> Result<Listed<Story>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Take in that somebody wants to tell a story
///
/// A partner, or somebody else by their name. Where the person is under 16 or cannot decide about this, it names who
/// consents for them.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = CREATED, description = "The story", body = Story)))]
#[post("/v1/stories")]
async fn offer_story(
    caller: Caller<ManageStories>,
    new: Json<NewStory>,
) -> Result<Created<Story>, Problem> {
    operations::offer(&caller, new.0).await.map(Created)
}

/// Read a story
///
/// Where it stands, without its words, which are in its versions. The read is recorded.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])),
    responses((status = OK, description = "The story", body = Story)))]
#[get("/v1/stories/{id}")]
async fn get_story(caller: Caller<ReadStories>, id: Id<StoryId>) -> Result<Found<Story>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change what is known of a story
///
/// What it is about, how the teller is supported, what the organisation learns. Its words are changed by another version.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = OK, description = "The story as changed", body = Story)))]
#[patch("/v1/stories/{id}")]
async fn change_story(
    caller: Caller<ManageStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    changes: Json<StoryChanges>,
) -> Result<Changed<Story>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}
