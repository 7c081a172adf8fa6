//! What can be done with induction checklists.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Set};

use super::entity::{ActiveModel, Column, Entity, InductionChecklistId};
use super::items::{self, ChecklistItem};
use super::views::{InductionChecklist, NewInductionChecklist};
use crate::access::Caller;
use crate::access::permissions::{ManageInductionChecklists, ReadInductionChecklists};
use crate::http::{Listing, Newest, Page, Problem, Unfiltered};
use crate::organisations::operations::hold;
use crate::store::{Event, Work};
use crate::values::Stored;

/// One page of the organisation's revisions, the one in force first.
pub async fn list(
    caller: &Caller<ReadInductionChecklists>,
    listing: Listing<Unfiltered>,
) -> Result<Page<InductionChecklist>, Problem> {
    let reader = caller.read();
    let page = reader
        .page(reader.select::<Entity>(), &listing.paging, Newest)
        .await?;
    Ok(page.map(InductionChecklist::from))
}

/// One revision.
pub async fn get(
    caller: &Caller<ReadInductionChecklists>,
    id: InductionChecklistId,
) -> Result<InductionChecklist, Problem> {
    Ok(caller.read().get(id).await?.into())
}

/// Adds a revision: inductions begin with it from now on.
pub async fn add(
    caller: &Caller<ManageInductionChecklists>,
    new: NewInductionChecklist,
) -> Result<InductionChecklist, Problem> {
    caller
        .write(async |work| {
            let wrong = items::check(&new.items);
            if !wrong.is_empty() {
                return Err(Problem::fields(wrong));
            }
            // Revisions are counted: two people who add one at the same moment add two.
            let home = work.authority().scope.organisation.clone();
            hold(work, home.as_deref().unwrap_or_default()).await?;
            let latest = work.select::<Entity>().order_by_desc(Column::Revision);
            let before = work.one(latest).await?.map_or(0, |row| row.revision);
            let row = ActiveModel {
                id: Set(InductionChecklistId::new()),
                revision: Set(before + 1),
                items: Set(Stored(new.items)),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("inductionChecklist.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// What an induction that begins now covers, and of which revision: nothing and 0 for the list that ships with
/// the service.
pub async fn in_force(
    work: &Work<'_>,
    organisation: &str,
) -> Result<(Option<InductionChecklistId>, i32, Vec<ChecklistItem>), Problem> {
    let latest = work
        .select::<Entity>()
        .filter(Column::Organisation.eq(organisation))
        .order_by_desc(Column::Revision);
    match work.one(latest).await? {
        Some(row) => Ok((Some(row.id), row.revision, row.items.0)),
        None => Ok((None, 0, items::shipped().map_err(Problem::internal)?)),
    }
}
