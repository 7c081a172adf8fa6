//! How a partner's history is read.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Condition, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::views::HistoryEntry;
use crate::access::Caller;
use crate::access::permissions::ReadPartnerHistory;
use crate::http::{Listing, Page, Problem, Sort, Unfiltered};
use crate::ledger::{EntryKind, TouchedRecord};
use crate::partners::entity::{Column, Entity, PartnerId};
use crate::partners::rules;
use crate::store::ledger::{entry, subject};
use crate::store::{Event, Reader};
use crate::users::entity as user;

/// The newest first. Ids are made in the order of time.
#[derive(Clone, Copy)]
struct Latest;

impl Sort<entry::Entity> for Latest {
    fn order(self) -> (entry::Column, bool) {
        (entry::Column::Id, true)
    }
}

/// One page of a partner's history: what is in the ledger about them, and about the records that were
/// merged into theirs, whichever organisation did it.
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
            let query = entry::Entity::find().filter(entry::Column::Id.in_subquery(about));
            let page = reader
                .page_by(query, &listing.paging, entry::Column::Id, Latest)
                .await?;
            let own = caller.state().access.keys.issuers();
            let names = names(reader, &page.items).await?;
            let page = page.map(|row| {
                let issuer = row.issuer.clone().unwrap_or_default();
                let issuer = if own.contains(&issuer) {
                    user::OWN.to_owned()
                } else {
                    issuer
                };
                let who = (row.organisation.clone(), issuer, row.subject.clone());
                told(row, names.get(&who).cloned())
            });
            Ok((page, Event::of("partner.historyRead", id).about([id])))
        })
        .await
}

/// Names by organisation, issuer and subject.
type Names = BTreeMap<(Option<String>, String, Option<String>), String>;

/// The names of the users among those who acted.
#[expect(
    clippy::disallowed_methods,
    reason = "a partner may know who looked at their data"
)]
async fn names(reader: &Reader<'_>, rows: &[entry::Model]) -> Result<Names, Problem> {
    let subjects = rows.iter().filter_map(|row| row.subject.clone());
    let known = user::Entity::find().filter(user::Column::Subject.is_in(subjects));
    let users = reader.all(known).await?;
    let named = users.into_iter().map(|user| {
        (
            (Some(user.organisation), user.issuer, Some(user.subject)),
            user.display_name,
        )
    });
    Ok(named.collect())
}

fn told(row: entry::Model, name: Option<String>) -> HistoryEntry {
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
        name,
        subject: row.subject,
        client_id: row.client_id,
        purpose: row.purpose,
    }
}
