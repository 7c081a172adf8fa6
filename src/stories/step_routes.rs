//! How the steps of a story are taken over HTTP.

use actix_web::post;

use super::ending::StoryWithdrawal;
use super::entity::StoryId;
use super::inputs::{
    ApproveStory, AskForChanges, EndStory, PresentStory, PublishStory, RecordApproval, ReportBack,
    ScheduleStory, SendForReview,
};
use super::views::Story;
use super::{board, ending, review};
use crate::access::Caller;
use crate::access::permissions::{
    ApproveStories, ManageStories, PublishStories, ScheduleStories, WithdrawStories,
};
use crate::http::{Changed, Id, IfMatch, Json, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(send_story_for_review)
        .service(ask_for_changes_of_story)
        .service(approve_story)
        .service(record_story_approval)
        .service(schedule_story)
        .service(unschedule_story)
        .service(present_story)
        .service(debrief_teller)
        .service(report_back_to_teller)
        .service(publish_story)
        .service(take_down_story)
        .service(withdraw_story)
        .service(decline_story);
}

/// Send a version of a story for review
///
/// The latest one, once somebody has seen to it that members of staff and other third parties cannot be known from it.
/// The teller is told.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = OK, description = "The story, under review", body = Story)))]
#[post("/v1/stories/{id}/send-for-review")]
async fn send_story_for_review(
    caller: Caller<ManageStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<SendForReview>,
) -> Result<Changed<Story>, Problem> {
    review::send(&caller, id.0, seen, sent.0).await.map(Changed)
}

/// Ask for changes of one's story
///
/// By the teller. There will be another version, which they look at again.
#[utoipa::path(tag = "Stories", security(("bearer" = [ApproveStories])),
    responses((status = OK, description = "The story, captured again", body = Story)))]
#[post("/v1/stories/{id}/ask-for-changes")]
async fn ask_for_changes_of_story(
    caller: Caller<ApproveStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<AskForChanges>,
) -> Result<Changed<Story>, Problem> {
    review::ask_for_changes(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Approve a version of one's story
///
/// By the teller, in their own account: the very version that they have seen. Another version needs an approval of its
/// own.
#[utoipa::path(tag = "Stories", security(("bearer" = [ApproveStories])),
    responses((status = OK, description = "The story, approved", body = Story)))]
#[post("/v1/stories/{id}/approve")]
async fn approve_story(
    caller: Caller<ApproveStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<ApproveStory>,
) -> Result<Changed<Story>, Problem> {
    review::approve(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Record that a teller approved a version
///
/// Where the teller has no account, or somebody represents them: how they approved, and who was there besides whoever
/// records it.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = OK, description = "The story, approved", body = Story)))]
#[post("/v1/stories/{id}/record-approval")]
async fn record_story_approval(
    caller: Caller<ManageStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<RecordApproval>,
) -> Result<Changed<Story>, Problem> {
    review::record_approval(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Schedule a story for the Board
///
/// When the teller has approved it, and consents to that audience until that day. The teller is told.
#[utoipa::path(tag = "Stories", security(("bearer" = [ScheduleStories])),
    responses((status = OK, description = "The story, scheduled", body = Story)))]
#[post("/v1/stories/{id}/schedule")]
async fn schedule_story(
    caller: Caller<ScheduleStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<ScheduleStory>,
) -> Result<Changed<Story>, Problem> {
    board::schedule(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Take a story off the agenda
///
/// It stays approved.
#[utoipa::path(tag = "Stories", security(("bearer" = [ScheduleStories])),
    responses((status = OK, description = "The story, approved", body = Story)))]
#[post("/v1/stories/{id}/unschedule")]
async fn unschedule_story(
    caller: Caller<ScheduleStories>,
    id: Id<StoryId>,
    seen: IfMatch,
) -> Result<Changed<Story>, Problem> {
    board::unschedule(&caller, id.0, seen).await.map(Changed)
}

/// Record that the Board has heard a story
///
/// On the day of the meeting or later, if consent stands still. Where it went is remembered. From then on the teller
/// is owed a debrief within 48 hours, and a report of what changed.
#[utoipa::path(tag = "Stories", security(("bearer" = [ScheduleStories])),
    responses((status = OK, description = "The story, presented", body = Story)))]
#[post("/v1/stories/{id}/present")]
async fn present_story(
    caller: Caller<ScheduleStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<PresentStory>,
) -> Result<Changed<Story>, Problem> {
    board::present(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Record that the teller was thanked and debriefed
///
/// They were asked how they are, after it was presented.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = OK, description = "The story", body = Story)))]
#[post("/v1/stories/{id}/debrief")]
async fn debrief_teller(
    caller: Caller<ManageStories>,
    id: Id<StoryId>,
    seen: IfMatch,
) -> Result<Changed<Story>, Problem> {
    board::debrief(&caller, id.0, seen).await.map(Changed)
}

/// Tell the teller what changed
///
/// What changed because of the story. The teller is told.
#[utoipa::path(tag = "Stories", security(("bearer" = [ManageStories])),
    responses((status = OK, description = "The story", body = Story)))]
#[post("/v1/stories/{id}/report-back")]
async fn report_back_to_teller(
    caller: Caller<ManageStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<ReportBack>,
) -> Result<Changed<Story>, Problem> {
    board::report_back(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Publish a story
///
/// The approved version, as long as the teller consents to the website. What looks like a name or a number of somebody has
/// to be found harmless first.
#[utoipa::path(tag = "Stories", security(("bearer" = [PublishStories])),
    responses((status = OK, description = "The story, published", body = Story)))]
#[post("/v1/stories/{id}/publish")]
async fn publish_story(
    caller: Caller<PublishStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<PublishStory>,
) -> Result<Changed<Story>, Problem> {
    ending::publish(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Take a published story down
///
/// It stays approved.
#[utoipa::path(tag = "Stories", security(("bearer" = [PublishStories])),
    responses((status = OK, description = "The story, approved", body = Story)))]
#[post("/v1/stories/{id}/take-down")]
async fn take_down_story(
    caller: Caller<PublishStories>,
    id: Id<StoryId>,
    seen: IfMatch,
) -> Result<Changed<Story>, Problem> {
    ending::take_down(&caller, id.0, seen).await.map(Changed)
}

/// Take a story back
///
/// By the teller, or by staff in their name, without a reason if they like. Every use ends at once: no consent stands,
/// and it is in no list any more. The answer says where copies went, and which of them cannot be recalled.
#[utoipa::path(tag = "Stories", security(("bearer" = [WithdrawStories])),
    responses((status = OK, description = "The story, and where copies went", body = StoryWithdrawal)))]
#[post("/v1/stories/{id}/withdraw")]
async fn withdraw_story(
    caller: Caller<WithdrawStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<EndStory>,
) -> Result<Changed<StoryWithdrawal>, Problem> {
    ending::withdraw(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Decline to tell a story after all
///
/// By the teller, or by staff in their name, at any time before it was presented.
#[utoipa::path(tag = "Stories", security(("bearer" = [WithdrawStories])),
    responses((status = OK, description = "The story, declined", body = Story)))]
#[post("/v1/stories/{id}/decline")]
async fn decline_story(
    caller: Caller<WithdrawStories>,
    id: Id<StoryId>,
    seen: IfMatch,
    sent: Json<EndStory>,
) -> Result<Changed<Story>, Problem> {
    ending::decline(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}
