//! What can be done with messages.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use super::Sparing;
use super::entity::{ActiveModel, Column, Entity, MessageId, MessagePurpose, MessageStatus};
use super::views::Message;
use crate::access::Caller;
use crate::access::permissions::ReadPartners;
use crate::http::{IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::partners::contact_preferences::entity as preference;
use crate::partners::entity::{self as partner, PartnerId, PartnerStatus};
use crate::partners::rules;
use crate::store::{Event, Work};
use crate::values::Stored;

/// One page of the messages to a partner.
pub async fn list(
    caller: &Caller<ReadPartners>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Message>, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let query = reader.select::<Entity>().filter(Column::PartnerId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            Ok((
                page.map(Message::from),
                Event::all("message.listed").about([id]),
            ))
        })
        .await
}

/// Whether a message of this purpose may go to a partner in this state, consent aside.
fn may_reach(partner: &partner::Model, purpose: MessagePurpose) -> bool {
    match partner.status {
        PartnerStatus::Enquirer | PartnerStatus::Registered | PartnerStatus::Active => true,
        PartnerStatus::Paused | PartnerStatus::Suspended => purpose == MessagePurpose::Reply,
        PartnerStatus::Ended | PartnerStatus::Merged | PartnerStatus::Anonymised => false,
    }
}

/// How many messages are written in one statement.
const AT_ONCE: usize = 500;

/// Queues a message, as part of a change; answers for whom. Nothing is queued, and nothing is wrong, when
/// it may not reach the partner: they have died, ended, paused, or have not consented to what it is for.
///
/// The facts are what the template needs: ids, dates, numbers and words of this service. Personal data
/// is read when the message is sent, never kept here.
pub async fn queue(
    work: &mut Work<'_>,
    partner_id: PartnerId,
    purpose: MessagePurpose,
    template: &'static str,
    facts: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Option<PartnerId>, Problem> {
    let told = queue_all(work, &[partner_id], purpose, template, facts).await?;
    Ok(told.into_iter().next())
}

/// Queues the same message to many partners, in few statements. Answers those whom it may reach, and for
/// whom it was queued.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change tell a partner is the operation's"
)]
pub async fn queue_all(
    work: &mut Work<'_>,
    partners: &[PartnerId],
    purpose: MessagePurpose,
    template: &'static str,
    facts: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Vec<PartnerId>, Problem> {
    let facts: BTreeMap<String, String> = facts
        .into_iter()
        .map(|(name, fact)| (name.to_owned(), fact))
        .collect();
    let partners: BTreeSet<PartnerId> = partners.iter().copied().collect();
    let partners: Vec<PartnerId> = partners.into_iter().collect();
    let mut told = Vec::new();
    for some in partners.chunks(AT_ONCE) {
        let mut who = partner::Entity::find()
            .filter(partner::Column::Id.is_in(some.iter().copied()))
            .order_by_asc(partner::Column::Id);
        if work.transaction().await?.get_database_backend() == DbBackend::Postgres {
            // A death or a pause that is being noted waits for this, or this for it.
            who = who.lock_shared();
        }
        let mut who = work.all(who).await?;
        let consented = consented(work, some, purpose).await?;
        who.retain(|one| may_reach(one, purpose) && consented.contains(&one.id));
        told.extend(who.iter().map(|one| one.id));
        let rows = who.into_iter().map(|one| ActiveModel {
            id: Set(MessageId::new()),
            organisation: Set(one.organisation),
            partner_id: Set(one.id),
            purpose: Set(purpose),
            template: Set(template.to_owned()),
            facts: Set(Stored(facts.clone())),
            status: Set(MessageStatus::Queued),
            ..Default::default()
        });
        work.add_all::<Entity>(rows).await?;
    }
    Ok(told)
}

/// Of these partners, those who have consented to what a message is for.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change tell a partner is the operation's"
)]
async fn consented(
    work: &Work<'_>,
    partners: &[PartnerId],
    purpose: MessagePurpose,
) -> Result<BTreeSet<PartnerId>, Problem> {
    let Some(purpose) = purpose.needs_consent() else {
        return Ok(partners.iter().copied().collect());
    };
    let current = preference::Entity::find()
        .filter(preference::Column::PartnerId.is_in(partners.iter().copied()))
        .filter(preference::Column::Purpose.eq(purpose))
        .filter(preference::Column::WithdrawnAt.is_null());
    let current = work.all(current).await?;
    Ok(current.into_iter().map(|row| row.partner_id).collect())
}

/// Cancels what waits to be sent to a partner.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the partner is the operation's"
)]
pub async fn cancel(
    work: &mut Work<'_>,
    partner_id: PartnerId,
    sparing: Sparing,
) -> Result<(), Problem> {
    let mut waiting = Entity::find()
        .filter(Column::PartnerId.eq(partner_id))
        .filter(Column::Status.eq(MessageStatus::Queued));
    if sparing == Sparing::Replies {
        waiting = waiting.filter(Column::Purpose.ne(MessagePurpose::Reply));
    }
    for row in work.all(waiting).await? {
        let mut row = row.into_active_model();
        row.status = Set(MessageStatus::Cancelled);
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}
