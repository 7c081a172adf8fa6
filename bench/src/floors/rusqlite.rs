//! The limit on SQLite: readers inline on the worker, and one writer that takes what is waiting into one commit.

use std::path::PathBuf;
use std::sync::mpsc;

use ::rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior, params};
use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, SecondsFormat, Utc};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::json::{Kept, Pages, Workstream};
use super::{ADDED, Author, CHANGED, Change, Creation, Filter, LIMIT, One, Page, Wanted, touched};

const COLUMNS: &str =
    "id, organisation, version, created_at, updated_at, name, purpose, lead_id, status";
/// Writes that share a commit at the most.
const MOST: usize = 128;

fn file_of(url: &str) -> PathBuf {
    PathBuf::from(url.trim_start_matches("sqlite://"))
}

enum Write {
    Add(Creation, oneshot::Sender<Result<One>>),
    Change(Change, oneshot::Sender<Result<Option<One>>>),
}

/// The queue to the one thread that writes.
#[derive(Clone)]
pub struct Writer(mpsc::Sender<Write>);

impl Writer {
    /// Starts the thread.
    pub fn start(url: &str) -> Result<Self> {
        let mut connection = Connection::open(file_of(url))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(64);
        let (queue, waiting) = mpsc::channel();
        std::thread::spawn(move || {
            while let Ok(first) = waiting.recv() {
                let rest = waiting.try_iter().take(MOST - 1);
                commit(&mut connection, std::iter::once(first).chain(rest));
            }
        });
        Ok(Self(queue))
    }
}

/// Does all of these in one transaction and answers them after its commit.
fn commit(connection: &mut Connection, writes: impl Iterator<Item = Write>) {
    let mut answers: Vec<Box<dyn FnOnce(bool)>> = Vec::new();
    let done = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(anyhow::Error::from)
        .and_then(|transaction| {
            for write in writes {
                answers.push(match write {
                    Write::Add(creation, receipt) => {
                        let done = add(&transaction, creation);
                        Box::new(move |kept| answer(receipt, done, kept))
                    }
                    Write::Change(wanted, receipt) => {
                        let done = change(&transaction, &wanted);
                        Box::new(move |kept| answer(receipt, done, kept))
                    }
                });
            }
            Ok(transaction.commit()?)
        });
    for answer in answers {
        answer(done.is_ok());
    }
}

fn answer<T>(receipt: oneshot::Sender<Result<T>>, done: Result<T>, kept: bool) {
    let done = if kept {
        done
    } else {
        Err(anyhow!("the commit failed"))
    };
    let _ = receipt.send(done);
}

fn stored(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, false)
}

fn add(transaction: &Transaction<'_>, creation: Creation) -> Result<One> {
    let Creation {
        author,
        id,
        now,
        new,
        entry_id,
        key_hash,
        body_hash,
        sealed,
        body,
    } = creation;
    let (id_bytes, at) = (id.as_bytes(), stored(now));
    transaction
        .prepare_cached("INSERT INTO idempotency_keys (key_hash, body_hash, sealed_result, created_at) VALUES (?, ?, ?, ?)")?
        .execute(params![key_hash, body_hash, sealed, at])?;
    transaction
        .prepare_cached("INSERT INTO workstreams (id, organisation, version, created_at, updated_at, name, purpose, status) VALUES (?, ?, 1, ?, ?, ?, ?, 'active')")?
        .execute(params![id_bytes, author.organisation, at, at, new.name, new.purpose])?;
    transaction
        .prepare_cached("INSERT INTO search_rows (kind, record_id) VALUES ('workstream', ?)")?
        .execute(params![id_bytes])?;
    transaction
        .prepare_cached("INSERT INTO search_text (rowid, body) VALUES (?, ?)")?
        .execute(params![
            transaction.last_insert_rowid(),
            format!("{}\n{}", new.name, new.purpose)
        ])?;
    remember(transaction, &author, entry_id, ADDED, id, 1, "", &at)?;
    Ok(One {
        id,
        version: 1,
        body,
    })
}

fn change(transaction: &Transaction<'_>, change: &Change) -> Result<Option<One>> {
    let at = stored(change.now);
    let one = {
        let mut update = transaction.prepare_cached(
            "UPDATE workstreams SET purpose = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ? AND organisation = ?
             RETURNING id, organisation, version, created_at, updated_at, name, purpose, lead_id, status",
        )?;
        let mut rows = update.query(params![
            change.purpose,
            at,
            change.id.as_bytes(),
            change.seen,
            change.author.organisation
        ])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let one = workstream(row)?.one()?;
        let text = format!("{}\n{}", row.get_ref(5)?.as_str()?, change.purpose);
        // A RETURNING statement is done when it has been stepped to its end.
        while rows.next()?.is_some() {}
        (one, text)
    };
    let (one, text) = one;
    let rowid: i64 = transaction
        .prepare_cached("SELECT id FROM search_rows WHERE kind = 'workstream' AND record_id = ?")?
        .query_row(params![change.id.as_bytes()], |row| row.get(0))?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO search_text (rowid, body) VALUES (?, ?)")?
        .execute(params![rowid, text])?;
    remember(
        transaction,
        &change.author,
        change.entry_id,
        CHANGED,
        change.id,
        one.version,
        "\"purpose\"",
        &at,
    )?;
    Ok(Some(one))
}

#[expect(clippy::too_many_arguments, reason = "the columns of a row")]
fn remember(
    transaction: &Transaction<'_>,
    author: &Author,
    entry_id: Uuid,
    (action, route): (&str, &str),
    id: Uuid,
    version: i64,
    fields: &str,
    at: &str,
) -> Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO ledger_entries (id, organisation, kind, action, record, record_id, record_version, touched, subject, client_id, route, request_id, occurred_at)
             VALUES (?, ?, 'write', ?, 'workstream', ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            entry_id.as_bytes(),
            author.organisation,
            action,
            id.to_string(),
            version,
            touched(id, version, fields),
            author.subject,
            author.client,
            route,
            author.request_id,
            at
        ])?;
    Ok(())
}

fn workstream<'a>(row: &'a Row<'_>) -> Result<Workstream<'a, Kept<'a>>> {
    let uuid = |at: usize| -> Result<Option<Uuid>> {
        let bytes = row.get_ref(at)?.as_blob_or_null()?;
        Ok(bytes.map(Uuid::from_slice).transpose()?)
    };
    let text = |at: usize| -> Result<&'a str> { Ok(row.get_ref(at)?.as_str()?) };
    Ok(Workstream {
        id: uuid(0)?.context("a row without an id")?,
        organisation: text(1)?,
        version: row.get_ref(2)?.as_i64()?,
        created_at: Kept(text(3)?),
        updated_at: Kept(text(4)?),
        name: text(5)?,
        purpose: text(6)?,
        lead_id: uuid(7)?,
        status: text(8)?,
    })
}

/// A worker's own connection to read with, and the queue to the writer.
pub struct Rows {
    reader: Option<Connection>,
    writer: Writer,
    one: String,
    pages: [String; 3],
}

impl Rows {
    /// Opens the connection; without one, every read says so.
    pub fn open(url: &str, writer: &Writer) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let page = |filter: &str| {
            format!(
                "SELECT {COLUMNS} FROM workstreams WHERE organisation = ?1 AND id < ?2 {filter} ORDER BY id DESC LIMIT {LIMIT}"
            )
        };
        Self {
            reader: Connection::open_with_flags(file_of(url), flags).ok(),
            writer: writer.clone(),
            one: format!("SELECT {COLUMNS} FROM workstreams WHERE id = ? AND organisation = ?"),
            pages: [page(""), page("AND status = ?3"), page("AND lead_id = ?3")],
        }
    }

    fn reader(&self) -> Result<&Connection> {
        self.reader.as_ref().context("the database does not open")
    }

    async fn write<T>(&self, write: impl FnOnce(oneshot::Sender<Result<T>>) -> Write) -> Result<T> {
        let (receipt, answer) = oneshot::channel();
        self.writer
            .0
            .send(write(receipt))
            .map_err(|_| anyhow!("the writer has ended"))?;
        answer.await?
    }
}

impl super::Rows for Rows {
    async fn get(&self, organisation: &str, id: Uuid) -> Result<Option<One>> {
        let mut statement = self.reader()?.prepare_cached(&self.one)?;
        let mut rows = statement.query(params![id.as_bytes(), organisation])?;
        match rows.next()? {
            Some(row) => workstream(row)?.one().map(Some),
            None => Ok(None),
        }
    }

    async fn list(&self, wanted: Wanted<'_>) -> Result<Page> {
        let (organisation, after) = (wanted.organisation, wanted.after.as_bytes());
        let [all, in_state, led] = &self.pages;
        let mut statement = self.reader()?.prepare_cached(match wanted.filter {
            Filter::None => all,
            Filter::Status(_) => in_state,
            Filter::Lead(_) => led,
        })?;
        let mut rows = match &wanted.filter {
            Filter::None => statement.query(params![organisation, after])?,
            Filter::Status(status) => statement.query(params![organisation, after, status])?,
            Filter::Lead(lead) => statement.query(params![organisation, after, lead.as_bytes()])?,
        };
        let mut page = Pages::new();
        while let Some(row) = rows.next()? {
            page.add(&workstream(row)?)?;
        }
        Ok(page.end())
    }

    async fn add(&self, creation: Creation) -> Result<One> {
        self.write(|receipt| Write::Add(creation, receipt)).await
    }

    async fn change(&self, change: Change) -> Result<Option<One>> {
        self.write(|receipt| Write::Change(change, receipt)).await
    }
}
