//! What can be done with actions.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, Model, OneToOneActionId, Status};
use super::views::{
    NewAgreedAction, NewOneToOneAction, OneToOneAction, OneToOneActionFilter, OneToOneActionSort,
};
use crate::access::Caller;
use crate::access::permissions::{ActOnOneToOnes, ReadOneToOnes};
use crate::http::{IfMatch, Listing, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::one_to_ones::entity as one_to_one;
use crate::partners::without_nhs_number;
use crate::store::{Event, Work};

/// One page of the actions that the caller agreed to.
pub async fn list(
    caller: &Caller<ReadOneToOnes>,
    listing: Listing<OneToOneActionFilter>,
) -> Result<Page<OneToOneAction>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let OneToOneActionFilter {
                sort,
                one_to_one_id,
                status,
                due_before,
            } = filter;
            let query = reader
                .select::<Entity>()
                .apply_if(one_to_one_id, |query, id| {
                    query.filter(Column::OneToOneId.eq(id))
                })
                .apply_if(status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(due_before, |query, day| query.filter(Column::DueOn.lt(day)));
            let page = reader
                .page(query, &paging, sort.unwrap_or(OneToOneActionSort::Newest))
                .await?;
            let event = Event::all("one-to-one-action.listed")
                .about(page.items.iter().map(|row| row.partner_id));
            Ok((page.map(OneToOneAction::from), event))
        })
        .await
}

/// One action.
pub async fn get(
    caller: &Caller<ReadOneToOnes>,
    id: OneToOneActionId,
) -> Result<OneToOneAction, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("one-to-one-action.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Adds what was agreed, as part of the change that records the one-to-one.
pub async fn agree(
    work: &mut Work<'_>,
    talk: &one_to_one::Model,
    agreed: Vec<NewAgreedAction>,
) -> Result<(), Problem> {
    let pointers: Vec<String> = (0..agreed.len())
        .map(|index| format!("/actions/{index}/what"))
        .collect();
    let texts = pointers
        .iter()
        .zip(&agreed)
        .map(|(pointer, one)| (pointer.as_str(), Some(one.what.as_str())));
    without_nhs_number(texts)?;
    for one in agreed {
        added(work, talk, one).await?;
    }
    Ok(())
}

async fn added(
    work: &mut Work<'_>,
    talk: &one_to_one::Model,
    agreed: NewAgreedAction,
) -> Result<Model, Problem> {
    let NewAgreedAction {
        what,
        owner,
        due_on,
    } = agreed;
    let row = ActiveModel {
        id: Set(OneToOneActionId::new()),
        organisation: Set(talk.organisation.clone()),
        one_to_one_id: Set(talk.id),
        partner_id: Set(talk.partner_id),
        supporter_id: Set(talk.supporter_id),
        what: Set(what.into()),
        owner: Set(owner),
        due_on: Set(due_on),
        status: Set(Status::FIRST),
        ..Default::default()
    };
    work.add::<Entity>(row).await
}

/// Adds an action that the two agreed to after the one-to-one was recorded.
pub async fn add(
    caller: &Caller<ActOnOneToOnes>,
    new: NewOneToOneAction,
) -> Result<OneToOneAction, Problem> {
    caller
        .write(async |work| {
            let NewOneToOneAction {
                one_to_one_id,
                what,
                owner,
                due_on,
            } = new;
            let talk = work.named("/oneToOneId", one_to_one_id).await?;
            talk.status.after("agree-action")?;
            without_nhs_number([("/what", Some(what.as_str()))])?;
            let agreed = NewAgreedAction {
                what,
                owner,
                due_on,
            };
            let row = added(work, &talk, agreed).await?;
            let event = Event::of("one-to-one-action.added", row.id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Notes that an action is done; either of the two does.
pub async fn complete(
    caller: &Caller<ActOnOneToOnes>,
    id: OneToOneActionId,
    seen: IfMatch,
) -> Result<OneToOneAction, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after("complete")?;
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.done_on = Set(Some(work.today()));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("one-to-one-action.completed", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}
