//! What can be done with exclusions.

use chrono::Days;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Set};

use super::entity::{ActiveModel, Column, Entity, FriendsAndFamilyExclusionId, Reason};
use super::views::{FriendsAndFamilyExclusion, MayAsk, MayWeAsk, NewFriendsAndFamilyExclusion};
use crate::access::Caller;
use crate::access::permissions::{AskFriendsAndFamily, ReadFriendsAndFamily};
use crate::http::{IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::store::{Event, Store};
use crate::values::day_of;

/// For how many days somebody is not asked again, unless the caller says otherwise.
const SPARED: u64 = 30;

/// By what a person is known here: bound to the organisation, so that two cannot compare whom they know, and to the
/// deployment's own secret, so that a copy of the table says nothing to whoever has the senders' key.
fn known_by(caller: &Caller<AskFriendsAndFamily>, person: &str) -> Vec<u8> {
    let organisation = caller.scope().organisation.as_deref().unwrap_or_default();
    let seal = &caller.state().store.seal;
    seal.keyed(&["friends-and-family-exclusion", organisation, person])
}

/// Forgets exclusions that are over.
#[expect(clippy::disallowed_methods, reason = "they are everyone's")]
pub async fn forget_exclusions(store: &Store) -> Result<(), Problem> {
    let today = day_of(store.clock.now());
    let over = Entity::delete_many().filter(Column::Until.lt(today));
    store
        .database
        .write(async |transaction| {
            over.exec(transaction).await?;
            Ok(())
        })
        .await
}

/// One page of the exclusions, the newest first.
pub async fn list(
    caller: &Caller<ReadFriendsAndFamily>,
    listing: Listing<Unfiltered>,
) -> Result<Page<FriendsAndFamilyExclusion>, Problem> {
    let reader = caller.read();
    let page = reader
        .page(reader.select::<Entity>(), &listing.paging, Newest)
        .await?;
    Ok(page.map(FriendsAndFamilyExclusion::from))
}

/// One exclusion.
pub async fn get(
    caller: &Caller<ReadFriendsAndFamily>,
    id: FriendsAndFamilyExclusionId,
) -> Result<FriendsAndFamilyExclusion, Problem> {
    caller.read().get(id).await.map(Into::into)
}

/// Notes that somebody is not to be asked.
pub async fn add(
    caller: &Caller<AskFriendsAndFamily>,
    new: NewFriendsAndFamilyExclusion,
) -> Result<FriendsAndFamilyExclusion, Problem> {
    let NewFriendsAndFamilyExclusion {
        person,
        reason,
        until,
    } = new;
    caller
        .write(async |work| {
            let today = work.today();
            if until.is_some_and(|until| until < today) {
                return Err(Problem::field("/until", "past", "not before today"));
            }
            let later = || today.checked_add_days(Days::new(SPARED));
            let until = match reason {
                Reason::Asked => until.or_else(later),
                _ => until,
            };
            let row = ActiveModel {
                id: Set(FriendsAndFamilyExclusionId::new()),
                person: Set(known_by(caller, &person)),
                reason: Set(reason),
                until: Set(until),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("friendsAndFamilyExclusion.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Takes an exclusion back: somebody may be asked again.
pub async fn remove(
    caller: &Caller<AskFriendsAndFamily>,
    id: FriendsAndFamilyExclusionId,
    seen: IfMatch,
) -> Result<(), Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            work.remove::<Entity>(row, &seen).await?;
            Ok(((), Event::of("friendsAndFamilyExclusion.removed", id)))
        })
        .await
}

/// Whether somebody may be asked today. Nothing is kept of the question.
pub async fn may_ask(
    caller: &Caller<AskFriendsAndFamily>,
    asked: MayWeAsk,
) -> Result<MayAsk, Problem> {
    let reader = caller.read();
    let organisation = caller.scope().organisation.clone().unwrap_or_default();
    let today = reader.today();
    let counts = Condition::any()
        .add(Column::Until.is_null())
        .add(Column::Until.gte(today));
    let query = reader
        .select::<Entity>()
        .filter(Column::Organisation.eq(organisation.as_str()))
        .filter(Column::Person.eq(known_by(caller, &asked.person)))
        .filter(counts)
        .limit(1);
    Ok(MayAsk {
        may_ask: reader.all(query).await?.is_empty(),
    })
}
