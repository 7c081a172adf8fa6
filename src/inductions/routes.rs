//! How inductions are reached over HTTP.

use actix_web::{get, post};

use super::entity::InductionId;
use super::operations;
use super::views::{CompleteItem, Induction, InductionFilter, ItemNotApplicable, ReopenItem};
use crate::access::Caller;
use crate::access::permissions::{ManageInductions, ReadInductions};
use crate::http::{
    Changed, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_inductions)
        .service(get_induction)
        .service(complete_induction_item)
        .service(mark_induction_item_not_applicable)
        .service(reopen_induction_item);
}

/// List inductions
///
/// A partner lists their own, a workstream lead those of the workstreams they lead, the engagement team those
/// of the organisation. `overdue=true` with `sort=due` is the report of what is late. Each read is recorded.
#[utoipa::path(tag = "Inductions", security(("bearer" = [ReadInductions])),
    params(PageQuery, InductionFilter),
    responses((status = OK, description = "A page of inductions", body = Page<Induction>)))]
#[get("/v1/inductions")]
async fn list_inductions(
    caller: Caller<ReadInductions>,
    listing: Listing<InductionFilter>,
) -> Result<Listed<Induction>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Read an induction
///
/// Each item with its date, who did it and when. It begins with the appointment, from the organisation's
/// checklist as it stands then. The read is recorded.
#[utoipa::path(tag = "Inductions", security(("bearer" = [ReadInductions])),
    responses((status = OK, description = "The induction", body = Induction)))]
#[get("/v1/inductions/{id}")]
async fn get_induction(
    caller: Caller<ReadInductions>,
    id: Id<InductionId>,
) -> Result<Found<Induction>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Tick off an item of an induction
///
/// The items `confidentialityAgreement` and `involvementAgreement` tick themselves off when the agreement is in
/// force. `conflictsOfInterest` needs a declaration of the partner's, `moneyAndBenefits` of a paid role that
/// information about benefits was given.
#[utoipa::path(tag = "Inductions", security(("bearer" = [ManageInductions])),
    responses((status = OK, description = "The induction, with the item done", body = Induction)))]
#[post("/v1/inductions/{id}/complete-item")]
async fn complete_induction_item(
    caller: Caller<ManageInductions>,
    id: Id<InductionId>,
    seen: IfMatch,
    done: Json<CompleteItem>,
) -> Result<Changed<Induction>, Problem> {
    operations::complete_item(&caller, id.0, seen, done.0)
        .await
        .map(Changed)
}

/// Say that an item of an induction does not apply
///
/// With a reason, which the partner reads. For a mandatory item the engagement team decides, and an agreement
/// always applies.
#[utoipa::path(tag = "Inductions", security(("bearer" = [ManageInductions])),
    responses((status = OK, description = "The induction, without the item", body = Induction)))]
#[post("/v1/inductions/{id}/mark-item-not-applicable")]
async fn mark_induction_item_not_applicable(
    caller: Caller<ManageInductions>,
    id: Id<InductionId>,
    seen: IfMatch,
    marked: Json<ItemNotApplicable>,
) -> Result<Changed<Induction>, Problem> {
    operations::mark_item_not_applicable(&caller, id.0, seen, marked.0)
        .await
        .map(Changed)
}

/// Reopen an item of an induction
///
/// It is to do again. A mandatory item of a role that is active stays as it is.
#[utoipa::path(tag = "Inductions", security(("bearer" = [ManageInductions])),
    responses((status = OK, description = "The induction, with the item to do", body = Induction)))]
#[post("/v1/inductions/{id}/reopen-item")]
async fn reopen_induction_item(
    caller: Caller<ManageInductions>,
    id: Id<InductionId>,
    seen: IfMatch,
    reopened: Json<ReopenItem>,
) -> Result<Changed<Induction>, Problem> {
    operations::reopen_item(&caller, id.0, seen, reopened.0)
        .await
        .map(Changed)
}
