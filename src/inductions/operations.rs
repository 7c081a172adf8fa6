//! What can be done with inductions.

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait};

use super::entity::{Column, Entity, InductionId, Model};
use super::items::InductionItem;
pub use super::progress::{agreed, begin, reschedule, stop, unmet};
use super::progress::{must_be_on_record, saved};
use super::views::{
    CompleteItem, Induction, InductionFilter, InductionSort, ItemNotApplicable, ReopenItem,
};
use crate::access::Caller;
use crate::access::permissions::{ManageInductions, ReadInductions};
use crate::appointments::{self, entity as appointment};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem};
use crate::induction_checklists::agreement_of;
use crate::partners;
use crate::store::{Event, Reach, Work};
use crate::values::ItemCode;

/// One page of the inductions that the caller may read.
pub async fn list(
    caller: &Caller<ReadInductions>,
    listing: Listing<InductionFilter>,
) -> Result<Page<Induction>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let InductionFilter {
                sort,
                partner_id,
                appointment_id,
                status,
                overdue,
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
                .apply_if(status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(overdue, |query, overdue| {
                    query.filter(match overdue {
                        true => Condition::all().add(Column::NextDueOn.lt(today)),
                        false => Condition::any()
                            .add(Column::NextDueOn.gte(today))
                            .add(Column::NextDueOn.is_null()),
                    })
                });
            let page = reader
                .page(query, &paging, sort.unwrap_or(InductionSort::Newest))
                .await?;
            let event =
                Event::all("induction.listed").about(page.items.iter().map(|row| row.partner_id));
            Ok((page.map(Induction::from), event))
        })
        .await
}

/// One induction.
pub async fn get(caller: &Caller<ReadInductions>, id: InductionId) -> Result<Induction, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("induction.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// The induction, which nobody else changes until this change is done, and its appointment, which is locked
/// first, as everything about an appointment is.
async fn held(work: &Work<'_>, id: InductionId) -> Result<(appointment::Model, Model), Problem> {
    // A change of it is asked of who may change it: another one does not get to know that it is there.
    let found = work.see(id).await?;
    let appointment = work
        .reach(&found.organisation, found.appointment_id)
        .await?;
    let row = work.get(id).await?;
    let detail = "Somebody else ticks off what a partner was shown and told";
    partners::not_for_themself(work, row.partner_id, detail)?;
    if appointment.status == appointments::Status::Ended {
        let detail = "The appointment has ended, and its induction with it";
        return Err(partners::over(detail, &appointment.status.word()));
    }
    Ok((appointment, row))
}

/// The item of a code, with its place.
fn item_of<'a>(row: &'a Model, code: &ItemCode) -> Result<(usize, &'a InductionItem), Problem> {
    let mut items = row.items.0.iter().enumerate();
    let found = items.find(|(_, item)| item.code == *code);
    found.ok_or_else(|| Problem::field("/code", "unknown", "this induction has no such item"))
}

/// Refuses to do by hand what an agreement does.
fn must_be_no_agreement(code: &ItemCode) -> Result<(), Problem> {
    let Some(kind) = agreement_of(code) else {
        return Ok(());
    };
    let message = format!("it is done when the {kind} agreement is in force, and not before");
    let unmet = vec![FieldError::new("/code", "agreement", message)];
    Err(Problem::unmet(
        "An agreement stands behind this item",
        unmet,
    ))
}

/// Ticks an item off.
pub async fn complete_item(
    caller: &Caller<ManageInductions>,
    id: InductionId,
    seen: IfMatch,
    done: CompleteItem,
) -> Result<Induction, Problem> {
    caller
        .write(async |work| {
            let (appointment, row) = held(work, id).await?;
            let CompleteItem { code, done_at } = done;
            let (at, item) = item_of(&row, &code)?;
            let mut item = item.after("complete-item")?;
            must_be_no_agreement(&code)?;
            if done_at.is_some_and(|at| at > work.now()) {
                let message = "it is ticked off once it has been done";
                return Err(Problem::field("/doneAt", "future", message));
            }
            must_be_on_record(work, &appointment, &code).await?;
            item.done_at = Some(done_at.unwrap_or(work.now()));
            item.done_by_id = work.authority().scope.user.map(Into::into);
            step(work, row, (at, item), "induction.item-completed", &seen).await
        })
        .await
}

/// Says that an item does not apply.
pub async fn mark_item_not_applicable(
    caller: &Caller<ManageInductions>,
    id: InductionId,
    seen: IfMatch,
    marked: ItemNotApplicable,
) -> Result<Induction, Problem> {
    caller
        .write(async |work| {
            let (_, row) = held(work, id).await?;
            let ItemNotApplicable { code, reason } = marked;
            partners::without_nhs_number([("/reason", Some(reason.as_str()))])?;
            let (at, item) = item_of(&row, &code)?;
            let mut item = item.after("mark-item-not-applicable")?;
            must_be_no_agreement(&code)?;
            if item.mandatory && work.authority().scope.reach < Reach::Organisation {
                let message = "it is mandatory: the engagement team decides that it does not apply";
                return Err(Problem::field("/code", "mandatory", message));
            }
            item.not_applicable_reason = Some(reason);
            step(
                work,
                row,
                (at, item),
                "induction.item-not-applicable",
                &seen,
            )
            .await
        })
        .await
}

/// Takes back what was said of an item.
pub async fn reopen_item(
    caller: &Caller<ManageInductions>,
    id: InductionId,
    seen: IfMatch,
    reopened: ReopenItem,
) -> Result<Induction, Problem> {
    caller
        .write(async |work| {
            let (appointment, row) = held(work, id).await?;
            let (at, item) = item_of(&row, &reopened.code)?;
            let item = item.after("reopen-item")?;
            must_be_no_agreement(&reopened.code)?;
            let begun = [appointments::Status::Active, appointments::Status::Paused];
            if item.mandatory && begun.contains(&appointment.status) {
                let message = "the role is active, for which this item was needed";
                let unmet = vec![FieldError::new("/code", "mandatory", message)];
                return Err(Problem::unmet("This item stays as it is", unmet));
            }
            step(work, row, (at, item), "induction.item-reopened", &seen).await
        })
        .await
}

async fn step(
    work: &mut Work<'_>,
    row: Model,
    (at, item): (usize, InductionItem),
    event: &'static str,
    seen: &IfMatch,
) -> Result<(Induction, Event), Problem> {
    let mut items = row.items.0.clone();
    items[at] = item;
    let row = saved(work, row.into_active_model(), items, seen).await?;
    let event = Event::of(event, row.id).about([row.partner_id]);
    Ok((row.into(), event))
}
