//! How appointments are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::{AppointmentId, Entity};
use super::views::{
    Appointment, AppointmentChanges, AppointmentFilter, ChoosePayment, EndAppointment,
    NewAppointment,
};
use super::{activity, operations};
use crate::access::Caller;
use crate::access::permissions::{
    ChoosePayment as MayChoose, EndAppointments, ManageAppointments, PauseAppointments,
    ReadAppointments,
};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};
use crate::store::Written;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_appointments)
        .service(appoint_partner)
        .service(get_appointment)
        .service(change_appointment)
        .service(record_benefits_information)
        .service(choose_payment)
        .service(start_induction)
        .service(activate_appointment)
        .service(pause_appointment)
        .service(resume_appointment)
        .service(end_appointment);
}

/// List appointments
///
/// A partner lists their own, a workstream lead those of the workstreams they lead, other staff those of the
/// organisation. `reviewBefore` and `endsBefore` find terms that need attention. Each read is recorded.
#[utoipa::path(tag = "Appointments", security(("bearer" = [ReadAppointments])),
    params(PageQuery, AppointmentFilter),
    responses((status = OK, description = "A page of appointments", body = Page<Appointment>)))]
#[get("/v1/appointments")]
async fn list_appointments(
    caller: Caller<ReadAppointments>,
    listing: Listing<AppointmentFilter>,
) -> Result<Listed<Written<Entity, Appointment>>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Appoint a partner
///
/// From an application whose place was accepted, unless the opportunity is withdrawn or archived. The
/// level, the payment and the check that the role asks for come from the opportunity as it stands; the
/// applicant becomes a registered partner if they were an enquirer, and is enrolled on the route of the
/// role.
#[utoipa::path(tag = "Appointments", security(("bearer" = [ManageAppointments])),
    responses((status = CREATED, description = "The appointment", body = Appointment)))]
#[post("/v1/appointments")]
async fn appoint_partner(
    caller: Caller<ManageAppointments>,
    new: Json<NewAppointment>,
) -> Result<Created<Appointment>, Problem> {
    operations::appoint(&caller, new.0).await.map(Created)
}

/// Read an appointment
///
/// The partner reads their own. Each read is recorded.
#[utoipa::path(tag = "Appointments", security(("bearer" = [ReadAppointments])),
    responses((status = OK, description = "The appointment", body = Appointment)))]
#[get("/v1/appointments/{id}")]
async fn get_appointment(
    caller: Caller<ReadAppointments>,
    id: Id<AppointmentId>,
) -> Result<Found<Appointment>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change an appointment
///
/// The days of the term and of the review.
#[utoipa::path(tag = "Appointments", security(("bearer" = [ManageAppointments])),
    responses((status = OK, description = "The appointment as changed", body = Appointment)))]
#[patch("/v1/appointments/{id}")]
async fn change_appointment(
    caller: Caller<ManageAppointments>,
    id: Id<AppointmentId>,
    seen: IfMatch,
    changes: Json<AppointmentChanges>,
) -> Result<Changed<Appointment>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Record that information about benefits was given
///
/// Payment can count as earnings, so the partner is told where to get advice before they choose. The
/// service records that they were told, and never asks which benefits somebody gets.
#[utoipa::path(tag = "Appointments", security(("bearer" = [ManageAppointments])),
    responses((status = OK, description = "The appointment, with the time", body = Appointment)))]
#[post("/v1/appointments/{id}/record-benefits-information")]
async fn record_benefits_information(
    caller: Caller<ManageAppointments>,
    id: Id<AppointmentId>,
    seen: IfMatch,
) -> Result<Changed<Appointment>, Problem> {
    operations::record_benefits_information(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Choose about payment
///
/// To be paid, to be paid less, not to be paid, or to have the payment given to somebody else: the
/// partner's own choice, or an officer's record of it. For paid roles, once information about benefits was
/// given. It can be chosen anew until the appointment ends.
#[utoipa::path(tag = "Appointments", security(("bearer" = [MayChoose])),
    responses((status = OK, description = "The appointment, with the choice", body = Appointment)))]
#[post("/v1/appointments/{id}/choose-payment")]
async fn choose_payment(
    caller: Caller<MayChoose>,
    id: Id<AppointmentId>,
    seen: IfMatch,
    chosen: Json<ChoosePayment>,
) -> Result<Changed<Appointment>, Problem> {
    operations::choose_payment(&caller, id.0, seen, chosen.0)
        .await
        .map(Changed)
}

/// Start the induction
///
/// Once the check that the role asks for has been made: note its date first. A role that asks for none
/// starts at once.
#[utoipa::path(tag = "Appointments", security(("bearer" = [ManageAppointments])),
    responses((status = OK, description = "The appointment, with the induction under way", body = Appointment)))]
#[post("/v1/appointments/{id}/start-induction")]
async fn start_induction(
    caller: Caller<ManageAppointments>,
    id: Id<AppointmentId>,
    seen: IfMatch,
) -> Result<Changed<Appointment>, Problem> {
    operations::start_induction(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Make an appointment active
///
/// Once every mandatory item of the induction is done, both agreements are in force and the partner takes
/// part: what is missing is named, each by itself. The partner's route begins with it.
#[utoipa::path(tag = "Appointments", security(("bearer" = [ManageAppointments])),
    responses((status = OK, description = "The appointment, active", body = Appointment)))]
#[post("/v1/appointments/{id}/activate")]
async fn activate_appointment(
    caller: Caller<ManageAppointments>,
    id: Id<AppointmentId>,
    seen: IfMatch,
) -> Result<Changed<Appointment>, Problem> {
    activity::activate(&caller, id.0, seen).await.map(Changed)
}

/// Pause an appointment
///
/// The role rests, without a reason: the partner's own choice, or an officer's record of it.
#[utoipa::path(tag = "Appointments", security(("bearer" = [PauseAppointments])),
    responses((status = OK, description = "The appointment, paused", body = Appointment)))]
#[post("/v1/appointments/{id}/pause")]
async fn pause_appointment(
    caller: Caller<PauseAppointments>,
    id: Id<AppointmentId>,
    seen: IfMatch,
) -> Result<Changed<Appointment>, Problem> {
    activity::pause(&caller, id.0, seen).await.map(Changed)
}

/// Resume an appointment
///
/// The rest is over. Both agreements have to be in force.
#[utoipa::path(tag = "Appointments", security(("bearer" = [PauseAppointments])),
    responses((status = OK, description = "The appointment, active again", body = Appointment)))]
#[post("/v1/appointments/{id}/resume")]
async fn resume_appointment(
    caller: Caller<PauseAppointments>,
    id: Id<AppointmentId>,
    seen: IfMatch,
) -> Result<Changed<Appointment>, Problem> {
    activity::resume(&caller, id.0, seen).await.map(Changed)
}

/// End an appointment
///
/// By either side and without a penalty, with a reason. A partner ends their own, and gives `ownChoice` or
/// `moved`.
#[utoipa::path(tag = "Appointments", security(("bearer" = [EndAppointments])),
    responses((status = OK, description = "The appointment, ended", body = Appointment)))]
#[post("/v1/appointments/{id}/end")]
async fn end_appointment(
    caller: Caller<EndAppointments>,
    id: Id<AppointmentId>,
    seen: IfMatch,
    end: Json<EndAppointment>,
) -> Result<Changed<Appointment>, Problem> {
    operations::end(&caller, id.0, seen, end.0)
        .await
        .map(Changed)
}
