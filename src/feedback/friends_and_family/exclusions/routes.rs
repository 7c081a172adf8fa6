//! How exclusions are reached over HTTP.

use actix_web::{delete, get, post};

use super::entity::FriendsAndFamilyExclusionId;
use super::operations;
use super::views::{FriendsAndFamilyExclusion, MayAsk, MayWeAsk, NewFriendsAndFamilyExclusion};
use crate::access::Caller;
use crate::access::permissions::{AskFriendsAndFamily, ReadFriendsAndFamily};
use crate::http::{
    Created, Done, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Removed,
    Routes, Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_friends_and_family_exclusions)
        .service(add_friends_and_family_exclusion)
        .service(get_friends_and_family_exclusion)
        .service(remove_friends_and_family_exclusion)
        .service(may_we_ask);
}

/// List exclusions
///
/// Why people are not asked, and until when; who they are, nobody here knows.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])), params(PageQuery),
    responses((status = OK, description = "A page of exclusions", body = Page<FriendsAndFamilyExclusion>)))]
#[get("/v1/feedback/friends-and-family/exclusions")]
async fn list_friends_and_family_exclusions(
    caller: Caller<ReadFriendsAndFamily>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<FriendsAndFamilyExclusion>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Exclude somebody from being asked
///
/// By a keyed hash: the key stays with the system that sends texts. Asking somebody excludes them too, for 30 days.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [AskFriendsAndFamily])),
    responses((status = CREATED, description = "The exclusion", body = FriendsAndFamilyExclusion)))]
#[post("/v1/feedback/friends-and-family/exclusions")]
async fn add_friends_and_family_exclusion(
    caller: Caller<AskFriendsAndFamily>,
    new: Json<NewFriendsAndFamilyExclusion>,
) -> Result<Created<FriendsAndFamilyExclusion>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read an exclusion
///
/// Why somebody is not asked, and until when.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])),
    responses((status = OK, description = "The exclusion", body = FriendsAndFamilyExclusion)))]
#[get("/v1/feedback/friends-and-family/exclusions/{id}")]
async fn get_friends_and_family_exclusion(
    caller: Caller<ReadFriendsAndFamily>,
    id: Id<FriendsAndFamilyExclusionId>,
) -> Result<Found<FriendsAndFamilyExclusion>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Remove an exclusion
///
/// Somebody who changed their mind may be asked again.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [AskFriendsAndFamily])),
    responses((status = NO_CONTENT, description = "It is gone")))]
#[delete("/v1/feedback/friends-and-family/exclusions/{id}")]
async fn remove_friends_and_family_exclusion(
    caller: Caller<AskFriendsAndFamily>,
    id: Id<FriendsAndFamilyExclusionId>,
    seen: IfMatch,
) -> Result<Removed, Problem> {
    operations::remove(&caller, id.0, seen)
        .await
        .map(|()| Removed)
}

/// Find out whether somebody may be asked
///
/// Before a text is sent, by the same keyed hash. The answer is yes or no: why not is nobody's business who sends texts.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [AskFriendsAndFamily])),
    responses((status = OK, description = "Whether they may", body = MayAsk)))]
#[post("/v1/feedback/friends-and-family/may-we-ask")]
async fn may_we_ask(
    caller: Caller<AskFriendsAndFamily>,
    asked: Json<MayWeAsk>,
) -> Result<Done<MayAsk>, Problem> {
    operations::may_ask(&caller, asked.0).await.map(Done)
}
