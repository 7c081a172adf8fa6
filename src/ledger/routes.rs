//! How the ledger is read over HTTP.

use actix_web::get;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::views::{ChangeFilter, ChangeNotice, LedgerEntry, LedgerFilter, place};
use crate::access::Caller;
use crate::access::permissions::{ReadChanges, ReadLedger};
use crate::http::{Listed, Listing, Page, PageQuery, Paging, Problem, Routes};
use crate::store::Reader;
use crate::store::ledger::entry::{Column, Entity, Model};
use crate::store::ledger::user_of;
use crate::users::operations as users;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_ledger).service(list_changes);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the ledger is no record; its organisation is filtered here"
)]
async fn entries(
    reader: &Reader<'_>,
    paging: &Paging,
    which: Condition,
) -> Result<Vec<Model>, Problem> {
    let organisation = reader.scope().organisation.clone().unwrap_or_default();
    let query = Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Seq.gt(place(paging.after.as_deref())?))
        .filter(which)
        .order_by_asc(Column::Seq)
        .limit(paging.limit + 1);
    reader.all(query).await
}

fn page<T>(
    mut rows: Vec<Model>,
    paging: &Paging,
    turn: impl Fn(Model) -> Result<T, Problem>,
) -> Result<Page<T>, Problem> {
    let limit = usize::try_from(paging.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows
        .last()
        .filter(|_| more)
        .and_then(|row| row.seq)
        .map(|seq| seq.to_string());
    Ok(Page {
        items: rows.into_iter().map(turn).collect::<Result<_, _>>()?,
        next,
    })
}

/// Read the audit view
///
/// What happened in the organisation, oldest first: each change, and each read of personal data.
/// An entry appears within about a second of the change.
#[utoipa::path(tag = "Ledger", security(("bearer" = [ReadLedger])), params(PageQuery, LedgerFilter),
    responses((status = OK, description = "A page of entries", body = Page<LedgerEntry>)))]
#[get("/v1/ledger")]
async fn list_ledger(
    caller: Caller<ReadLedger>,
    listing: Listing<LedgerFilter>,
) -> Result<Listed<LedgerEntry>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let subjects = match &filter.subject {
        Some(subject) => Some(users::kept_as(&reader, subject).await?),
        None => None,
    };
    let rows = entries(&reader, &paging, filter.condition(subjects)).await?;
    let who = users::who_acted(&reader, &rows).await?;
    let own = &caller.state().config.public_url;
    let told = |row: Model| {
        let user = user_of(row.subject.as_deref()).and_then(|id| who.get(&id));
        LedgerEntry::of(row, user, own)
    };
    page(rows, &paging, told).map(Listed)
}

/// Follow the changes
///
/// Every change in the organisation, oldest first, without gaps and without personal data. To follow
/// the feed, ask again with the highest `seq` seen as `after`.
#[utoipa::path(tag = "Ledger", security(("bearer" = [ReadChanges])), params(PageQuery, ChangeFilter),
    responses((status = OK, description = "A page of changes", body = Page<ChangeNotice>)))]
#[get("/v1/changes")]
async fn list_changes(
    caller: Caller<ReadChanges>,
    listing: Listing<ChangeFilter>,
) -> Result<Listed<ChangeNotice>, Problem> {
    let rows = entries(&caller.read(), &listing.paging, listing.filter.condition()).await?;
    page(rows, &listing.paging, |row| Ok(row.into())).map(Listed)
}
