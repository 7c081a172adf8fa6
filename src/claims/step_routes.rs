//! How the steps of a claim are taken over HTTP.

use actix_web::post;

use super::entity::ClaimId;
use super::inputs::{AskAboutClaim, ConfirmClaim, OverrideLine, RejectClaim, SubmitClaim};
use super::steps;
use super::views::Claim;
use crate::access::Caller;
use crate::access::permissions::{AuthoriseClaims, ConfirmClaims, QueryClaims, SubmitClaims};
use crate::http::{Changed, Id, IfMatch, Json, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(submit_claim)
        .service(override_line)
        .service(ask_about_claim)
        .service(confirm_claim)
        .service(authorise_claim)
        .service(reject_claim)
        .service(withdraw_claim);
}

/// Send a claim
///
/// With what the partner declares. It is worked out once more, and looked through: what is found is told, and
/// keeps nobody from sending it. The days until it is paid are counted from the first time.
#[utoipa::path(tag = "Claims", security(("bearer" = [SubmitClaims])),
    responses((status = OK, description = "The claim, sent", body = Claim)))]
#[post("/v1/claims/{id}/submit")]
async fn submit_claim(
    caller: Caller<SubmitClaims>,
    id: Id<ClaimId>,
    seen: IfMatch,
    submitted: Json<SubmitClaim>,
) -> Result<Changed<Claim>, Problem> {
    steps::submit(&caller, id.0, seen, submitted.0)
        .await
        .map(Changed)
}

/// Let a line do without a receipt, an agreement or a limit
///
/// With a reason: that the money could not be found first is one. By a member of staff, and never by the
/// claimant.
#[utoipa::path(tag = "Claims", security(("bearer" = [ConfirmClaims])),
    responses((status = OK, description = "The claim, with what the line does without", body = Claim)))]
#[post("/v1/claims/{id}/override")]
async fn override_line(
    caller: Caller<ConfirmClaims>,
    id: Id<ClaimId>,
    seen: IfMatch,
    passed: Json<OverrideLine>,
) -> Result<Changed<Claim>, Problem> {
    steps::let_pass(&caller, id.0, seen, passed.0)
        .await
        .map(Changed)
}

/// Ask about a claim
///
/// The partner can change the claim and sends it again, with an answer. Whoever confirmed or authorised it
/// looks at it once more.
#[utoipa::path(tag = "Claims", security(("bearer" = [QueryClaims])),
    responses((status = OK, description = "The claim, with the question", body = Claim)))]
#[post("/v1/claims/{id}/query")]
async fn ask_about_claim(
    caller: Caller<QueryClaims>,
    id: Id<ClaimId>,
    seen: IfMatch,
    asked: Json<AskAboutClaim>,
) -> Result<Changed<Claim>, Problem> {
    steps::ask(&caller, id.0, seen, asked.0).await.map(Changed)
}

/// Confirm a claim
///
/// By the convenor, who knows that the partner was there: the lead of the workstream, or the engagement team.
/// Never by the claimant. What lacks a receipt or an agreement is mended or let pass first; other findings need
/// a reason.
#[utoipa::path(tag = "Claims", security(("bearer" = [ConfirmClaims])),
    responses((status = OK, description = "The claim, confirmed", body = Claim)))]
#[post("/v1/claims/{id}/confirm")]
async fn confirm_claim(
    caller: Caller<ConfirmClaims>,
    id: Id<ClaimId>,
    seen: IfMatch,
    confirmed: Json<ConfirmClaim>,
) -> Result<Changed<Claim>, Problem> {
    steps::confirm(&caller, id.0, seen, confirmed.0)
        .await
        .map(Changed)
}

/// Authorise a claim
///
/// By a finance approver, who neither claimed nor confirmed it. It goes out with the next export.
#[utoipa::path(tag = "Claims", security(("bearer" = [AuthoriseClaims])),
    responses((status = OK, description = "The claim, authorised", body = Claim)))]
#[post("/v1/claims/{id}/authorise")]
async fn authorise_claim(
    caller: Caller<AuthoriseClaims>,
    id: Id<ClaimId>,
    seen: IfMatch,
) -> Result<Changed<Claim>, Problem> {
    steps::authorise(&caller, id.0, seen).await.map(Changed)
}

/// Reject a claim
///
/// With a reason, and with somebody whom the partner can ask to look at it again.
#[utoipa::path(tag = "Claims", security(("bearer" = [QueryClaims])),
    responses((status = OK, description = "The claim, rejected", body = Claim)))]
#[post("/v1/claims/{id}/reject")]
async fn reject_claim(
    caller: Caller<QueryClaims>,
    id: Id<ClaimId>,
    seen: IfMatch,
    rejected: Json<RejectClaim>,
) -> Result<Changed<Claim>, Problem> {
    steps::reject(&caller, id.0, seen, rejected.0)
        .await
        .map(Changed)
}

/// Take a claim back
///
/// By the partner, or by staff for them, until somebody has confirmed it.
#[utoipa::path(tag = "Claims", security(("bearer" = [SubmitClaims])),
    responses((status = OK, description = "The claim, withdrawn", body = Claim)))]
#[post("/v1/claims/{id}/withdraw")]
async fn withdraw_claim(
    caller: Caller<SubmitClaims>,
    id: Id<ClaimId>,
    seen: IfMatch,
) -> Result<Changed<Claim>, Problem> {
    steps::withdraw(&caller, id.0, seen).await.map(Changed)
}
