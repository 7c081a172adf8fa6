//! What can be done with appointments.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QueryTrait, Set};

pub use super::activity::rest;
use super::entity::{ActiveModel, AppointmentId, Column, Entity, Model};
use super::lifecycle::Status;
use super::term;
use super::views::{
    Appointment, AppointmentChanges, AppointmentFilter, AppointmentSort, ChoosePayment,
    EndAppointment, NewAppointment,
};
use crate::access::Caller;
use crate::access::permissions::{
    ChoosePayment as MayChoose, EndAppointments, ManageAppointments, ReadAppointments,
};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem};
use crate::involvement_routes::codes;
use crate::lifecycle::Lifecycle;
use crate::one_to_ones;
use crate::opportunities::Kind;
use crate::partners::PartnerId;
use crate::partners::entity::PartnerEndReason;
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::take_on;
use crate::store::{Event, Work, Written};
use crate::{agreements, applications, checks, inductions};

/// One page of the appointments that the caller may read.
pub async fn list(
    caller: &Caller<ReadAppointments>,
    listing: Listing<AppointmentFilter>,
) -> Result<Page<Written<Entity, Appointment>>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let AppointmentFilter {
                sort,
                partner_id,
                opportunity_id,
                status,
                review_before,
                ends_before,
            } = filter;
            let query = reader
                .select::<Entity>()
                .apply_if(partner_id, |query, id| {
                    query.filter(Column::PartnerId.eq(id))
                })
                .apply_if(opportunity_id, |query, id| {
                    query.filter(Column::OpportunityId.eq(id))
                })
                .apply_if(status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(review_before, |query, day| {
                    query.filter(Column::ReviewOn.lt(day))
                })
                .apply_if(ends_before, |query, day| {
                    query.filter(Column::EndsOn.lt(day))
                });
            let sort = sort.unwrap_or(AppointmentSort::Newest);
            let page = reader.written_page(query, &paging, sort).await?;
            let partners = page
                .items
                .iter()
                .map(|item: &Written<Entity, _>| item.row().partner_id);
            let event = Event::all("appointment.listed").about(partners);
            Ok((page, event))
        })
        .await
}

/// One appointment.
pub async fn get(
    caller: &Caller<ReadAppointments>,
    id: AppointmentId,
) -> Result<Appointment, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("appointment.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Appoints the applicant who accepted a place. They become a registered partner if they were not, and
/// are enrolled on the route of the role.
pub async fn appoint(
    caller: &Caller<ManageAppointments>,
    new: NewAppointment,
) -> Result<Appointment, Problem> {
    caller
        .write(async |work| {
            let NewAppointment {
                application_id,
                starts_on,
                review_on,
                ends_on,
            } = new;
            let wrong = term::check(starts_on, review_on, ends_on);
            if !wrong.is_empty() {
                return Err(Problem::fields(wrong));
            }
            let (opportunity, application) =
                applications::operations::appoint(work, "/applicationId", application_id).await?;
            let partner = application.partner_id;
            let route = route_of(opportunity.kind);
            take_on(
                work,
                "/applicationId",
                &application.organisation,
                partner,
                route,
            )
            .await?;
            let decided = checks::requirements::operations::of_role(work, opportunity.id).await?;
            let row = ActiveModel {
                id: Set(AppointmentId::new()),
                organisation: Set(application.organisation),
                partner_id: Set(application.partner_id),
                opportunity_id: Set(opportunity.id),
                application_id: Set(application_id),
                role_level: Set(opportunity.role_level),
                starts_on: Set(starts_on),
                review_on: Set(review_on),
                ends_on: Set(ends_on),
                payment_offered: Set(opportunity.payment),
                dbs_level: Set(decided.map_or(opportunity.dbs_level, |decided| decided.level)),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            inductions::operations::begin(work, &row).await?;
            let facts = [
                ("appointmentId", row.id.to_string()),
                ("startsOn", starts_on.to_string()),
            ];
            queue(work, partner, MessagePurpose::Service, "appointed", facts).await?;
            one_to_ones::operations::plan_first(work, &row).await?;
            let event = Event::of("appointment.added", row.id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// The route of involvement that a role belongs to.
pub(super) fn route_of(kind: Kind) -> &'static str {
    match kind {
        Kind::PatientSafetyPartner => codes::PATIENT_SAFETY_PARTNER,
        Kind::GovernorElection => codes::GOVERNOR,
        Kind::VolunteerRole => codes::VOLUNTEER,
        _ => codes::PPP,
    }
}

/// Changes the term.
pub async fn change(
    caller: &Caller<ManageAppointments>,
    id: AppointmentId,
    seen: IfMatch,
    changes: AppointmentChanges,
) -> Result<Appointment, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            before.status.after("change")?;
            let AppointmentChanges {
                starts_on,
                review_on,
                ends_on,
            } = changes;
            let wrong = term::check(
                *starts_on.value().unwrap_or(&before.starts_on),
                *review_on.value().unwrap_or(&before.review_on),
                *ends_on.value().unwrap_or(&before.ends_on),
            );
            if !wrong.is_empty() {
                return Err(Problem::fields(wrong));
            }
            let mut row = before.into_active_model();
            starts_on.onto(&mut row.starts_on);
            review_on.onto(&mut row.review_on);
            ends_on.onto(&mut row.ends_on);
            let moved = row.starts_on.is_set();
            let row = work.save::<Entity>(row, &seen).await?;
            if moved {
                inductions::operations::reschedule(work, id, row.starts_on).await?;
            }
            let event = Event::of("appointment.changed", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Records that the partner was told where to get advice about benefits.
pub async fn record_benefits_information(
    caller: &Caller<ManageAppointments>,
    id: AppointmentId,
    seen: IfMatch,
) -> Result<Appointment, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            row.status.after("record-benefits-information")?;
            must_be_paid(&row)?;
            let mut row = row.into_active_model();
            row.benefits_info_given_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            let event =
                Event::of("appointment.benefits-information-given", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Records what the partner chooses about payment.
pub async fn choose_payment(
    caller: &Caller<MayChoose>,
    id: AppointmentId,
    seen: IfMatch,
    chosen: ChoosePayment,
) -> Result<Appointment, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            row.status.after("choose-payment")?;
            must_be_paid(&row)?;
            let ChoosePayment {
                choice,
                reduced_pence,
                benefits_info_given,
            } = chosen;
            if let Some(wrong) = term::check_choice(&row.payment_offered.0, choice, reduced_pence) {
                return Err(Problem::fields(vec![wrong]));
            }
            if row.benefits_info_given_at.is_none() && !benefits_info_given {
                let message = "tell the partner first where to get advice about benefits";
                let unmet = FieldError::new("/benefitsInfoGiven", "required", message);
                return Err(Problem::unmet(
                    "A choice about payment is an informed one",
                    vec![unmet],
                ));
            }
            let now = work.now();
            let informed_at = row.benefits_info_given_at.unwrap_or(now);
            let mut row = row.into_active_model();
            row.payment_choice.set_if_not_equals(Some(choice));
            row.reduced_pence.set_if_not_equals(reduced_pence);
            row.payment_chosen_at = Set(Some(now));
            row.benefits_info_given_at
                .set_if_not_equals(Some(informed_at));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("appointment.payment-chosen", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

fn must_be_paid(row: &Model) -> Result<(), Problem> {
    match term::is_paid(&row.payment_offered.0) {
        true => Ok(()),
        false => {
            let unpaid = FieldError::new(
                "/paymentOffered/kind",
                "unpaid",
                "the role is not a paid one",
            );
            Err(Problem::unmet(
                "There is no payment to choose about",
                vec![unpaid],
            ))
        }
    }
}

/// Starts the induction, once the checks that the role asks for have been made.
pub async fn start_induction(
    caller: &Caller<ManageAppointments>,
    id: AppointmentId,
    seen: IfMatch,
) -> Result<Appointment, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after("start-induction")?;
            let missing = checks::operations::missing(work, &row).await?;
            if !missing.is_empty() {
                let detail = "The role asks for a check that has not been cleared";
                return Err(Problem::unmet(detail, missing));
            }
            // One that was made before inductions were kept begins its own now.
            inductions::operations::begin(work, &row).await?;
            let mut row = row.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("appointment.induction-started", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Ends an appointment, by either side, with a reason and without a penalty.
pub async fn end(
    caller: &Caller<EndAppointments>,
    id: AppointmentId,
    seen: IfMatch,
    end: EndAppointment,
) -> Result<Appointment, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after("end")?;
            let EndAppointment { reason, ended_on } = end;
            reason.given_by(&work.authority().scope)?;
            let day = ended_on.unwrap_or(work.today());
            if day > work.today() {
                return Err(Problem::field(
                    "/endedOn",
                    "future",
                    "an end is recorded once it has come",
                ));
            }
            let row = ended(work, row, next, (day, reason), &seen).await?;
            let event = Event::of("appointment.ended", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

async fn ended(
    work: &mut Work<'_>,
    row: Model,
    next: Status,
    (day, reason): (chrono::NaiveDate, PartnerEndReason),
    seen: &IfMatch,
) -> Result<Model, Problem> {
    let mut row = row.into_active_model();
    row.status = Set(next);
    row.ended_on = Set(Some(day));
    row.end_reason = Set(Some(reason));
    let row = work.step::<Entity>(row, seen).await?;
    inductions::operations::stop(work, row.id).await?;
    one_to_ones::operations::cancel_planned(work, row.id).await?;
    checks::operations::withdraw_all(work, row.id).await?;
    agreements::operations::close(work, row.id).await?;
    Ok(row)
}

/// Ends every appointment of a partner today, as part of the change that ends their involvement.
pub async fn end_all(
    work: &mut Work<'_>,
    partner: PartnerId,
    reason: PartnerEndReason,
) -> Result<(), Problem> {
    let theirs = work
        .select::<Entity>()
        .filter(Column::PartnerId.eq(partner))
        .order_by_asc(Column::Id);
    for found in work.all(theirs).await? {
        let row = work.get(found.id).await?;
        if let Ok(next) = row.status.after("end") {
            let today = work.today();
            ended(work, row, next, (today, reason), &IfMatch::Absent).await?;
        }
    }
    Ok(())
}
