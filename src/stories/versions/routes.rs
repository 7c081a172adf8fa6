//! How versions are reached over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, post};

use super::entity::StoryVersionId;
use super::operations;
use super::views::{NewStoryRecording, NewStoryVersion, StoryVersion};
use crate::access::Caller;
use crate::access::permissions::{ManageStories, ReadStories};
use crate::files::Upload;
use crate::http::{
    Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered,
};
use crate::stories::entity::StoryId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_story_versions)
        .service(write_story_version)
        .service(record_story_version)
        .service(get_story_version)
        .service(get_story_version_content);
}

/// List the versions of a story
///
/// The newest first, with their words. Those who bring stories to the Board see the approved one. The read is recorded.
/// Once the story was taken back, only the teller reads them.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])), params(PageQuery),
    responses((status = OK, description = "A page of versions", body = Page<StoryVersion>)))]
#[get("/v1/stories/{id}/versions")]
async fn list_story_versions(
    caller: Caller<ReadStories>,
    id: Id<StoryId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<StoryVersion>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Write down a version of a story
///
/// It never changes: what should be different is another version. What was approved or consented to before is for the
/// version before, so the teller looks at this one too.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = CREATED, description = "The version", body = StoryVersion)))]
#[post("/v1/stories/{id}/versions")]
async fn write_story_version(
    caller: Caller<ManageStories>,
    id: Id<StoryId>,
    new: Json<NewStoryVersion>,
) -> Result<Created<StoryVersion>, Problem> {
    operations::write(&caller, id.0, new.0).await.map(Created)
}

/// Upload a version of a story
///
/// A form with a recording, a picture or a text. What the file is, is told by its bytes: its name and its media type have
/// to agree with them.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    request_body(content = NewStoryRecording, content_type = "multipart/form-data"),
    responses((status = CREATED, description = "The version", body = StoryVersion)))]
#[post("/v1/stories/{id}/recordings")]
async fn record_story_version(
    caller: Caller<ManageStories>,
    id: Id<StoryId>,
    upload: Upload<NewStoryRecording>,
) -> Result<Created<StoryVersion>, Problem> {
    operations::record(&caller, id.0, upload).await.map(Created)
}

/// Read a version of a story
///
/// With its words, and whether the teller approved it. The read is recorded.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])),
    responses((status = OK, description = "The version", body = StoryVersion)))]
#[get("/v1/story-versions/{id}")]
async fn get_story_version(
    caller: Caller<ReadStories>,
    id: Id<StoryVersionId>,
) -> Result<Found<StoryVersion>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Download the recording of a version
///
/// This very version. The read is recorded.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])),
    responses((status = OK, description = "The file", content_type = "application/octet-stream", body = Vec<u8>)))]
#[get("/v1/story-versions/{id}/content")]
async fn get_story_version_content(
    caller: Caller<ReadStories>,
    id: Id<StoryVersionId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let version = id.0;
    let file = operations::content(&caller, version).await?;
    let links = [format!(
        "</v1/story-versions/{version}>; rel=\"describedby\""
    )];
    file.send(&request, &links).await
}
