//! What can be done with one-to-ones.

use chrono::NaiveDate;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::actions;
use super::cadences::operations::next_day;
use super::entity::{ActiveModel, Column, Entity, Model, OneToOneId};
use super::lifecycle::Status;
use super::record::Correction;
use super::views::{
    CancelOneToOne, CorrectOneToOne, HoldOneToOne, NewOneToOne, OneToOne, OneToOneChanges,
    OneToOneFilter, OneToOneSort,
};
use crate::access::Caller;
use crate::access::permissions::{ActOnOneToOnes, HoldOneToOnes, PlanOneToOnes, ReadOneToOnes};
use crate::appointments::{self, AppointmentId};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::opportunities::entity as opportunity;
use crate::partners::{PartnerId, entity as partner, without_nhs_number};
use crate::store::{Event, Reach, Work};
use crate::users::{self, UserId};
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

/// Plans a one-to-one beside those of the cadence.
pub async fn plan(caller: &Caller<PlanOneToOnes>, new: NewOneToOne) -> Result<OneToOne, Problem> {
    caller
        .write(async |work| {
            let NewOneToOne {
                appointment_id,
                planned_for,
                supporter_id,
            } = new;
            let appointment = work.named("/appointmentId", appointment_id).await?;
            let appointment = locked(work, &appointment).await?;
            if appointment.status == appointments::Status::Ended {
                let ended = FieldError::new("/appointmentId", "state", "the appointment has ended");
                return Err(Problem::unmet("The role has ended", vec![ended]));
            }
            let supporter = match supporter_id {
                Some(id) => id,
                None => named_for(work, &appointment).await?.ok_or_else(|| {
                    let message =
                        "nobody is named for the partner or the role: say who supports them";
                    Problem::field("/supporterId", "required", message)
                })?,
            };
            check_supporter(work, &appointment, supporter).await?;
            let row = planned(work, &appointment, supporter, planned_for).await?;
            let event = Event::of("one-to-one.planned", row.id).about([row.partner_id]);
            Ok((seen(work, row), event))
        })
        .await
}

fn seen(work: &Work<'_>, row: Model) -> OneToOne {
    OneToOne::seen_by(&work.authority().scope, row)
}

/// The appointment again, held: who plans the next one-to-one does it before the role ends, or not at all.
async fn locked(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
) -> Result<appointments::entity::Model, Problem> {
    work.reach(&appointment.organisation, appointment.id).await
}

/// Who is there for the partner: their own named contact, or that of the role, if they can support them. The partner is not held: whoever
/// ends their involvement holds them first, and the appointment after them.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the appointment is the operation's"
)]
async fn named_for(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
) -> Result<Option<UserId>, Problem> {
    use sea_orm::EntityTrait;
    let partner = partner::Entity::find()
        .filter(partner::Column::Id.eq(appointment.partner_id))
        .filter(partner::Column::NamedContactId.is_not_null());
    let named = work.one(partner).await?;
    let named = named.and_then(|partner| partner.named_contact_id);
    if let Some(contact) = fit(work, appointment, named.map(UserId::from)).await? {
        return Ok(Some(contact));
    }
    let role = work
        .one(opportunity::advertised(appointment.opportunity_id))
        .await?;
    fit(
        work,
        appointment,
        role.and_then(|role| role.named_contact_id),
    )
    .await
}

/// A user who can support the partner of an appointment, if they can. They are not held: of those who leave
/// meanwhile, one is told as of everybody who leaves.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the appointment is the operation's"
)]
async fn fit(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
    supporter: Option<UserId>,
) -> Result<Option<UserId>, Problem> {
    use sea_orm::EntityTrait;
    let Some(supporter) = supporter else {
        return Ok(None);
    };
    let user = users::entity::Entity::find()
        .filter(users::entity::Column::Id.eq(supporter))
        .filter(users::entity::Column::Organisation.eq(appointment.organisation.as_str()));
    let user = work.one(user).await?;
    let fit = user.filter(|user| unfit_for(user, appointment.partner_id).is_none());
    Ok(fit.map(|user| user.id))
}

/// Why a user cannot support a partner: a supporter is an active member of staff who works with people, and not the
/// partner themself.
fn unfit_for(user: &users::entity::Model, partner: PartnerId) -> Option<&'static str> {
    let staff = user.roles.0.iter().any(|role| role.works_with_people());
    if !staff || user.status != users::entity::Status::Active {
        return Some("an active member of staff who works with partners is needed");
    }
    (user.partner_id == Some(partner.0)).then_some("nobody supports themself")
}

/// A supporter is one who can support the partner. A member of staff who plans their own one-to-ones plans none for a colleague.
async fn check_supporter(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
    supporter: UserId,
) -> Result<(), Problem> {
    let unfit = |message: &str| Problem::field("/supporterId", "unfit", message);
    let scope = &work.authority().scope;
    if scope.reach <= Reach::Own && scope.user != Some(supporter.0) {
        return Err(unfit("the engagement team plans for others"));
    }
    let user = work
        .reach::<users::entity::Entity>(&appointment.organisation, supporter)
        .await
        .map_err(|problem| match problem.kind() {
            kind if *kind == types::NOT_FOUND => {
                Problem::field("/supporterId", "unknown", "there is no user with this id")
            }
            _ => problem,
        })?;
    match unfit_for(&user, appointment.partner_id) {
        Some(message) => Err(unfit(message)),
        None => Ok(()),
    }
}

async fn planned(
    work: &mut Work<'_>,
    appointment: &appointments::entity::Model,
    supporter: UserId,
    day: NaiveDate,
) -> Result<Model, Problem> {
    let row = ActiveModel {
        id: Set(OneToOneId::new()),
        organisation: Set(appointment.organisation.clone()),
        appointment_id: Set(appointment.id),
        partner_id: Set(appointment.partner_id),
        supporter_id: Set(supporter),
        planned_for: Set(day),
        status: Set(Status::FIRST),
        ..Default::default()
    };
    work.add::<Entity>(row).await
}

/// Plans the first one-to-one of a new appointment by the cadence, if somebody is there for the partner.
pub async fn plan_first(
    work: &mut Work<'_>,
    appointment: &appointments::entity::Model,
) -> Result<(), Problem> {
    let Some(supporter) = named_for(work, appointment).await? else {
        return Ok(());
    };
    plan_next(work, appointment, supporter, appointment.starts_on).await
}

/// Plans the one-to-one that the cadence asks for next after a day, unless one is planned already, or the
/// role is over by then. Where who supported the partner cannot any more, it is with who is named for them.
async fn plan_next(
    work: &mut Work<'_>,
    appointment: &appointments::entity::Model,
    supporter: UserId,
    since: NaiveDate,
) -> Result<(), Problem> {
    let Some(day) = next_day(work, appointment, since).await? else {
        return Ok(());
    };
    let over = appointment.ends_on.is_some_and(|ends_on| ends_on < day)
        || appointment.status == appointments::Status::Ended;
    if over || !waiting(work, appointment.id).await?.is_empty() {
        return Ok(());
    }
    let supporter = match fit(work, appointment, Some(supporter)).await? {
        Some(supporter) => Some(supporter),
        None => named_for(work, appointment).await?,
    };
    match supporter {
        Some(supporter) => planned(work, appointment, supporter, day).await.map(drop),
        None => Ok(()),
    }
}

/// Those of an appointment that are planned.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the appointment is the operation's"
)]
async fn waiting(work: &Work<'_>, id: AppointmentId) -> Result<Vec<Model>, Problem> {
    use sea_orm::EntityTrait;
    let waiting = Entity::find()
        .filter(Column::AppointmentId.eq(id))
        .filter(Column::Status.eq(Status::Planned));
    work.all(waiting).await
}

/// Cancels what is planned for an appointment that ends, as part of the change that ends it.
pub async fn cancel_planned(work: &mut Work<'_>, id: AppointmentId) -> Result<(), Problem> {
    for row in waiting(work, id).await? {
        let status = row.status.after("cancel")?;
        let mut row = row.into_active_model();
        row.status = Set(status);
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
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
