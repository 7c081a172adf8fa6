//! How consents are reached over HTTP.

use actix_web::{get, post};

use super::entity::StoryConsentId;
use super::operations;
use super::views::{NewStoryConsent, StoryConsent, StoryConsentFilter};
use crate::access::Caller;
use crate::access::permissions::{ConsentToStories, ReadStories, WithdrawStories};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};
use crate::stories::ending::StoryWithdrawal;
use crate::stories::entity::StoryId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_story_consents)
        .service(give_story_consent)
        .service(get_story_consent)
        .service(withdraw_story_consent);
}

/// List the consents to a story
///
/// The newest first: to what, for which version, until when, and how each was given.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])), params(PageQuery, StoryConsentFilter),
    responses((status = OK, description = "A page of consents", body = Page<StoryConsent>)))]
#[get("/v1/stories/{id}/consents")]
async fn list_story_consents(
    caller: Caller<ReadStories>,
    id: Id<StoryId>,
    listing: Listing<StoryConsentFilter>,
) -> Result<Listed<StoryConsent>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Consent to a use of a story
///
/// To one use, for the latest version, until a day. The teller does it in their own account; where they have none, or
/// somebody represents them, staff record it with a witness. It takes the place of one to the same use. A version that
/// comes after it needs consents of its own.
#[utoipa::path(tag = "Stories", security(("bearer" = [ConsentToStories])),
    responses((status = CREATED, description = "The consent", body = StoryConsent)))]
#[post("/v1/stories/{id}/consents")]
async fn give_story_consent(
    caller: Caller<ConsentToStories>,
    id: Id<StoryId>,
    new: Json<NewStoryConsent>,
) -> Result<Created<StoryConsent>, Problem> {
    operations::give(&caller, id.0, new.0).await.map(Created)
}

/// Read a consent to a story
///
/// To what, for which version, until when, and how it was given.
#[utoipa::path(tag = "Stories", security(("bearer" = [ReadStories])),
    responses((status = OK, description = "The consent", body = StoryConsent)))]
#[get("/v1/story-consents/{id}")]
async fn get_story_consent(
    caller: Caller<ReadStories>,
    id: Id<StoryConsentId>,
) -> Result<Found<StoryConsent>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Take a consent to a story back
///
/// What it allowed ends at once: the story is not presented, and not public any more, unless another consent stands for
/// that. The answer says where copies went under this consent, and which of them cannot be recalled.
#[utoipa::path(tag = "Stories", security(("bearer" = [WithdrawStories])),
    responses((status = OK, description = "The story, and where copies went", body = StoryWithdrawal)))]
#[post("/v1/story-consents/{id}/withdraw")]
async fn withdraw_story_consent(
    caller: Caller<WithdrawStories>,
    id: Id<StoryConsentId>,
    seen: IfMatch,
) -> Result<Changed<StoryWithdrawal>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}
