//! How single responses are reached over HTTP.

use actix_web::{get, post};

use super::entity::FriendsAndFamilyResponseId;
use super::operations;
use super::views::{
    DealingWith, FriendsAndFamilyResponse, NewFriendsAndFamilyResponse, ResponseFilter,
    WrittenComments,
};
use crate::access::Caller;
use crate::access::permissions::{
    ModerateFriendsAndFamily, ReadFriendsAndFamilyComments, RespondFriendsAndFamily,
};
use crate::http::{
    Changed, Created, Done, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem,
    Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_friends_and_family_responses)
        .service(give_friends_and_family_response)
        .service(get_friends_and_family_response)
        .service(read_friends_and_family_response_as_written)
        .service(deal_with_friends_and_family_response);
}

/// List responses
///
/// Those that came one by one, the newest first, with what was written but without what may tell who somebody is.
/// `urgency=waiting` is the queue of those that a person has to look at on the same day, `overdue=true` those of them at
/// which nobody looked in time.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamilyComments])),
    params(PageQuery, ResponseFilter),
    responses((status = OK, description = "A page of responses", body = Page<FriendsAndFamilyResponse>)))]
#[get("/v1/feedback/friends-and-family/responses")]
async fn list_friends_and_family_responses(
    caller: Caller<ReadFriendsAndFamilyComments>,
    listing: Listing<ResponseFilter>,
) -> Result<Listed<FriendsAndFamilyResponse>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Give a response
///
/// Anybody may, without credentials; neither who answers nor from where is kept. What was written is screened at once:
/// names and numbers are taken out of what others see, and words of danger or harm put it into the same-day queue.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [RespondFriendsAndFamily])),
    responses((status = CREATED, description = "The response as others see it", body = FriendsAndFamilyResponse)))]
#[post("/v1/feedback/friends-and-family/responses")]
async fn give_friends_and_family_response(
    caller: Caller<RespondFriendsAndFamily>,
    new: Json<NewFriendsAndFamilyResponse>,
) -> Result<Created<FriendsAndFamilyResponse>, Problem> {
    operations::respond(&caller, new.0).await.map(Created)
}

/// Read a response
///
/// Without what may tell who somebody is.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamilyComments])),
    responses((status = OK, description = "The response", body = FriendsAndFamilyResponse)))]
#[get("/v1/feedback/friends-and-family/responses/{id}")]
async fn get_friends_and_family_response(
    caller: Caller<ReadFriendsAndFamilyComments>,
    id: Id<FriendsAndFamilyResponseId>,
) -> Result<Found<FriendsAndFamilyResponse>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Read what was written as it was written
///
/// For the moderator, who has to know what it is about, with what was done about it if it could not wait. The read is
/// recorded.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ModerateFriendsAndFamily])),
    responses((status = OK, description = "What was written", body = WrittenComments)))]
#[get("/v1/feedback/friends-and-family/responses/{id}/as-written")]
async fn read_friends_and_family_response_as_written(
    caller: Caller<ModerateFriendsAndFamily>,
    id: Id<FriendsAndFamilyResponseId>,
) -> Result<Done<WrittenComments>, Problem> {
    operations::as_written(&caller, id.0).await.map(Done)
}

/// Note what was done about a response that could not wait
///
/// It leaves the same-day queue.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ModerateFriendsAndFamily])),
    responses((status = OK, description = "The response, seen to", body = FriendsAndFamilyResponse)))]
#[post("/v1/feedback/friends-and-family/responses/{id}/deal-with")]
async fn deal_with_friends_and_family_response(
    caller: Caller<ModerateFriendsAndFamily>,
    id: Id<FriendsAndFamilyResponseId>,
    seen: IfMatch,
    done: Json<DealingWith>,
) -> Result<Changed<FriendsAndFamilyResponse>, Problem> {
    operations::deal_with(&caller, id.0, seen, done.0)
        .await
        .map(Changed)
}
