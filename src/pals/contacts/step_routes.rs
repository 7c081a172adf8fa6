//! How the steps of a contact are taken over HTTP.

use actix_web::post;

use super::entity::PalsContactId;
use super::inputs::{EscalateContact, PauseContact, RecordConsent, ReopenContact, ResolveContact};
use super::steps;
use super::views::PalsContact;
use crate::access::Caller;
use crate::access::permissions::HandlePalsContacts;
use crate::http::{Changed, Id, IfMatch, Json, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(start_pals_contact)
        .service(await_caller_of_pals_contact)
        .service(await_service_for_pals_contact)
        .service(await_consent_for_pals_contact)
        .service(resume_pals_contact)
        .service(record_pals_consent)
        .service(resolve_pals_contact)
        .service(close_pals_contact)
        .service(reopen_pals_contact)
        .service(escalate_pals_contact);
}

/// Start to see to a PALS contact
///
/// Whoever starts owns it, if nobody does.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/start")]
async fn start_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
) -> Result<Changed<PalsContact>, Problem> {
    steps::start(&caller, id.0, seen).await.map(Changed)
}

/// Wait for whoever brought a PALS contact
///
/// With a reason. The clock stands until it goes on.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/await-caller")]
async fn await_caller_of_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
    sent: Json<PauseContact>,
) -> Result<Changed<PalsContact>, Problem> {
    steps::await_caller(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Wait for a service
///
/// The clock runs on: that is the organisation's own time.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/await-service")]
async fn await_service_for_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
) -> Result<Changed<PalsContact>, Problem> {
    steps::await_service(&caller, id.0, seen).await.map(Changed)
}

/// Wait for consent
///
/// With a reason. The clock stands until it is recorded whether the person concerned consents.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/await-consent")]
async fn await_consent_for_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
    sent: Json<PauseContact>,
) -> Result<Changed<PalsContact>, Problem> {
    steps::await_consent(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Go on with a PALS contact
///
/// Once there is an answer. The clock runs again from where it stood.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/resume")]
async fn resume_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
) -> Result<Changed<PalsContact>, Problem> {
    steps::resume(&caller, id.0, seen).await.map(Changed)
}

/// Record whether the person concerned consents
///
/// Details of them can be kept from then on. Without consent, or once it is taken back, they are removed.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/record-consent")]
async fn record_pals_consent(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
    sent: Json<RecordConsent>,
) -> Result<Changed<PalsContact>, Problem> {
    steps::record_consent(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Resolve a PALS contact
///
/// With an outcome. A complaint is not resolved here, but handed over.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/resolve")]
async fn resolve_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
    sent: Json<ResolveContact>,
) -> Result<Changed<PalsContact>, Problem> {
    steps::resolve(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Close a PALS contact
///
/// Whoever brought it has the outcome.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/close")]
async fn close_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
) -> Result<Changed<PalsContact>, Problem> {
    steps::close(&caller, id.0, seen).await.map(Changed)
}

/// Reopen a PALS contact
///
/// With a reason. The clock starts anew.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/reopen")]
async fn reopen_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
    sent: Json<ReopenContact>,
) -> Result<Changed<PalsContact>, Problem> {
    steps::reopen(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}

/// Hand a PALS contact over as a complaint
///
/// The reference under which the complaint goes on is kept, so that one leads to the other.
#[utoipa::path(tag = "PALS", security(("bearer" = [HandlePalsContacts])),
    responses((status = OK, description = "Where it stands", body = PalsContact)))]
#[post("/v1/pals/contacts/{id}/escalate")]
async fn escalate_pals_contact(
    caller: Caller<HandlePalsContacts>,
    id: Id<PalsContactId>,
    seen: IfMatch,
    sent: Json<EscalateContact>,
) -> Result<Changed<PalsContact>, Problem> {
    steps::escalate(&caller, id.0, seen, sent.0)
        .await
        .map(Changed)
}
