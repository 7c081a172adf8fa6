//! How published stories are reached over HTTP.

use actix_web::{HttpRequest, HttpResponse, get};

use super::operations;
use super::views::{PublishedStory, PublishedStoryFilter};
use crate::access::Caller;
use crate::access::permissions::ReadPublishedStories;
use crate::http::{Found, Id, Listed, Listing, Page, PageQuery, Problem, Routes};
use crate::stories::entity::StoryId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_published_stories)
        .service(get_published_story)
        .service(get_published_story_content);
}

/// List published stories
///
/// For everyone, the one published last first: stories whose tellers have approved this very version, and consent today to
/// its being on a website. What was taken back is not among them from that moment on: show this list as it is, and keep no
/// copy.
#[utoipa::path(tag = "Stories", security((), ("bearer" = [ReadPublishedStories])),
    params(PageQuery, PublishedStoryFilter),
    responses((status = OK, description = "A page of stories", body = Page<PublishedStory>)))]
#[get("/v1/published-stories")]
async fn list_published_stories(
    caller: Caller<ReadPublishedStories>,
    listing: Listing<PublishedStoryFilter>,
) -> Result<Listed<PublishedStory>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Read a published story
///
/// For everyone, as long as its teller consents.
#[utoipa::path(tag = "Stories", security((), ("bearer" = [ReadPublishedStories])),
    responses((status = OK, description = "The story", body = PublishedStory)))]
#[get("/v1/published-stories/{id}")]
async fn get_published_story(
    caller: Caller<ReadPublishedStories>,
    id: Id<StoryId>,
) -> Result<Found<PublishedStory>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Download the recording of a published story
///
/// For everyone, as long as its teller consents.
#[utoipa::path(tag = "Stories", security((), ("bearer" = [ReadPublishedStories])),
    responses((status = OK, description = "The file", content_type = "application/octet-stream", body = Vec<u8>)))]
#[get("/v1/published-stories/{id}/content")]
async fn get_published_story_content(
    caller: Caller<ReadPublishedStories>,
    id: Id<StoryId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let story = id.0;
    let file = operations::content(&caller, story).await?;
    let links = [format!(
        "</v1/published-stories/{story}>; rel=\"describedby\""
    )];
    file.send(&request, &links).await
}
