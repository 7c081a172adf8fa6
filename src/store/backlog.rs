//! What waits to be done, as an operator wants to know it: how much, and since when.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::Database;

/// More than this is not counted: the figure must stay cheap when it grows.
const MOST: u32 = 10_000;

/// Things of one kind that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many; 10,000 stands for more as well.
    pub count: i64,
    /// Since when the one has waited that has waited longest.
    pub oldest: Option<DateTime<Utc>>,
}

/// Everything that waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Ledger entries that have no place in the chain yet.
    pub ledger: Waiting,
    /// Jobs whose time has come.
    pub jobs_due: Waiting,
    /// Jobs that failed and will be tried again.
    pub jobs_failing: Waiting,
    /// Messages in the outbox.
    pub messages: Waiting,
}

/// Reads it in one statement, which partial indexes keep short.
pub async fn backlog(database: &Database, now: DateTime<Utc>) -> Result<Backlog, DbErr> {
    let reads = database.reads();
    let parts = [
        "SELECT occurred_at AS at FROM ledger_entries WHERE seq IS NULL",
        "SELECT due_at AS at FROM jobs WHERE done_at IS NULL AND due_at <= $1",
        "SELECT created_at AS at FROM jobs WHERE done_at IS NULL AND attempts > 0",
        "SELECT created_at AS at FROM messages WHERE status = 'queued'",
    ];
    let sql = (0..).zip(parts).map(|(number, part)| {
        format!("SELECT {number} AS part, COUNT(*) AS count, MIN(at) AS oldest FROM ({part} LIMIT {MOST}) AS waiting")
    });
    let sql = sql.collect::<Vec<_>>().join(" UNION ALL ");
    let statement =
        Statement::from_sql_and_values(reads.get_database_backend(), sql, [Value::from(now)]);
    let mut backlog = Backlog::default();
    for row in reads.query_all_raw(statement).await? {
        let waiting = Waiting {
            count: row.try_get("", "count")?,
            oldest: row.try_get("", "oldest")?,
        };
        match row.try_get::<i32>("", "part")? {
            0 => backlog.ledger = waiting,
            1 => backlog.jobs_due = waiting,
            2 => backlog.jobs_failing = waiting,
            _ => backlog.messages = waiting,
        }
    }
    Ok(backlog)
}
