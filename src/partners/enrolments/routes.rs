//! How enrolments are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::EnrolmentId;
use super::operations;
use super::views::{Enrolment, EnrolmentChanges, NewEnrolment};
use crate::access::Caller;
use crate::access::permissions::{AdmitPartners, ManagePartners, ReadPartners};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
    Unfiltered,
};
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_enrolments)
        .service(add_enrolment)
        .service(get_enrolment)
        .service(change_enrolment)
        .service(activate_enrolment)
        .service(decline_enrolment)
        .service(end_enrolment);
}

/// List a partner's enrolments
///
/// The routes by which the partner is or was involved, the newest first.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])), params(PageQuery),
    responses((status = OK, description = "A page of enrolments", body = Page<Enrolment>)))]
#[get("/v1/partners/{id}/enrolments")]
async fn list_enrolments(
    caller: Caller<ReadPartners>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Enrolment>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Enrol a partner on a route
///
/// On one of the routes that the organisation offers today. One that is open to everyone, such as the Equal
/// Partners Assembly, starts at once; any other waits until staff activate or decline it. A partner is on
/// a route once at a time.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = CREATED, description = "The enrolment", body = Enrolment)))]
#[post("/v1/partners/{id}/enrolments")]
async fn add_enrolment(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    new: Json<NewEnrolment>,
) -> Result<Created<Enrolment>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// Read an enrolment
///
/// One route of one partner, with its dates.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])),
    responses((status = OK, description = "The enrolment", body = Enrolment)))]
#[get("/v1/enrolments/{id}")]
async fn get_enrolment(
    caller: Caller<ReadPartners>,
    id: Id<EnrolmentId>,
) -> Result<Found<Enrolment>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change an enrolment
///
/// Corrects its first day, or a member's constituency.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The enrolment as changed", body = Enrolment)))]
#[patch("/v1/enrolments/{id}")]
async fn change_enrolment(
    caller: Caller<ManagePartners>,
    id: Id<EnrolmentId>,
    seen: IfMatch,
    changes: Json<EnrolmentChanges>,
) -> Result<Changed<Enrolment>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Activate an enrolment
///
/// Staff agree: the partner is on the route from today.
#[utoipa::path(tag = "Partners", security(("bearer" = [AdmitPartners])),
    responses((status = OK, description = "The enrolment, active", body = Enrolment)))]
#[post("/v1/enrolments/{id}/activate")]
async fn activate_enrolment(
    caller: Caller<AdmitPartners>,
    id: Id<EnrolmentId>,
    seen: IfMatch,
) -> Result<Changed<Enrolment>, Problem> {
    operations::decide(&caller, id.0, seen, "activate", "enrolment.activated")
        .await
        .map(Changed)
}

/// Decline an enrolment
///
/// Staff do not agree. The partner can ask again.
#[utoipa::path(tag = "Partners", security(("bearer" = [AdmitPartners])),
    responses((status = OK, description = "The enrolment, declined", body = Enrolment)))]
#[post("/v1/enrolments/{id}/decline")]
async fn decline_enrolment(
    caller: Caller<AdmitPartners>,
    id: Id<EnrolmentId>,
    seen: IfMatch,
) -> Result<Changed<Enrolment>, Problem> {
    operations::decide(&caller, id.0, seen, "decline", "enrolment.declined")
        .await
        .map(Changed)
}

/// End an enrolment
///
/// The partner leaves the route today, or takes the request back.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The enrolment, ended", body = Enrolment)))]
#[post("/v1/enrolments/{id}/end")]
async fn end_enrolment(
    caller: Caller<ManagePartners>,
    id: Id<EnrolmentId>,
    seen: IfMatch,
) -> Result<Changed<Enrolment>, Problem> {
    operations::end(&caller, id.0, seen).await.map(Changed)
}
