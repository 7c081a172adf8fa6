//! How rate cards are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::RateCardId;
use super::operations;
use super::views::{EndRateCard, NewRateCard, RateCard, RateCardChanges, RateCardFilter};
use crate::access::Caller;
use crate::access::permissions::{ManageRateCards, ReadRateCards};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_rate_cards)
        .service(add_rate_card)
        .service(get_rate_card)
        .service(change_rate_card)
        .service(publish_rate_card)
        .service(end_rate_card)
        .service(withdraw_rate_card);
}

/// List rate cards
///
/// Those that count are there for everyone of the organisation; drafts for those who write them.
#[utoipa::path(tag = "Rate cards", security(("bearer" = [ReadRateCards])), params(PageQuery, RateCardFilter),
    responses((status = OK, description = "A page of rate cards", body = Page<RateCard>)))]
#[get("/v1/rate-cards")]
async fn list_rate_cards(
    caller: Caller<ReadRateCards>,
    listing: Listing<RateCardFilter>,
) -> Result<Listed<RateCard>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Draft a rate card
///
/// Rates for miles, for time by the level of the role or by the activity, and for vouchers; the most that is
/// paid for other costs; and the rules that are numbers.
#[utoipa::path(tag = "Rate cards", security(("bearer" = [ManageRateCards])),
    responses((status = CREATED, description = "The draft", body = RateCard)))]
#[post("/v1/rate-cards")]
async fn add_rate_card(
    caller: Caller<ManageRateCards>,
    new: Json<NewRateCard>,
) -> Result<Created<RateCard>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a rate card
///
/// What is paid for activities on its days.
#[utoipa::path(tag = "Rate cards", security(("bearer" = [ReadRateCards])),
    responses((status = OK, description = "The rate card", body = RateCard)))]
#[get("/v1/rate-cards/{id}")]
async fn get_rate_card(
    caller: Caller<ReadRateCards>,
    id: Id<RateCardId>,
) -> Result<Found<RateCard>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a draft
///
/// What is published stays as it is: what changes is another card, from another day on.
#[utoipa::path(tag = "Rate cards", security(("bearer" = [ManageRateCards])),
    responses((status = OK, description = "The draft as changed", body = RateCard)))]
#[patch("/v1/rate-cards/{id}")]
async fn change_rate_card(
    caller: Caller<ManageRateCards>,
    id: Id<RateCardId>,
    seen: IfMatch,
    changes: Json<RateCardChanges>,
) -> Result<Changed<RateCard>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Publish a rate card
///
/// It decides about activities on its days, whenever they are claimed. One card counts on a day.
#[utoipa::path(tag = "Rate cards", security(("bearer" = [ManageRateCards])),
    responses((status = OK, description = "The rate card, published", body = RateCard)))]
#[post("/v1/rate-cards/{id}/publish")]
async fn publish_rate_card(
    caller: Caller<ManageRateCards>,
    id: Id<RateCardId>,
    seen: IfMatch,
) -> Result<Changed<RateCard>, Problem> {
    operations::publish(&caller, id.0, seen).await.map(Changed)
}

/// End a rate card
///
/// Says which day is its last, so that another card can begin.
#[utoipa::path(tag = "Rate cards", security(("bearer" = [ManageRateCards])),
    responses((status = OK, description = "The rate card, with its last day", body = RateCard)))]
#[post("/v1/rate-cards/{id}/end")]
async fn end_rate_card(
    caller: Caller<ManageRateCards>,
    id: Id<RateCardId>,
    seen: IfMatch,
    end: Json<EndRateCard>,
) -> Result<Changed<RateCard>, Problem> {
    operations::end(&caller, id.0, seen, end.0)
        .await
        .map(Changed)
}

/// Withdraw a rate card
///
/// A draft, or one that was published and has not begun.
#[utoipa::path(tag = "Rate cards", security(("bearer" = [ManageRateCards])),
    responses((status = OK, description = "The rate card, withdrawn", body = RateCard)))]
#[post("/v1/rate-cards/{id}/withdraw")]
async fn withdraw_rate_card(
    caller: Caller<ManageRateCards>,
    id: Id<RateCardId>,
    seen: IfMatch,
) -> Result<Changed<RateCard>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}
