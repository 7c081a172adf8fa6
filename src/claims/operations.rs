//! What can be done with claims: read, make and change them. `steps` takes them through their lifecycle.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, ClaimId, Column, Entity, Model, of_partner};
use super::inputs::{ClaimChanges, NewClaim};
use super::lifecycle::Status;
use super::lines::{NewLine, Particular, check, priced};
use super::views::{Claim, ClaimFilter, ClaimSort};
use super::weighing::Basis;
use crate::access::Caller;
use crate::access::permissions::{ReadClaims, SubmitClaims};
use crate::appointments::{self, AppointmentId};
use crate::http::{Change, FieldError, IfMatch, Listing, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::partners::entity::PartnerEndReason;
use crate::partners::{PartnerId, not_for_themself, over, rules};
use crate::store::{Event, Reach, Reader, Work};
use crate::values::{Label, Stored};

/// One page of the claims that the caller may read.
pub async fn list(
    caller: &Caller<ReadClaims>,
    listing: Listing<ClaimFilter>,
) -> Result<Page<Claim>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let sort = filter.sort.unwrap_or(ClaimSort::Newest);
            let query = wanted(reader, filter);
            let page = reader.page(query, &paging, sort).await?;
            let event =
                Event::all("claim.listed").about(page.items.iter().map(|row| row.partner_id));
            Ok((page.map(Claim::from), event))
        })
        .await
}

fn wanted(reader: &Reader<'_>, filter: ClaimFilter) -> sea_orm::Select<Entity> {
    let ClaimFilter {
        sort: _,
        partner_id,
        appointment_id,
        opportunity_id,
        workstream_id,
        export_id,
        status,
        unpaid_due_before,
        activity_from,
        activity_to,
    } = filter;
    let settled = [Status::Paid, Status::Rejected, Status::Withdrawn];
    reader
        .select::<Entity>()
        .apply_if(partner_id, |query, id| {
            query.filter(Column::PartnerId.eq(id))
        })
        .apply_if(appointment_id, |query, id| {
            query.filter(Column::AppointmentId.eq(id))
        })
        .apply_if(opportunity_id, |query, id| {
            query.filter(Column::OpportunityId.eq(id))
        })
        .apply_if(workstream_id, |query, id| {
            query.filter(Column::WorkstreamId.eq(id))
        })
        .apply_if(export_id, |query, id| {
            query.filter(Column::ExportId.eq(id.0))
        })
        .apply_if(status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(unpaid_due_before, |query, day| {
            let open = query.filter(Column::Status.is_not_in(settled));
            open.filter(Column::DueOn.lt(day))
        })
        .apply_if(activity_from, |query, day| {
            query.filter(Column::ActivityDate.gte(day))
        })
        .apply_if(activity_to, |query, day| {
            query.filter(Column::ActivityDate.lte(day))
        })
}

/// One claim.
pub async fn get(caller: &Caller<ReadClaims>, id: ClaimId) -> Result<Claim, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("claim.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// The appointment that a body names: the caller's own, or for staff one of the organisation. Whoever may see
/// more for another reason does not act on it here. It is held as by [`to_be_paid`].
pub async fn own_appointment(
    work: &Work<'_>,
    id: AppointmentId,
) -> Result<appointments::entity::Model, Problem> {
    let scope = &work.authority().scope;
    let own = scope.partner.map(PartnerId);
    let row = work.named("/appointmentId", id).await?;
    if scope.reach <= Reach::Own && Some(row.partner_id) != own {
        let message = "there is no appointment with this id";
        return Err(Problem::field("/appointmentId", "unknown", message));
    }
    match row.status {
        appointments::Status::PendingChecks => {
            let message = "costs are paid back from the induction on";
            let early = FieldError::new("/appointmentId", "pendingChecks", message);
            Err(Problem::unmet(
                "The checks that the role asks for are being made",
                vec![early],
            ))
        }
        _ => to_be_paid(work, &row.organisation, row.partner_id, id).await,
    }
}

/// An appointment of somebody to whom money can be paid: its partner is held first, as whoever ends their
/// involvement does. A role that ended is still paid for; a record that does not go on, or that of somebody
/// who has died, claims nothing new.
pub(super) async fn to_be_paid(
    work: &Work<'_>,
    organisation: &str,
    partner: PartnerId,
    appointment: AppointmentId,
) -> Result<appointments::entity::Model, Problem> {
    let partner = work.reach(organisation, partner).await?;
    rules::must_go_on(&partner)?;
    if partner.end_reason == Some(PartnerEndReason::Deceased) {
        return Err(over("The partner has died", &partner.status.word()));
    }
    work.reach(organisation, appointment).await
}

/// Takes a claim that the partner goes on with, with its appointment. Both are held after the partner.
pub(super) async fn take(
    work: &Work<'_>,
    id: ClaimId,
) -> Result<(appointments::entity::Model, Model), Problem> {
    let found = work.see(id).await?;
    let (partner, appointment) = (found.partner_id, found.appointment_id);
    let appointment = to_be_paid(work, &found.organisation, partner, appointment).await?;
    Ok((appointment, work.get(id).await?))
}

/// Refuses somebody who would decide about their own money.
pub fn must_not_be_claimant(work: &Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    let detail = "Nobody decides about what is paid to themself";
    not_for_themself(work, partner, detail)
}

/// What is wrong with a day on which something is said to have happened in a role.
fn check_day(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
    day: NaiveDate,
) -> Option<FieldError> {
    let wrong = |code: &str, message: &str| FieldError::new("/activityDate", code, message);
    if day > work.today() {
        return Some(wrong("future", "it is claimed once it has been"));
    }
    let ended = appointment.ended_on.is_some_and(|ended| day > ended);
    ended.then(|| wrong("ended", "the appointment had ended by then"))
}

fn check_reference(work: &Work<'_>, reference: Option<&Label>) -> Option<FieldError> {
    let for_self = work.authority().scope.reach <= Reach::Own;
    reference.filter(|_| for_self).map(|_| {
        let message = "the organisation says under which name it pays";
        FieldError::new("/payeeReference", "staffOnly", message)
    })
}

fn particulars(lines: &[NewLine]) -> Stored<Vec<Particular>> {
    let beside = |line: &NewLine| Particular {
        from: line.from.clone(),
        to: line.to.clone(),
        note: line.note.clone(),
    };
    Stored(lines.iter().map(beside).collect())
}

/// Makes a draft, for oneself or for the partner of an appointment.
pub async fn add(caller: &Caller<SubmitClaims>, new: NewClaim) -> Result<Claim, Problem> {
    caller
        .write(async |work| {
            let NewClaim {
                appointment_id,
                activity_date,
                activity,
                tenth_hours,
                payee_reference,
                lines,
            } = new;
            let appointment = own_appointment(work, appointment_id).await?;
            let mut wrong = check(&lines);
            wrong.extend(check_day(work, &appointment, activity_date));
            wrong.extend(check_reference(work, payee_reference.as_ref()));
            if !wrong.is_empty() {
                return Err(Problem::fields(wrong));
            }
            let basis = Basis::on(work, appointment, activity_date).await?;
            basis.check_activities(&lines)?;
            basis.check_approvals(work, &lines).await?;
            Basis::check_receipts(work, None, &lines).await?;
            let role = basis.role(work).await?;
            let mut row = ActiveModel {
                id: Set(ClaimId::new()),
                organisation: Set(basis.appointment.organisation.clone()),
                partner_id: Set(basis.appointment.partner_id),
                appointment_id: Set(appointment_id),
                opportunity_id: Set(role.id),
                workstream_id: Set(role.workstream_id),
                role_level: Set(basis.appointment.role_level),
                activity_date: Set(activity_date),
                activity: Set(activity.map(Into::into)),
                tenth_hours: Set(tenth_hours),
                payee_reference: Set(payee_reference.map(Into::into)),
                particulars: Set(Some(particulars(&lines))),
                findings: Set(Stored(Vec::new())),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            // What has no rate yet is no fault of a draft.
            let (kept, _) = priced(&lines, &basis.terms());
            set_lines(&mut row, kept)?;
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("claim.added", row.id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Writes lines and the totals that follow from them.
pub(super) fn set_lines(
    row: &mut ActiveModel,
    lines: Vec<super::lines::ClaimedLine>,
) -> Result<(), Problem> {
    let totals = super::sums::Totals::of(&lines).ok_or_else(|| {
        let message = "more than a claim may come to";
        Problem::field("/lines", "tooLarge", message)
    })?;
    row.expenses_pence.set_if_not_equals(totals.expenses);
    row.payments_pence.set_if_not_equals(totals.payments);
    row.donated_pence.set_if_not_equals(totals.donated);
    row.lines.set_if_not_equals(Stored(lines));
    Ok(())
}

/// Takes out of the lines of a partner who is anonymised what they may have written there: claims of the first days
/// took any text for an activity. The amounts stay, and the rates by which they came about.
pub async fn erase(work: &mut Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    for row in work.all(of_partner(partner)).await? {
        let mut lines = row.lines.0.clone();
        for line in &mut lines {
            line.activity = None;
        }
        let mut row = row.into_active_model();
        row.lines.set_if_not_equals(Stored(lines));
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// Changes a claim that waits for the partner.
pub async fn change(
    caller: &Caller<SubmitClaims>,
    id: ClaimId,
    seen: IfMatch,
    changes: ClaimChanges,
) -> Result<Claim, Problem> {
    caller
        .write(async |work| {
            let (appointment, before) = take(work, id).await?;
            before.status.after("change")?;
            let ClaimChanges {
                activity_date,
                activity,
                tenth_hours,
                payee_reference,
                lines,
            } = changes;
            let day = *activity_date.value().unwrap_or(&before.activity_date);
            let mut wrong = lines.value().map(|lines| check(lines)).unwrap_or_default();
            wrong.extend(check_day(work, &appointment, day));
            let reference = payee_reference.value().and_then(Option::as_ref);
            wrong.extend(check_reference(work, reference));
            if !wrong.is_empty() {
                return Err(Problem::fields(wrong));
            }
            let basis = Basis::on(work, appointment, day).await?;
            let moved = day != before.activity_date;
            let mut row = before.clone().into_active_model();
            activity_date.onto(&mut row.activity_date);
            activity
                .map(|text| text.map(String::from))
                .onto(&mut row.activity);
            tenth_hours.onto(&mut row.tenth_hours);
            payee_reference
                .map(|text| text.map(String::from))
                .onto(&mut row.payee_reference);
            reprice(work, &basis, &before, &mut row, lines, moved).await?;
            let row = work.save::<Entity>(row, &seen).await?;
            let event = Event::of("claim.changed", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// New lines, or the same ones on another day.
async fn reprice(
    work: &Work<'_>,
    basis: &Basis,
    before: &Model,
    row: &mut ActiveModel,
    lines: Change<Vec<NewLine>>,
    moved: bool,
) -> Result<(), Problem> {
    match lines {
        Change::To(lines) => {
            basis.check_activities(&lines)?;
            basis.check_approvals(work, &lines).await?;
            Basis::check_receipts(work, Some(before.id), &lines).await?;
            row.particulars.set_if_not_equals(Some(particulars(&lines)));
            set_lines(row, priced(&lines, &basis.terms()).0)
        }
        Change::Keep if moved => {
            let (kept, _) = super::lines::again(&before.lines.0, &basis.terms());
            set_lines(row, kept)
        }
        Change::Keep => Ok(()),
    }
}
