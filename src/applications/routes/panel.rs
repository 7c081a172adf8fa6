//! The steps of the panel over HTTP.

use actix_web::post;

use crate::access::Caller;
use crate::access::permissions::DecideApplications;
use crate::applications::chat::{ArrangeChat, HoldChat, SendQuestions};
use crate::applications::entity::ApplicationId;
use crate::applications::inputs::GiveFeedback;
use crate::applications::operations;
use crate::applications::views::Application;
use crate::http::{Changed, Id, IfMatch, Json, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(shortlist_application)
        .service(not_shortlist_application)
        .service(arrange_chat)
        .service(send_questions)
        .service(hold_chat)
        .service(offer_place)
        .service(reserve_applicant)
        .service(not_select_applicant)
        .service(give_feedback);
}

/// Shortlist an application
///
/// The panel wants to have an informal chat with the applicant.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, shortlisted", body = Application)))]
#[post("/v1/applications/{id}/shortlist")]
async fn shortlist_application(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::shortlist(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Take an application no further
///
/// The panel decides so before a chat. The applicant hears it, and is to be offered feedback.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, with its outcome", body = Application)))]
#[post("/v1/applications/{id}/not-shortlist")]
async fn not_shortlist_application(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::not_shortlist(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Arrange an informal chat
///
/// With a time to come, the people whom the applicant will meet, and what is arranged so that they can
/// take part: `accessArrangements` is needed when the applicant has recorded needs for meetings; which, the
/// named contact and officers read. Arranged again, it has the new time; questions that were sent stay.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, with the chat", body = Application)))]
#[post("/v1/applications/{id}/arrange-chat")]
async fn arrange_chat(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
    body: Json<ArrangeChat>,
) -> Result<Changed<Application>, Problem> {
    operations::arrange_chat(&caller, id.0, seen, body.0)
        .await
        .map(Changed)
}

/// Send questions ahead of a chat
///
/// The applicant reads them with the application, with the time at which they were sent. They go out
/// before the chat begins.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, with the questions", body = Application)))]
#[post("/v1/applications/{id}/send-questions")]
async fn send_questions(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
    body: Json<SendQuestions>,
) -> Result<Changed<Application>, Problem> {
    operations::send_questions(&caller, id.0, seen, body.0)
        .await
        .map(Changed)
}

/// Record that a chat took place
///
/// Notes, scores and what the panel leans to are the panel's. The applicant does not find them here,
/// but can ask for them under subject access: keep to facts.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, after the chat", body = Application)))]
#[post("/v1/applications/{id}/hold-chat")]
async fn hold_chat(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
    body: Json<HoldChat>,
) -> Result<Changed<Application>, Problem> {
    operations::hold_chat(&caller, id.0, seen, body.0)
        .await
        .map(Changed)
}

/// Offer a place
///
/// As long as fewer places are offered, accepted and taken up than the opportunity has.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, with the offer", body = Application)))]
#[post("/v1/applications/{id}/offer")]
async fn offer_place(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::offer(&caller, id.0, seen).await.map(Changed)
}

/// Put an applicant on the reserve list
///
/// An outcome of its own: a place can still be offered when another applicant declines.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, on the reserve list", body = Application)))]
#[post("/v1/applications/{id}/reserve")]
async fn reserve_applicant(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::reserve(&caller, id.0, seen).await.map(Changed)
}

/// Offer no place after a chat
///
/// The applicant hears it, and is to be offered feedback.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, with its outcome", body = Application)))]
#[post("/v1/applications/{id}/not-select")]
async fn not_select_applicant(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
) -> Result<Changed<Application>, Problem> {
    operations::not_select(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Give feedback to an applicant
///
/// Everyone with an outcome is offered feedback: give it, or record that it was not wanted. The round
/// cannot end before.
#[utoipa::path(tag = "Applications", security(("bearer" = [DecideApplications])),
    responses((status = OK, description = "The application, with the feedback", body = Application)))]
#[post("/v1/applications/{id}/give-feedback")]
async fn give_feedback(
    caller: Caller<DecideApplications>,
    id: Id<ApplicationId>,
    seen: IfMatch,
    body: Json<GiveFeedback>,
) -> Result<Changed<Application>, Problem> {
    operations::give_feedback(&caller, id.0, seen, body.0)
        .await
        .map(Changed)
}
