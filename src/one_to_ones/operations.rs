//! What can be done with one-to-ones.

use chrono::NaiveDate;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::actions;
use super::entity::{Column, Entity, Model, OneToOneId};
use super::lifecycle::Status;
pub use super::planning::{cancel_planned, plan, plan_first};
use super::planning::{check_supporter, plan_next};
use super::record::Correction;
use super::views::{
    CancelOneToOne, CorrectOneToOne, HoldOneToOne, OneToOne, OneToOneChanges, OneToOneFilter,
    OneToOneSort,
};
use crate::access::Caller;
use crate::access::permissions::{ActOnOneToOnes, HoldOneToOnes, PlanOneToOnes, ReadOneToOnes};
use crate::appointments;
use crate::http::{FieldError, IfMatch, Listing, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::partners::without_nhs_number;
use crate::store::{Event, Work};
use crate::values::Stored;

/// How many times a partner corrects one record: then the two should talk.
const MOST_CORRECTIONS: usize = 20;

/// The condition that a one-to-one is late on a day.
fn overdue(today: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::Status.eq(Status::Planned))
        .add(Column::PlannedFor.lt(today))
}

/// One page of the one-to-ones that the caller may read.
pub async fn list(
    caller: &Caller<ReadOneToOnes>,
    listing: Listing<OneToOneFilter>,
) -> Result<Page<OneToOne>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let OneToOneFilter {
                sort,
                partner_id,
                appointment_id,
                supporter_id,
                status,
                overdue: late,
            } = filter;
            let today = reader.today();
            let query = reader
                .select::<Entity>()
                .apply_if(partner_id, |query, id| {
                    query.filter(Column::PartnerId.eq(id))
                })
                .apply_if(appointment_id, |query, id| {
                    query.filter(Column::AppointmentId.eq(id))
                })
                .apply_if(supporter_id, |query, id| {
                    query.filter(Column::SupporterId.eq(id))
                })
                .apply_if(status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(late, |query, late| match late {
                    true => query.filter(overdue(today)),
                    false => query.filter(overdue(today).not()),
                });
            let page = reader
                .page(query, &paging, sort.unwrap_or(OneToOneSort::Newest))
                .await?;
            let event =
                Event::all("one-to-one.listed").about(page.items.iter().map(|row| row.partner_id));
            let scope = reader.scope();
            Ok((page.map(|row| OneToOne::seen_by(scope, row)), event))
        })
        .await
}

/// One one-to-one.
pub async fn get(caller: &Caller<ReadOneToOnes>, id: OneToOneId) -> Result<OneToOne, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("one-to-one.read", id).about([row.partner_id]);
            Ok((OneToOne::seen_by(reader.scope(), row), event))
        })
        .await
}

pub(super) fn seen(work: &Work<'_>, row: Model) -> OneToOne {
    OneToOne::seen_by(&work.authority().scope, row)
}

/// Changes the day, or who supports the partner.
pub async fn change(
    caller: &Caller<PlanOneToOnes>,
    id: OneToOneId,
    if_match: IfMatch,
    changes: OneToOneChanges,
) -> Result<OneToOne, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            before.status.after("change")?;
            let OneToOneChanges {
                planned_for,
                supporter_id,
            } = changes;
            if let Some(supporter) = supporter_id.value() {
                let appointment = work
                    .reach(&before.organisation, before.appointment_id)
                    .await?;
                check_supporter(work, &appointment, *supporter).await?;
            }
            let mut row = before.into_active_model();
            planned_for.onto(&mut row.planned_for);
            supporter_id.onto(&mut row.supporter_id);
            let row = work.save::<Entity>(row, &if_match).await?;
            let event = Event::of("one-to-one.changed", id).about([row.partner_id]);
            Ok((seen(work, row), event))
        })
        .await
}

/// Takes a one-to-one with its appointment, which is held first: whoever ends the appointment does so too.
async fn take(
    work: &Work<'_>,
    id: OneToOneId,
) -> Result<(appointments::entity::Model, Model), Problem> {
    let row = work.see(id).await?;
    let appointment = work.reach(&row.organisation, row.appointment_id).await?;
    Ok((appointment, work.get(id).await?))
}

/// Records that a one-to-one was held, and plans the next one. Only who held it does: what was said is
/// between the two.
pub async fn hold(
    caller: &Caller<HoldOneToOnes>,
    id: OneToOneId,
    if_match: IfMatch,
    held: HoldOneToOne,
) -> Result<OneToOne, Problem> {
    caller
        .write(async |work| {
            let (appointment, row) = take(work, id).await?;
            if work.authority().scope.user != Some(row.supporter_id.0) {
                let detail = "Only the member of staff who supports the partner records it";
                return Err(Problem::new(&types::NOT_YOURS, detail));
            }
            let next = row.status.after("hold")?;
            let HoldOneToOne {
                held_on,
                mode,
                minutes,
                record,
                actions: agreed,
            } = held;
            let day = held_on.unwrap_or(work.today());
            if day > work.today() {
                let message = "a one-to-one is recorded once it was held";
                return Err(Problem::field("/heldOn", "future", message));
            }
            if record.is_empty() {
                let message = "say at least one thing that was talked about";
                return Err(Problem::field("/record", "required", message));
            }
            without_nhs_number(record.texts())?;
            let (since, supporter) = (row.planned_for.max(day), row.supporter_id);
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.held_on = Set(Some(day));
            row.mode = Set(Some(mode));
            row.minutes = Set(Some(minutes));
            row.record = Set(Some(Stored(record)));
            let row = work.step::<Entity>(row, &if_match).await?;
            actions::operations::agree(work, &row, agreed).await?;
            plan_next(work, &appointment, supporter, since).await?;
            let event = Event::of("one-to-one.held", id).about([row.partner_id]);
            Ok((seen(work, row), event))
        })
        .await
}

/// Cancels a one-to-one, and plans the next one: nobody drops out of the rhythm.
pub async fn cancel(
    caller: &Caller<PlanOneToOnes>,
    id: OneToOneId,
    if_match: IfMatch,
    cancel: CancelOneToOne,
) -> Result<OneToOne, Problem> {
    caller
        .write(async |work| {
            let (appointment, row) = take(work, id).await?;
            let next = row.status.after("cancel")?;
            let CancelOneToOne { reason } = cancel;
            without_nhs_number([("/reason", Some(reason.as_str()))])?;
            let (since, supporter) = (row.planned_for, row.supporter_id);
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.cancel_reason = Set(Some(reason.into()));
            let row = work.step::<Entity>(row, &if_match).await?;
            plan_next(work, &appointment, supporter, since).await?;
            let event = Event::of("one-to-one.cancelled", id).about([row.partner_id]);
            Ok((seen(work, row), event))
        })
        .await
}

/// Adds what the partner says about what was written down. The text stays as it was.
pub async fn correct(
    caller: &Caller<ActOnOneToOnes>,
    id: OneToOneId,
    if_match: IfMatch,
    correct: CorrectOneToOne,
) -> Result<OneToOne, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            if work.authority().scope.partner != Some(row.partner_id.0) {
                let detail = "Only the partner corrects what was written about them";
                return Err(Problem::new(&types::NOT_YOURS, detail));
            }
            row.status.after("correct")?;
            let CorrectOneToOne { text } = correct;
            without_nhs_number([("/text", Some(text.as_str()))])?;
            let mut corrections = row.corrections.clone().unwrap_or_default().0;
            if corrections.len() >= MOST_CORRECTIONS {
                let full = FieldError::new("/text", "tooMany", "there are 20 already");
                return Err(Problem::unmet("No more corrections fit here", vec![full]));
            }
            corrections.push(Correction {
                at: work.now(),
                text,
            });
            let mut row = row.into_active_model();
            row.corrections = Set(Some(Stored(corrections)));
            let row = work.step::<Entity>(row, &if_match).await?;
            let event = Event::of("one-to-one.corrected", id).about([row.partner_id]);
            Ok((seen(work, row), event))
        })
        .await
}
