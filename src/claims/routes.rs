//! How claims are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::ClaimId;
use super::inputs::{ClaimChanges, NewClaim};
use super::operations;
use super::views::{Claim, ClaimFilter};
use crate::access::Caller;
use crate::access::permissions::{ReadClaims, SubmitClaims};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_claims)
        .service(make_claim)
        .service(get_claim)
        .service(change_claim);
}

/// List claims
///
/// A partner lists their own, a workstream lead those that were sent in the workstreams they lead, other staff
/// those of the organisation. `unpaidDueBefore` finds who waits for too long. Each read is recorded.
#[utoipa::path(tag = "Claims", security(("bearer" = [ReadClaims])), params(PageQuery, ClaimFilter),
    responses((status = OK, description = "A page of claims", body = Page<Claim>)))]
#[get("/v1/claims")]
async fn list_claims(
    caller: Caller<ReadClaims>,
    listing: Listing<ClaimFilter>,
) -> Result<Listed<Claim>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Make a claim
///
/// A draft, for an appointment whose induction has started. Miles and payments are worked out from the rates
/// on the day of the activity, and payments as the partner chose on the appointment; other costs are paid back
/// as they were spent.
#[utoipa::path(tag = "Claims", security(("bearer" = [SubmitClaims])),
    responses((status = CREATED, description = "The draft", body = Claim)))]
#[post("/v1/claims")]
async fn make_claim(
    caller: Caller<SubmitClaims>,
    new: Json<NewClaim>,
) -> Result<Created<Claim>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a claim
///
/// What is claimed, what it comes to, what was found, and where it stands.
#[utoipa::path(tag = "Claims", security(("bearer" = [ReadClaims])),
    responses((status = OK, description = "The claim", body = Claim)))]
#[get("/v1/claims/{id}")]
async fn get_claim(caller: Caller<ReadClaims>, id: Id<ClaimId>) -> Result<Found<Claim>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a claim
///
/// While it is a draft, or while there is a question about it. Lines are replaced as a whole.
#[utoipa::path(tag = "Claims", security(("bearer" = [SubmitClaims])),
    responses((status = OK, description = "The claim as changed", body = Claim)))]
#[patch("/v1/claims/{id}")]
async fn change_claim(
    caller: Caller<SubmitClaims>,
    id: Id<ClaimId>,
    seen: IfMatch,
    changes: Json<ClaimChanges>,
) -> Result<Changed<Claim>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}
