//! How one-to-ones are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::OneToOneId;
use super::operations;
use super::views::{
    CancelOneToOne, CorrectOneToOne, HoldOneToOne, NewOneToOne, OneToOne, OneToOneChanges,
    OneToOneFilter,
};
use crate::access::Caller;
use crate::access::permissions::{ActOnOneToOnes, HoldOneToOnes, PlanOneToOnes, ReadOneToOnes};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_one_to_ones)
        .service(plan_one_to_one)
        .service(get_one_to_one)
        .service(change_one_to_one)
        .service(hold_one_to_one)
        .service(cancel_one_to_one)
        .service(correct_one_to_one);
}

/// List one-to-ones
///
/// A partner lists their own, a member of staff those with the partners whom they support, the engagement
/// team those of the organisation: when they are due, and whether they were held. What was said is shown to
/// the partner and to who held it only. `overdue=true` finds those that are late. Each read is recorded.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ReadOneToOnes])),
    params(PageQuery, OneToOneFilter),
    responses((status = OK, description = "A page of one-to-ones", body = Page<OneToOne>)))]
#[get("/v1/one-to-ones")]
async fn list_one_to_ones(
    caller: Caller<ReadOneToOnes>,
    listing: Listing<OneToOneFilter>,
) -> Result<Listed<OneToOne>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Plan a one-to-one
///
/// Beside those that the cadence plans by itself: the first when the partner is appointed, the next one
/// whenever one was held or cancelled. A member of staff outside the engagement team plans their own only.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [PlanOneToOnes])),
    responses((status = CREATED, description = "The one-to-one", body = OneToOne)))]
#[post("/v1/one-to-ones")]
async fn plan_one_to_one(
    caller: Caller<PlanOneToOnes>,
    new: Json<NewOneToOne>,
) -> Result<Created<OneToOne>, Problem> {
    operations::plan(&caller, new.0).await.map(Created)
}

/// Read a one-to-one
///
/// What was said is shown to the partner and to who held it only; the engagement team sees when it is due
/// and whether it was held. The read is recorded.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ReadOneToOnes])),
    responses((status = OK, description = "The one-to-one", body = OneToOne)))]
#[get("/v1/one-to-ones/{id}")]
async fn get_one_to_one(
    caller: Caller<ReadOneToOnes>,
    id: Id<OneToOneId>,
) -> Result<Found<OneToOne>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a planned one-to-one
///
/// Moves it to another day, or gives it to another member of staff.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [PlanOneToOnes])),
    responses((status = OK, description = "The one-to-one as changed", body = OneToOne)))]
#[patch("/v1/one-to-ones/{id}")]
async fn change_one_to_one(
    caller: Caller<PlanOneToOnes>,
    id: Id<OneToOneId>,
    seen: IfMatch,
    changes: Json<OneToOneChanges>,
) -> Result<Changed<OneToOne>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Record a one-to-one that was held
///
/// By the member of staff who held it, and nobody else. The partner reads what is written, and may correct
/// it. The next one is planned by the organisation's cadence.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [HoldOneToOnes])),
    responses((status = OK, description = "The one-to-one, held", body = OneToOne)))]
#[post("/v1/one-to-ones/{id}/hold")]
async fn hold_one_to_one(
    caller: Caller<HoldOneToOnes>,
    id: Id<OneToOneId>,
    seen: IfMatch,
    held: Json<HoldOneToOne>,
) -> Result<Changed<OneToOne>, Problem> {
    operations::hold(&caller, id.0, seen, held.0)
        .await
        .map(Changed)
}

/// Cancel a planned one-to-one
///
/// With a reason. The next one is planned by the organisation's cadence, so that nobody drops out of it.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [PlanOneToOnes])),
    responses((status = OK, description = "The one-to-one, cancelled", body = OneToOne)))]
#[post("/v1/one-to-ones/{id}/cancel")]
async fn cancel_one_to_one(
    caller: Caller<PlanOneToOnes>,
    id: Id<OneToOneId>,
    seen: IfMatch,
    cancel: Json<CancelOneToOne>,
) -> Result<Changed<OneToOne>, Problem> {
    operations::cancel(&caller, id.0, seen, cancel.0)
        .await
        .map(Changed)
}

/// Correct what was written about a one-to-one
///
/// By the partner, in their own words. What was written stays as it was, and the correction stands beside it
/// wherever it is read.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ActOnOneToOnes])),
    responses((status = OK, description = "The one-to-one with the correction", body = OneToOne)))]
#[post("/v1/one-to-ones/{id}/correct")]
async fn correct_one_to_one(
    caller: Caller<ActOnOneToOnes>,
    id: Id<OneToOneId>,
    seen: IfMatch,
    correct: Json<CorrectOneToOne>,
) -> Result<Changed<OneToOne>, Problem> {
    operations::correct(&caller, id.0, seen, correct.0)
        .await
        .map(Changed)
}
