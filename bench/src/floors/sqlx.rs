//! Bare sqlx: the plain statements of each request, through a pool, without any batching.

use anyhow::Result;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::json::{Pages, Workstream};
use super::{ADDED, CHANGED, Change, Creation, Filter, One, Page, Wanted, touched};

/// A row as sqlx reads it.
type Record = (
    Uuid,
    String,
    i64,
    DateTime<Utc>,
    DateTime<Utc>,
    String,
    String,
    Option<Uuid>,
    String,
);

fn json(record: &Record) -> Workstream<'_, DateTime<Utc>> {
    let (id, organisation, version, created_at, updated_at, name, purpose, lead_id, status) =
        record;
    Workstream {
        id: *id,
        organisation,
        version: *version,
        created_at: *created_at,
        updated_at: *updated_at,
        name,
        purpose,
        lead_id: *lead_id,
        status,
    }
}

fn page_of(records: &[Record]) -> Result<Page> {
    let mut page = Pages::new();
    for record in records {
        page.add(&json(record))?;
    }
    Ok(page.end())
}

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, organisation, version, created_at, updated_at, name, purpose, lead_id, status FROM workstreams WHERE ",
            $condition
        )
    };
}

// Both databases take these. A page has one row more than it shows.
const GET: &str = select!("id = $1 AND organisation = $2");
const ALL: &str = select!("organisation = $1 AND id < $2 ORDER BY id DESC LIMIT 51");
const IN_STATE: &str =
    select!("organisation = $1 AND id < $2 AND status = $3 ORDER BY id DESC LIMIT 51");
const LED: &str =
    select!("organisation = $1 AND id < $2 AND lead_id = $3 ORDER BY id DESC LIMIT 51");
const CHANGE: &str = "UPDATE workstreams SET purpose = $1, updated_at = $2, version = version + 1
   WHERE id = $3 AND version = $4 AND organisation = $5
   RETURNING id, organisation, version, created_at, updated_at, name, purpose, lead_id, status";
const KEY: &str = "INSERT INTO idempotency_keys (key_hash, body_hash, sealed_result, created_at) VALUES ($1, $2, $3, $4)";
const ADD: &str = "INSERT INTO workstreams (id, organisation, version, created_at, updated_at, name, purpose, status) VALUES ($1, $2, 1, $3, $3, $4, $5, 'active')";
const ENTRY: &str = "INSERT INTO ledger_entries (id, organisation, kind, action, record, record_id, record_version, touched, subject, client_id, route, request_id, occurred_at)
   VALUES ($1, $2, 'write', $3, 'workstream', $4, $5, $6, $7, $8, $9, $10, $11)";

/// The same code for both drivers, whose types share no trait that would say so in fewer words.
macro_rules! rows {
    ($pool:ty, $begin:literal, $index:expr) => {
        /// A pool to read with and a pool to write with.
        #[derive(Clone)]
        pub struct Rows {
            reads: $pool,
            writes: $pool,
        }

        impl super::super::Rows for Rows {
            async fn get(&self, organisation: &str, id: Uuid) -> Result<Option<One>> {
                let record: Option<Record> = query_as(GET)
                    .bind(id)
                    .bind(organisation)
                    .fetch_optional(&self.reads)
                    .await?;
                record.map(|record| json(&record).one()).transpose()
            }

            async fn list(&self, wanted: Wanted<'_>) -> Result<Page> {
                let sql = match wanted.filter {
                    Filter::None => ALL,
                    Filter::Status(_) => IN_STATE,
                    Filter::Lead(_) => LED,
                };
                let query = query_as(sql).bind(wanted.organisation).bind(wanted.after);
                let query = match wanted.filter {
                    Filter::None => query,
                    Filter::Status(status) => query.bind(status),
                    Filter::Lead(lead) => query.bind(lead),
                };
                page_of(&query.fetch_all(&self.reads).await?)
            }

            async fn add(&self, creation: Creation) -> Result<One> {
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
                let mut transaction = self.writes.begin_with($begin).await?;
                query(KEY)
                    .bind(key_hash)
                    .bind(body_hash)
                    .bind(sealed)
                    .bind(now)
                    .execute(&mut *transaction)
                    .await?;
                query(ADD)
                    .bind(id)
                    .bind(&author.organisation)
                    .bind(now)
                    .bind(&new.name)
                    .bind(&new.purpose)
                    .execute(&mut *transaction)
                    .await?;
                let text = format!("{}\n{}", new.name, new.purpose);
                $index(&mut transaction, id, text).await?;
                query(ENTRY)
                    .bind(entry_id)
                    .bind(&author.organisation)
                    .bind(ADDED.0)
                    .bind(id.to_string())
                    .bind(1i64)
                    .bind(touched(id, 1, ""))
                    .bind(&author.subject)
                    .bind(&author.client)
                    .bind(ADDED.1)
                    .bind(&author.request_id)
                    .bind(now)
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await?;
                Ok(One {
                    id,
                    version: 1,
                    body,
                })
            }

            async fn change(&self, change: Change) -> Result<Option<One>> {
                let Change {
                    author,
                    id,
                    seen,
                    now,
                    purpose,
                    entry_id,
                } = change;
                let mut transaction = self.writes.begin_with($begin).await?;
                let record: Option<Record> = query_as(CHANGE)
                    .bind(&purpose)
                    .bind(now)
                    .bind(id)
                    .bind(seen)
                    .bind(&author.organisation)
                    .fetch_optional(&mut *transaction)
                    .await?;
                let Some(record) = record else {
                    return Ok(None);
                };
                let text = format!("{}\n{}", record.5, record.6);
                $index(&mut transaction, id, text).await?;
                query(ENTRY)
                    .bind(entry_id)
                    .bind(&author.organisation)
                    .bind(CHANGED.0)
                    .bind(id.to_string())
                    .bind(record.2)
                    .bind(touched(id, record.2, "\"purpose\""))
                    .bind(&author.subject)
                    .bind(&author.client)
                    .bind(CHANGED.1)
                    .bind(&author.request_id)
                    .bind(now)
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await?;
                Some(json(&record).one()).transpose()
            }
        }
    };
}

/// With the embedded database.
pub mod sqlite {
    use ::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
    use ::sqlx::{SqliteConnection, SqlitePool, query, query_as, query_scalar};

    use super::*;

    rows!(SqlitePool, "BEGIN IMMEDIATE", index);

    impl Rows {
        /// One connection that writes, and two that read.
        pub async fn connect(url: &str) -> Result<Self> {
            let options: SqliteConnectOptions = url.parse()?;
            let options = options
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true);
            let pool = |connections| {
                SqlitePoolOptions::new()
                    .max_connections(connections)
                    .test_before_acquire(false)
            };
            Ok(Self {
                writes: pool(1).connect_with(options.clone()).await?,
                reads: pool(2).connect_with(options.read_only(true)).await?,
            })
        }
    }

    async fn index(connection: &mut SqliteConnection, id: Uuid, text: String) -> Result<()> {
        let row: i64 = query_scalar(
            "INSERT INTO search_rows (kind, record_id) VALUES ('workstream', $1)
             ON CONFLICT (kind, record_id) DO UPDATE SET kind = excluded.kind RETURNING id",
        )
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
        query("INSERT OR REPLACE INTO search_text (rowid, body) VALUES ($1, $2)")
            .bind(row)
            .bind(text)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// With PostgreSQL.
pub mod postgres {
    use ::sqlx::postgres::PgPoolOptions;
    use ::sqlx::{PgConnection, PgPool, query, query_as};

    use super::*;

    rows!(PgPool, "BEGIN", index);

    impl Rows {
        /// As many connections as the service has.
        pub async fn connect(url: &str) -> Result<Self> {
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .test_before_acquire(false)
                .connect(url)
                .await?;
            Ok(Self {
                reads: pool.clone(),
                writes: pool,
            })
        }
    }

    async fn index(connection: &mut PgConnection, id: Uuid, text: String) -> Result<()> {
        query(
            "INSERT INTO search_documents (kind, record_id, body) VALUES ('workstream', $1, to_tsvector('english', $2))
             ON CONFLICT (kind, record_id) DO UPDATE SET body = excluded.body",
        )
        .bind(id)
        .bind(text)
        .execute(connection)
        .await?;
        Ok(())
    }
}
