//! How prior approvals are reached over HTTP.

use actix_web::{get, post};

use super::entity::PriorApprovalId;
use super::operations;
use super::views::{DeclinePriorApproval, NewPriorApproval, PriorApproval, PriorApprovalFilter};
use crate::access::Caller;
use crate::access::permissions::{
    ApprovePriorApprovals, ReadPriorApprovals, RequestPriorApprovals,
};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_prior_approvals)
        .service(request_prior_approval)
        .service(get_prior_approval)
        .service(approve_prior_approval)
        .service(decline_prior_approval);
}

/// List prior approvals
///
/// A partner lists their own, a workstream lead those of the workstreams they lead, other staff those of the
/// organisation. Each read is recorded.
#[utoipa::path(tag = "Claims", security(("bearer" = [ReadPriorApprovals])),
    params(PageQuery, PriorApprovalFilter),
    responses((status = OK, description = "A page of prior approvals", body = Page<PriorApproval>)))]
#[get("/v1/prior-approvals")]
async fn list_prior_approvals(
    caller: Caller<ReadPriorApprovals>,
    listing: Listing<PriorApprovalFilter>,
) -> Result<Listed<PriorApproval>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Ask for a cost to be agreed
///
/// Before it is spent: a taxi, a meal, a place to stay, or more than the limit of the rate card. Where the
/// partner should not have to find the money first, ask for it to be booked directly.
#[utoipa::path(tag = "Claims", security(("bearer" = [RequestPriorApprovals])),
    responses((status = CREATED, description = "What is asked for", body = PriorApproval)))]
#[post("/v1/prior-approvals")]
async fn request_prior_approval(
    caller: Caller<RequestPriorApprovals>,
    new: Json<NewPriorApproval>,
) -> Result<Created<PriorApproval>, Problem> {
    operations::request(&caller, new.0).await.map(Created)
}

/// Read a prior approval
///
/// What was asked for, and what was decided.
#[utoipa::path(tag = "Claims", security(("bearer" = [ReadPriorApprovals])),
    responses((status = OK, description = "The prior approval", body = PriorApproval)))]
#[get("/v1/prior-approvals/{id}")]
async fn get_prior_approval(
    caller: Caller<ReadPriorApprovals>,
    id: Id<PriorApprovalId>,
) -> Result<Found<PriorApproval>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Agree to a cost
///
/// By a member of staff, and never by the partner themself or by who asked for it. The partner is told.
#[utoipa::path(tag = "Claims", security(("bearer" = [ApprovePriorApprovals])),
    responses((status = OK, description = "The prior approval", body = PriorApproval)))]
#[post("/v1/prior-approvals/{id}/approve")]
async fn approve_prior_approval(
    caller: Caller<ApprovePriorApprovals>,
    id: Id<PriorApprovalId>,
    seen: IfMatch,
) -> Result<Changed<PriorApproval>, Problem> {
    operations::approve(&caller, id.0, seen).await.map(Changed)
}

/// Decline a cost
///
/// With a reason, which the partner reads.
#[utoipa::path(tag = "Claims", security(("bearer" = [ApprovePriorApprovals])),
    responses((status = OK, description = "The prior approval, declined", body = PriorApproval)))]
#[post("/v1/prior-approvals/{id}/decline")]
async fn decline_prior_approval(
    caller: Caller<ApprovePriorApprovals>,
    id: Id<PriorApprovalId>,
    seen: IfMatch,
    declined: Json<DeclinePriorApproval>,
) -> Result<Changed<PriorApproval>, Problem> {
    operations::decline(&caller, id.0, seen, declined.0)
        .await
        .map(Changed)
}
