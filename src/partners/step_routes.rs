//! How a partner's steps are reached over HTTP.

use actix_web::post;

use super::entity::PartnerId;
use super::inputs::{Ending, ProposedStep};
use super::views::Partner;
use super::{erasure, steps};
use crate::access::Caller;
use crate::access::permissions::{
    AdmitPartners, ErasePartners, ManagePartners, ProposeErasure, RecordDeaths, SuspendPartners,
};
use crate::http::{Changed, Id, IfMatch, Json, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(register_enquirer)
        .service(activate_partner)
        .service(pause_partner)
        .service(resume_partner)
        .service(end_partner)
        .service(record_death)
        .service(propose_suspension)
        .service(withdraw_suspension_proposal)
        .service(suspend_partner)
        .service(reinstate_partner)
        .service(propose_erasure)
        .service(anonymise_partner);
}

/// Register an enquirer
///
/// Somebody who showed interest becomes a registered partner.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The partner, registered", body = Partner)))]
#[post("/v1/partners/{id}/register")]
async fn register_enquirer(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    steps::register(&caller, id.0, seen).await.map(Changed)
}

/// Let a partner take part
///
/// A registered partner becomes active. They have to have acknowledged the privacy notice.
#[utoipa::path(tag = "Partners", security(("bearer" = [AdmitPartners])),
    responses((status = OK, description = "The partner, active", body = Partner)))]
#[post("/v1/partners/{id}/activate")]
async fn activate_partner(
    caller: Caller<AdmitPartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    steps::activate(&caller, id.0, seen).await.map(Changed)
}

/// Pause a partner
///
/// A break that the partner wants, without being asked why. Nothing but replies reaches them, and what
/// waits to be sent to them is cancelled.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The partner, paused", body = Partner)))]
#[post("/v1/partners/{id}/pause")]
async fn pause_partner(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    steps::pause(&caller, id.0, seen).await.map(Changed)
}

/// Resume a partner
///
/// The break is over.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The partner, active again", body = Partner)))]
#[post("/v1/partners/{id}/resume")]
async fn resume_partner(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    steps::resume(&caller, id.0, seen).await.map(Changed)
}

/// End a partner's involvement
///
/// With a reason. Open applications are withdrawn, appointments and routes end, shares are revoked, and
/// messages that wait are cancelled, replies included. `deceased` withdraws every consent too.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The partner, ended", body = Partner)))]
#[post("/v1/partners/{id}/end")]
async fn end_partner(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
    ending: Json<Ending>,
) -> Result<Changed<Partner>, Problem> {
    steps::end(&caller, id.0, seen, ending.0).await.map(Changed)
}

/// Record a death after the end
///
/// For a partner whose involvement had ended when the death was learned of. It becomes the reason, messages
/// that wait are cancelled, and every consent is withdrawn.
#[utoipa::path(tag = "Partners", security(("bearer" = [RecordDeaths])),
    responses((status = OK, description = "The partner, with the death recorded", body = Partner)))]
#[post("/v1/partners/{id}/record-death")]
async fn record_death(
    caller: Caller<RecordDeaths>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    steps::record_death(&caller, id.0, seen).await.map(Changed)
}

/// Propose to suspend a partner
///
/// With a written reason. Nothing changes until another member of staff confirms it with `suspend`.
#[utoipa::path(tag = "Partners", security(("bearer" = [SuspendPartners])),
    responses((status = OK, description = "The partner, with the proposal", body = Partner)))]
#[post("/v1/partners/{id}/propose-suspension")]
async fn propose_suspension(
    caller: Caller<SuspendPartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
    proposed: Json<ProposedStep>,
) -> Result<Changed<Partner>, Problem> {
    steps::propose_suspension(&caller, id.0, seen, proposed.0)
        .await
        .map(Changed)
}

/// Take a proposed suspension back
///
/// Anybody who may suspend partners can.
#[utoipa::path(tag = "Partners", security(("bearer" = [SuspendPartners])),
    responses((status = OK, description = "The partner", body = Partner)))]
#[post("/v1/partners/{id}/withdraw-suspension-proposal")]
async fn withdraw_suspension_proposal(
    caller: Caller<SuspendPartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    steps::withdraw_suspension_proposal(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Suspend a partner
///
/// Confirms what another member of staff proposed. Nothing but replies reaches the partner, and what
/// waits to be sent to them is cancelled.
#[utoipa::path(tag = "Partners", security(("bearer" = [SuspendPartners])),
    responses((status = OK, description = "The partner, suspended", body = Partner)))]
#[post("/v1/partners/{id}/suspend")]
async fn suspend_partner(
    caller: Caller<SuspendPartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    steps::suspend(&caller, id.0, seen).await.map(Changed)
}

/// Reinstate a partner
///
/// Ends a suspension: the partner takes part again.
#[utoipa::path(tag = "Partners", security(("bearer" = [SuspendPartners])),
    responses((status = OK, description = "The partner, active again", body = Partner)))]
#[post("/v1/partners/{id}/reinstate")]
async fn reinstate_partner(
    caller: Caller<SuspendPartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    steps::reinstate(&caller, id.0, seen).await.map(Changed)
}

/// Propose to remove a partner's personal data
///
/// With a reason, after the involvement has ended. Nothing changes until another person confirms it with
/// `anonymise`.
#[utoipa::path(tag = "Partners", security(("bearer" = [ProposeErasure])),
    responses((status = OK, description = "The partner, with the proposal", body = Partner)))]
#[post("/v1/partners/{id}/propose-erasure")]
async fn propose_erasure(
    caller: Caller<ProposeErasure>,
    id: Id<PartnerId>,
    seen: IfMatch,
    proposed: Json<ProposedStep>,
) -> Result<Changed<Partner>, Problem> {
    erasure::propose(&caller, id.0, seen, proposed.0)
        .await
        .map(Changed)
}

/// Remove a partner's personal data
///
/// Confirms what another person proposed. Names, addresses and free text go, what belongs to the partner
/// is removed or emptied, credentials stop working. It cannot be undone; the ledger keeps the id, which
/// tells nobody who it was.
#[utoipa::path(tag = "Partners", security(("bearer" = [ErasePartners])),
    responses((status = OK, description = "What is left", body = Partner)))]
#[post("/v1/partners/{id}/anonymise")]
async fn anonymise_partner(
    caller: Caller<ErasePartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
) -> Result<Changed<Partner>, Problem> {
    erasure::anonymise(&caller, id.0, seen).await.map(Changed)
}
