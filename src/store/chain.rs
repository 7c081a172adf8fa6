//! The chain over the ledger: a gap-free number and a hash for each committed entry, in one order.
//!
//! The sequencer, one at a time, gives committed entries their `seq` and chains them:
//! `hash = SHA-256(previous hash, canonical entry)`.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbBackend, Order, QueryOrder, QuerySelect, Statement, Value};
use serde::Serialize;

use super::ledger::{entry, subject};
use super::portions::portions;
use super::{Database, Engine};
use crate::http::{Problem, digest_of};
use crate::traces::root;

const SEQUENCER_LOCK: i64 = 0x4550_0002;
/// Entries that one turn of the sequencer takes.
pub const TURN: usize = 500;

/// What is hashed of an entry: its form is fixed, so that a column added later does not break old chains.
#[derive(Serialize)]
struct Canonical<'a> {
    form: u8,
    seq: i64,
    id: Uuid,
    organisation: &'a Option<String>,
    kind: &'a str,
    action: &'a str,
    record: &'a str,
    record_id: &'a Option<String>,
    record_version: Option<i64>,
    touched: &'a str,
    issuer: &'a Option<String>,
    subject: &'a Option<String>,
    client_id: &'a Option<String>,
    purpose: &'a Option<String>,
    route: &'a str,
    request_id: &'a str,
    occurred_at: i64,
    partners: Vec<Uuid>,
}

fn chain(
    previous: &[u8],
    seq: i64,
    row: &entry::Model,
    partners: Vec<Uuid>,
) -> Result<Vec<u8>, Problem> {
    let canonical = Canonical {
        form: 1,
        seq,
        id: row.id,
        organisation: &row.organisation,
        kind: &row.kind,
        action: &row.action,
        record: &row.record,
        record_id: &row.record_id,
        record_version: row.record_version,
        touched: &row.touched,
        issuer: &row.issuer,
        subject: &row.subject,
        client_id: &row.client_id,
        purpose: &row.purpose,
        route: &row.route,
        request_id: &row.request_id,
        occurred_at: row.occurred_at.timestamp_millis(),
        partners,
    };
    let mut bytes = previous.to_vec();
    bytes.extend(serde_json::to_vec(&canonical).map_err(Problem::internal)?);
    Ok(digest_of(&bytes).to_vec())
}

/// The partners that each of the entries is about, in order.
#[expect(clippy::disallowed_methods, reason = "a side table of the store")]
async fn partners_of(
    connection: &impl ConnectionTrait,
    rows: &[entry::Model],
) -> Result<BTreeMap<Uuid, Vec<Uuid>>, Problem> {
    let mut found: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    let subjects = subject::Entity::find()
        .filter(subject::Column::EntryId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(subject::Column::PartnerId)
        .all(connection)
        .await?;
    for subject in subjects {
        found
            .entry(subject.entry_id)
            .or_default()
            .push(subject.partner_id);
    }
    // The databases may order UUIDs differently.
    found
        .values_mut()
        .for_each(|partners| partners.sort_unstable());
    Ok(found)
}

/// The column that has the order in which entries were written. Their ids come from the clocks of
/// instances, which differ.
fn arrival(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => "arrival",
        Engine::Sqlite => "rowid",
    }
}

/// The place of an entry in the chain.
struct Link {
    id: Uuid,
    seq: i64,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

/// Links that are written at once.
const AT_ONCE: usize = 64;

/// Statements that write the places of many entries.
fn written(engine: Engine, links: &[Link]) -> impl Iterator<Item = Statement> {
    portions(links, AT_ONCE).map(move |some| match engine {
        Engine::Sqlite => one_by_one(some),
        Engine::Postgres => joined(some),
    })
}

/// SQLite: statements in one message.
fn one_by_one(links: &[Link]) -> Statement {
    let one = "UPDATE ledger_entries SET seq = ?, previous_hash = ?, hash = ? WHERE id = ?;";
    let sql = one.repeat(links.len());
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values(links))
}

fn values(links: &[Link]) -> impl Iterator<Item = Value> {
    links.iter().flat_map(|link| -> [Value; 4] {
        [
            link.seq.into(),
            link.previous.clone().into(),
            link.hash.clone().into(),
            link.id.into(),
        ]
    })
}

/// PostgreSQL: one statement.
fn joined(links: &[Link]) -> Statement {
    let row = |at: usize| {
        let at = at * 4;
        format!(
            "(${}::bigint, ${}::bytea, ${}::bytea, ${}::uuid)",
            at + 1,
            at + 2,
            at + 3,
            at + 4
        )
    };
    let rows: Vec<String> = (0..links.len()).map(row).collect();
    let sql = format!(
        "UPDATE ledger_entries SET seq = link.seq, previous_hash = link.previous, hash = link.hash \
         FROM (VALUES {}) AS link(seq, previous, hash, id) WHERE ledger_entries.id = link.id",
        rows.join(", ")
    );
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values(links))
}

/// Gives the entries committed since the last turn their place in the chain; answers how many.
#[expect(clippy::disallowed_methods, reason = "a side table of the store")]
pub async fn sequence(database: &Database) -> Result<usize, Problem> {
    use entry::{Column, Entity};
    let pending = Entity::find()
        .filter(Column::Seq.is_null())
        .order_by(Expr::cust(arrival(database.engine())), Order::Asc)
        .limit(TURN as u64);
    if pending
        .clone()
        .limit(1)
        .one(database.reads())
        .await?
        .is_none()
    {
        return Ok(0);
    }
    root("sequence", place(database, pending)).await
}

#[expect(clippy::disallowed_methods, reason = "a side table of the store")]
async fn place(database: &Database, pending: Select<entry::Entity>) -> Result<usize, Problem> {
    use entry::{Column, Entity};
    database
        .write(async |transaction| {
            if database.engine() == Engine::Postgres {
                let sql = format!("SELECT pg_try_advisory_xact_lock({SEQUENCER_LOCK})");
                let statement = Statement::from_string(sea_orm::DbBackend::Postgres, sql);
                let row = transaction.query_one_raw(statement).await?;
                let ours = row.map(|row| row.try_get_by_index::<bool>(0)).transpose()?;
                if ours != Some(true) {
                    return Ok(0);
                }
            }
            let last = Entity::find()
                .filter(Column::Seq.is_not_null())
                .order_by_desc(Column::Seq)
                .one(transaction)
                .await?;
            let (mut seq, mut hash) = match last {
                Some(row) => (row.seq.unwrap_or(0), row.hash.unwrap_or_default()),
                None => (0, Vec::new()),
            };
            let rows = pending.all(transaction).await?;
            let mut partners = partners_of(transaction, &rows).await?;
            let mut links = Vec::with_capacity(rows.len());
            for row in &rows {
                seq += 1;
                let previous = hash;
                let partners = partners.remove(&row.id).unwrap_or_default();
                hash = chain(&previous, seq, row, partners)?;
                links.push(Link {
                    id: row.id,
                    seq,
                    previous,
                    hash: hash.clone(),
                });
            }
            for statement in written(database.engine(), &links) {
                transaction.execute_raw(statement).await?;
            }
            Ok(rows.len())
        })
        .await
}

/// The state of the chain.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry is as it was written; so many entries.
    Whole(i64),
    /// The first entry that is not as it was written, by `seq`, and what is wrong.
    Broken(i64, &'static str),
}

/// Walks the chain from its beginning.
#[expect(clippy::disallowed_methods, reason = "a side table of the store")]
pub async fn verify(database: &Database) -> Result<Verdict, Problem> {
    use entry::{Column, Entity};
    let (mut seq, mut hash) = (0, Vec::new());
    loop {
        let rows = Entity::find()
            .filter(Column::Seq.gt(seq))
            .order_by_asc(Column::Seq)
            .limit(TURN as u64)
            .all(database.reads())
            .await?;
        if rows.is_empty() {
            return Ok(Verdict::Whole(seq));
        }
        let mut partners = partners_of(database.reads(), &rows).await?;
        for row in rows {
            if row.seq != Some(seq + 1) {
                return Ok(Verdict::Broken(seq + 1, "an entry is missing"));
            }
            seq += 1;
            if row.previous_hash.as_deref() != Some(&hash) {
                return Ok(Verdict::Broken(
                    seq,
                    "the link to the entry before is not the one written",
                ));
            }
            hash = chain(
                &hash,
                seq,
                &row,
                partners.remove(&row.id).unwrap_or_default(),
            )?;
            if row.hash.as_ref() != Some(&hash) {
                return Ok(Verdict::Broken(seq, "the entry is not as it was written"));
            }
        }
    }
}
