//! How a partner's history is read.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Condition, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::views::HistoryEntry;
use crate::access::Caller;
use crate::access::permissions::ReadPartnerHistory;
use crate::http::{Listing, Page, Problem, Sort, Unfiltered};
use crate::ledger::{EntryKind, TouchedRecord};
use crate::partners::entity::{Column, Entity, PartnerId};
use crate::partners::rules;
use crate::store::ledger::{entry, subject, user_of};
use crate::store::{Event, Reader};
use crate::users::entity as user;
use crate::users::operations::who_acted;

/// What staff propose to each other; the partner hears of it when it is confirmed.
const SUSPENSION_PROPOSED: &str = "partner.suspensionProposed";
/// That such a proposal was confirmed.
const SUSPENDED: &str = "partner.suspended";
/// What comes of these, a partner does not read: a proposal that was taken back, and one after which
/// nobody is left to read.
const NEVER_OWN: [&str; 2] = [
    "partner.suspensionProposalWithdrawn",
    "partner.erasureProposed",
];

/// The newest first. Ids are made in the order of time.
#[derive(Clone, Copy)]
struct Latest;

impl Sort<entry::Entity> for Latest {
    fn order(self) -> (entry::Column, bool) {
        (entry::Column::Id, true)
    }
}

/// One page of a partner's history: what is in the ledger about them, and about the records that were
/// merged into theirs, whichever organisation did it. The partner does not read of a proposal that was not
/// confirmed.
#[expect(
    clippy::disallowed_methods,
    reason = "the ledger is no record; the partner is the caller's"
)]
pub async fn list(
    caller: &Caller<ReadPartnerHistory>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<HistoryEntry>, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let merged = Query::select()
                .column(Column::Id)
                .from(Entity)
                .cond_where(Column::MergedIntoId.eq(id.0))
                .to_owned();
            let theirs = Condition::any()
                .add(subject::Column::PartnerId.eq(id.0))
                .add(subject::Column::PartnerId.in_subquery(merged));
            let about = Query::select()
                .column(subject::Column::EntryId)
                .from(subject::Entity)
                .cond_where(theirs)
                .to_owned();
            let mut query =
                entry::Entity::find().filter(entry::Column::Id.in_subquery(about.clone()));
            if rules::acts_for_self(reader.scope()) {
                let hidden = unconfirmed(reader, &about).await?;
                query = query
                    .filter(entry::Column::Action.is_not_in(NEVER_OWN))
                    .filter(entry::Column::Id.is_not_in(hidden));
            }
            let page = reader
                .page_by(query, &listing.paging, entry::Column::Id, Latest)
                .await?;
            let who = who_acted(reader, &page.items).await?;
            let page = page.map(|row| {
                let user = user_of(row.subject.as_deref()).and_then(|id| who.get(&id));
                told(row, user)
            });
            Ok((page, Event::of("partner.historyRead", id).about([id])))
        })
        .await
}

/// What was proposed about a partner and is not confirmed, or was not: the partner need not hear of it.
#[expect(
    clippy::disallowed_methods,
    reason = "the ledger is no record; the partner is the caller's"
)]
async fn unconfirmed(reader: &Reader<'_>, about: &SelectStatement) -> Result<Vec<Uuid>, Problem> {
    let steps = entry::Entity::find()
        .filter(entry::Column::Id.in_subquery(about.clone()))
        .filter(entry::Column::Action.is_in([SUSPENSION_PROPOSED, SUSPENDED]))
        .order_by_asc(entry::Column::Id);
    let mut waiting: BTreeMap<Option<String>, Uuid> = BTreeMap::new();
    let mut hidden = Vec::new();
    for step in reader.all(steps).await? {
        match step.action.as_str() {
            SUSPENDED => drop(waiting.remove(&step.record_id)),
            // A new proposal takes the place of the one that waits.
            _ => hidden.extend(waiting.insert(step.record_id, step.id)),
        }
    }
    hidden.extend(waiting.into_values());
    Ok(hidden)
}

fn told(row: entry::Model, who: Option<&user::Model>) -> HistoryEntry {
    // What else the change touched may be about somebody else: only names of fields are told.
    let touched: Vec<TouchedRecord> = serde_json::from_str(&row.touched).unwrap_or_default();
    let own = touched
        .into_iter()
        .filter(|one| Some(one.id.to_string()) == row.record_id);
    HistoryEntry {
        id: row.id,
        occurred_at: row.occurred_at,
        kind: if row.kind == "access" {
            EntryKind::Access
        } else {
            EntryKind::Write
        },
        action: row.action,
        record_id: row.record_id.clone(),
        fields: own.flat_map(|one| one.fields).collect(),
        organisation: row.organisation,
        name: who.map(|user| user.display_name.clone()),
        subject: who.map(|user| user.subject.clone()).or(row.subject),
        client_id: row.client_id,
        purpose: row.purpose,
    }
}
