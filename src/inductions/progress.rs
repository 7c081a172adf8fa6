//! How an induction goes along with its appointment: it begins, moves, ends and is asked for with it. Each is
//! part of the change of the appointment or the agreement, which holds the appointment locked.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, InductionId, Model};
use super::items::{InductionItem, next_due, step_of};
use super::lifecycle::{ItemStatus, Status};
use crate::agreement_texts::AgreementKind;
use crate::appointments::{AppointmentId, entity as appointment};
use crate::http::{FieldError, IfMatch, Problem};
use crate::induction_checklists::{self as checklists, agreement_of};
use crate::lifecycle::Lifecycle;
use crate::opportunities::PaymentKind;
use crate::partners::declarations::entity as declaration;
use crate::store::Work;
use crate::values::{ItemCode, Stored};

/// Saves the items, with what follows from them.
pub(super) async fn saved(
    work: &mut Work<'_>,
    mut row: ActiveModel,
    items: Vec<InductionItem>,
    seen: &IfMatch,
) -> Result<Model, Problem> {
    let status = row.status.try_as_ref().copied().unwrap_or(Status::FIRST);
    if let Some(verb) = step_of(status, &items) {
        row.status = Set(status.after(verb)?);
    }
    row.next_due_on.set_if_not_equals(next_due(&items));
    row.items.set_if_not_equals(Stored(items));
    work.step::<Entity>(row, seen).await
}

/// The induction of an appointment, if there is one. Whoever asks holds the appointment.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach it is the appointment's"
)]
async fn of(work: &Work<'_>, appointment: AppointmentId) -> Result<Option<Model>, Problem> {
    use sea_orm::EntityTrait;
    let theirs = Entity::find().filter(Column::AppointmentId.eq(appointment));
    work.one(theirs).await
}

/// Begins the induction of an appointment, from the organisation's checklist as it stands.
pub async fn begin(work: &mut Work<'_>, appointment: &appointment::Model) -> Result<(), Problem> {
    if of(work, appointment.id).await?.is_some() {
        return Ok(());
    }
    let organisation = &appointment.organisation;
    let (checklist, revision, items) = checklists::operations::in_force(work, organisation).await?;
    let items = items.into_iter();
    let items: Vec<_> = items
        .map(|item| InductionItem::of(item, appointment.starts_on))
        .collect();
    let row = ActiveModel {
        id: Set(InductionId::new()),
        organisation: Set(organisation.clone()),
        partner_id: Set(appointment.partner_id),
        appointment_id: Set(appointment.id),
        checklist_id: Set(checklist),
        checklist_revision: Set(revision),
        next_due_on: Set(next_due(&items)),
        items: Set(Stored(items)),
        status: Set(Status::FIRST),
        ..Default::default()
    };
    work.add::<Entity>(row).await?;
    Ok(())
}

/// Moves the dates of the items with the start of the role.
pub async fn reschedule(
    work: &mut Work<'_>,
    appointment: AppointmentId,
    starts_on: NaiveDate,
) -> Result<(), Problem> {
    let Some(row) = of(work, appointment).await? else {
        return Ok(());
    };
    let items = row.items.0.clone().into_iter();
    let items = items.map(|item| item.starting(starts_on)).collect();
    saved(work, row.into_active_model(), items, &IfMatch::Absent).await?;
    Ok(())
}

/// Stops the induction of an appointment that ends.
pub async fn stop(work: &mut Work<'_>, appointment: AppointmentId) -> Result<(), Problem> {
    let Some(row) = of(work, appointment).await? else {
        return Ok(());
    };
    if let Ok(next) = row.status.after("stop") {
        let mut row = row.into_active_model();
        row.status = Set(next);
        row.next_due_on = Set(None);
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// Ticks off, or opens again, the item that stands for an agreement.
pub async fn agreed(
    work: &mut Work<'_>,
    appointment: AppointmentId,
    kind: AgreementKind,
    in_force: bool,
) -> Result<(), Problem> {
    let Some(row) = of(work, appointment).await? else {
        return Ok(());
    };
    let mut items = row.items.0.clone();
    for item in &mut items {
        let verb = match (in_force, item.status) {
            _ if agreement_of(&item.code) != Some(kind) => continue,
            (true, ItemStatus::ToDo) => "complete-item",
            (false, ItemStatus::Done) => "reopen-item",
            _ => continue,
        };
        *item = item.after(verb)?;
        item.done_at = in_force.then_some(work.now());
        item.done_by_id = work
            .authority()
            .scope
            .user
            .filter(|_| in_force)
            .map(Into::into);
    }
    saved(work, row.into_active_model(), items, &IfMatch::Absent).await?;
    Ok(())
}

/// The mandatory items that are still to do, each by its name; the agreements speak for themselves.
pub async fn unmet(
    work: &Work<'_>,
    appointment: AppointmentId,
) -> Result<Vec<FieldError>, Problem> {
    let Some(row) = of(work, appointment).await? else {
        let message = "the appointment has no induction";
        return Ok(vec![FieldError::new("/induction", "required", message)]);
    };
    let open = row.items.0.into_iter().filter(|item| {
        item.mandatory && item.status == ItemStatus::ToDo && agreement_of(&item.code).is_none()
    });
    let named = |item: InductionItem| {
        let pointer = format!("/induction/items/{}", item.code);
        FieldError::new(pointer, "toDo", format!("still to do: {}", item.title))
    };
    Ok(open.map(named).collect())
}

/// What has to be on record before an item is ticked off: what the item is about shows that it was done.
pub(super) async fn must_be_on_record(
    work: &Work<'_>,
    appointment: &appointment::Model,
    code: &ItemCode,
) -> Result<(), Problem> {
    let missing = match code.as_str() {
        "conflictsOfInterest" => {
            let declared = declaration::of_partner(appointment.partner_id);
            let none = work.one(declared).await?.is_none();
            none.then_some("the partner has declared nothing yet, not even that there is nothing")
        }
        "moneyAndBenefits" => {
            let paid = appointment.payment_offered.0.kind == Some(PaymentKind::Paid);
            let told = appointment.benefits_info_given_at.is_some();
            (paid && !told).then_some(
                "the role is paid: record first that information about benefits was given",
            )
        }
        _ => None,
    };
    match missing {
        None => Ok(()),
        Some(message) => {
            let unmet = vec![FieldError::new("/code", "notOnRecord", message)];
            Err(Problem::unmet(
                "What this item is about is not on record",
                unmet,
            ))
        }
    }
}
