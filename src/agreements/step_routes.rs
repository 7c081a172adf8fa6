//! How the steps of an agreement are reached over HTTP.

use actix_web::post;

use super::acceptance::{Accept, RecordAcceptance};
use super::entity::AgreementId;
use super::operations;
use super::views::{Agreement, EndAgreement};
use crate::access::Caller;
use crate::access::permissions::{
    AcceptAgreements, CountersignAgreements, EndAgreements, ManageAgreements,
};
use crate::http::{Changed, Id, IfMatch, Json, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(accept_agreement)
        .service(record_acceptance)
        .service(countersign_agreement)
        .service(decline_agreement)
        .service(withdraw_agreement)
        .service(end_agreement);
}

/// Accept an agreement
///
/// The partner does, by typing their name or by drawing their signature. Nobody does it in their place: what
/// they said or signed on paper, staff record with `record-acceptance`.
#[utoipa::path(tag = "Agreements", security(("bearer" = [AcceptAgreements])),
    responses((status = OK, description = "The agreement, accepted by the partner", body = Agreement)))]
#[post("/v1/agreements/{id}/accept")]
async fn accept_agreement(
    caller: Caller<AcceptAgreements>,
    id: Id<AgreementId>,
    seen: IfMatch,
    accepted: Json<Accept>,
) -> Result<Changed<Agreement>, Problem> {
    operations::accept(&caller, id.0, seen, accepted.0)
        .await
        .map(Changed)
}

/// Record that a partner accepted
///
/// On paper, or by saying so, before a witness who is named. A person records it, and another one accepts for
/// the organisation.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ManageAgreements])),
    responses((status = OK, description = "The agreement, accepted by the partner", body = Agreement)))]
#[post("/v1/agreements/{id}/record-acceptance")]
async fn record_acceptance(
    caller: Caller<ManageAgreements>,
    id: Id<AgreementId>,
    seen: IfMatch,
    recorded: Json<RecordAcceptance>,
) -> Result<Changed<Agreement>, Problem> {
    operations::record_acceptance(&caller, id.0, seen, recorded.0)
        .await
        .map(Changed)
}

/// Accept an agreement for the organisation
///
/// Before or after the partner; with the second acceptance it is in force, takes the place of the one before,
/// and is kept as it was signed, with its digests in the ledger. Not by the partner themself, nor by the one
/// who recorded their acceptance.
#[utoipa::path(tag = "Agreements", security(("bearer" = [CountersignAgreements])),
    responses((status = OK, description = "The agreement, accepted by the organisation", body = Agreement)))]
#[post("/v1/agreements/{id}/countersign")]
async fn countersign_agreement(
    caller: Caller<CountersignAgreements>,
    id: Id<AgreementId>,
    seen: IfMatch,
    accepted: Json<Accept>,
) -> Result<Changed<Agreement>, Problem> {
    operations::countersign(&caller, id.0, seen, accepted.0)
        .await
        .map(Changed)
}

/// Decline an agreement
///
/// The partner does, and need not say why.
#[utoipa::path(tag = "Agreements", security(("bearer" = [AcceptAgreements])),
    responses((status = OK, description = "The agreement, declined", body = Agreement)))]
#[post("/v1/agreements/{id}/decline")]
async fn decline_agreement(
    caller: Caller<AcceptAgreements>,
    id: Id<AgreementId>,
    seen: IfMatch,
) -> Result<Changed<Agreement>, Problem> {
    operations::decline(&caller, id.0, seen).await.map(Changed)
}

/// Withdraw an agreement
///
/// An offer is taken back before it is in force.
#[utoipa::path(tag = "Agreements", security(("bearer" = [ManageAgreements])),
    responses((status = OK, description = "The agreement, withdrawn", body = Agreement)))]
#[post("/v1/agreements/{id}/withdraw")]
async fn withdraw_agreement(
    caller: Caller<ManageAgreements>,
    id: Id<AgreementId>,
    seen: IfMatch,
) -> Result<Changed<Agreement>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}

/// End an agreement
///
/// By either side and without a penalty. A partner need not say why; the organisation does. A role that is
/// active is paused, until the agreement is made anew.
#[utoipa::path(tag = "Agreements", security(("bearer" = [EndAgreements])),
    responses((status = OK, description = "The agreement, ended", body = Agreement)))]
#[post("/v1/agreements/{id}/end")]
async fn end_agreement(
    caller: Caller<EndAgreements>,
    id: Id<AgreementId>,
    seen: IfMatch,
    end: Json<EndAgreement>,
) -> Result<Changed<Agreement>, Problem> {
    operations::end(&caller, id.0, seen, end.0)
        .await
        .map(Changed)
}
