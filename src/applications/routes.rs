//! How applications are reached over HTTP: by those who apply. The panel's steps stand beside.

mod panel;

use actix_web::{get, patch, post};

use super::entity::ApplicationId;
use super::inputs::{ApplicationChanges, NewApplication};
use super::views::{Application, ApplicationFilter};
use super::{notes, operations};
use crate::access::Caller;
use crate::access::permissions::{AnswerOffers, Apply, ReadApplications};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_applications)
        .service(apply)
        .service(get_application)
        .service(change_application)
        .service(submit_application)
        .service(accept_offer)
        .service(decline_offer)
        .service(withdraw_application);
    panel::routes(config);
    notes::routes(config);
}

/// List applications
///
/// A partner lists their own; staff those for the opportunities on whose panel they are; an API client of
/// the organisation all that were sent to it, because it connects a system that the organisation trusts.
/// Each read is recorded, and the applicants can see it.
#[utoipa::path(tag = "Applications", security(("bearer" = [ReadApplications])),
    params(PageQuery, ApplicationFilter),
    responses((status = OK, description = "A page of applications", body = Page<Application>)))]
#[get("/v1/applications")]
async fn list_applications(
    caller: Caller<ReadApplications>,
    listing: Listing<ApplicationFilter>,
) -> Result<Listed<Application>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Apply for an opportunity
///
/// Anyone may apply, without credentials: `applicant` says who, the person is registered as an enquirer of
/// the opportunity's organisation, and the answer holds `credentials` of their own, shown this once, with
/// which they follow and withdraw the application. A partner applies with their own credentials and no
/// `applicant`. Staff enter an application for somebody, with `partnerId` or `applicant` and the `method` by
/// which it came. It is taken while the opportunity is published, from its opening to its closing time,
/// once for each partner, and not from somebody on the panel. There is no place for a CV or a clinical history, on purpose.
#[utoipa::path(tag = "Applications", security((), ("bearer" = [Apply])),
    responses((status = CREATED, description = "The application", body = Application)))]
#[post("/v1/applications")]
async fn apply(
    caller: Caller<Apply>,
    new: Json<NewApplication>,
) -> Result<Created<Application>, Problem> {
    operations::apply(&caller, new.0).await.map(Created)
}

/// Read an application
///
/// The applicant and the panel of the opportunity read it; the panel finds its own part under `panel`, with
/// the applicant's name, and how to reach them while a chat is to be arranged or held.
/// Colleagues who are not on the panel are told so with 403. Each read is recorded.
#[utoipa::path(tag = "Applications", security(("bearer" = [ReadApplications])),
    responses((status = OK, description = "The application", body = Application)))]
#[get("/v1/applications/{id}")]
async fn get_application(
    caller: Caller<ReadApplications>,
    id: Id<ApplicationId>,
) -> Result<Found<Application>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a draft application
///
/// The applicant changes what they have not sent yet. What was sent stands.
#[utoipa::path(tag = "Applications", security(("bearer" = [Apply])),
    responses((status = OK, description = "The application as changed", body = Application)))]
#[patch("/v1/applications/{id}")]
async fn change_application(
    caller: Caller<Apply>,
    id: Id<ApplicationId>,
    seen: IfMatch,
    changes: Json<ApplicationChanges>,
) -> Result<Changed<Application>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Submit a draft application
///
/// Sends it, while the opportunity takes applications. It counts under the terms of the day on which it is
/// sent: `revision` says which.
#[utoipa::path(tag = "Applications", security(("bearer" = [Apply])),
    responses((status = OK, description = "The application, sent", body = Application)))]
#[post("/v1/applications/{id}/submit")]
async fn submit_application(
    caller: Caller<Apply>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::submit(&caller, id.0, seen).await.map(Changed)
}

/// Accept an offered place
///
/// The applicant accepts, or a member of staff on the panel who was told so. Refused with 409 when the places have
/// become fewer than the offers and the last one is taken.
#[utoipa::path(tag = "Applications", security(("bearer" = [AnswerOffers])),
    responses((status = OK, description = "The application, accepted", body = Application)))]
#[post("/v1/applications/{id}/accept")]
async fn accept_offer(
    caller: Caller<AnswerOffers>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::accept(&caller, id.0, seen).await.map(Changed)
}

/// Decline an offered place
///
/// The applicant declines, or a member of staff on the panel who was told so. The place can be offered to another.
#[utoipa::path(tag = "Applications", security(("bearer" = [AnswerOffers])),
    responses((status = OK, description = "The application, declined", body = Application)))]
#[post("/v1/applications/{id}/decline")]
async fn decline_offer(
    caller: Caller<AnswerOffers>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::decline(&caller, id.0, seen).await.map(Changed)
}

/// Withdraw an application
///
/// The applicant withdraws at any time until the appointment, without a reason; or a member of staff on the
/// panel who was told so.
#[utoipa::path(tag = "Applications", security(("bearer" = [AnswerOffers])),
    responses((status = OK, description = "The application, withdrawn", body = Application)))]
#[post("/v1/applications/{id}/withdraw")]
async fn withdraw_application(
    caller: Caller<AnswerOffers>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}
