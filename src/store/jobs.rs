//! Work that outlives a request: rows that any instance may claim, one at a time, until they are done.
//!
//! A job is enqueued in the transaction of the change that needs it, and its own work is one change in
//! the ledger. A job that fails is tried again, later each time. Nothing is lost over a restart: what
//! fell due meanwhile is due.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Duration, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect, Set};

use super::{Authority, Engine, Event, Store, Work};
use crate::http::Problem;
use crate::traces;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "jobs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub record_id: String,
        pub due_at: DateTimeUtc,
        pub attempts: i32,
        pub last_error: Option<String>,
        pub done_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a job does: a change, made by the service itself. It has to be harmless when run again, early
/// or late; nothing happened when there was nothing to do.
pub type Run = for<'a, 'b> fn(
    &'a mut Work<'b>,
    Uuid,
) -> Pin<
    Box<dyn Future<Output = Result<Option<Event>, Problem>> + Send + 'a>,
>;

/// A kind of job by its name.
#[derive(Clone, Copy)]
pub struct Job {
    /// The name under which it is enqueued.
    pub kind: &'static str,
    /// What it does with the record.
    pub run: Run,
}

/// The row of a new job.
pub(super) fn enqueued(
    kind: &str,
    record_id: Uuid,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> row::ActiveModel {
    row::ActiveModel {
        id: Set(Uuid::now_v7()),
        kind: Set(kind.to_owned()),
        record_id: Set(record_id.to_string()),
        due_at: Set(due_at),
        attempts: Set(0),
        last_error: Set(None),
        done_at: Set(None),
        created_at: Set(now),
    }
}

#[expect(clippy::disallowed_methods, reason = "a side table of the store")]
fn due(now: DateTime<Utc>) -> sea_orm::Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::DoneAt.is_null())
        .filter(row::Column::DueAt.lte(now))
        .order_by_asc(row::Column::DueAt)
}

/// The next job that is due, of a kind that this instance knows: an older one leaves newer kinds alone.
fn next(now: DateTime<Utc>, kinds: &[Job]) -> sea_orm::Select<row::Entity> {
    due(now)
        .filter(row::Column::Kind.is_in(kinds.iter().map(|job| job.kind)))
        .limit(1)
}

/// Runs one job that is due and that no other instance has; answers whether there was one.
pub async fn run_next(store: &Store, kinds: &[Job]) -> Result<bool, Problem> {
    let now = store.clock.now();
    if next(now, kinds)
        .one(store.database.reads())
        .await?
        .is_none()
    {
        return Ok(false);
    }
    traces::root("job", claim_and_run(store, kinds, now)).await
}

async fn claim_and_run(store: &Store, kinds: &[Job], now: DateTime<Utc>) -> Result<bool, Problem> {
    let mut claimed = None;
    let outcome = store
        .database
        .turn(async |turn| {
            let mut claim = next(now, kinds);
            if store.database.engine() == Engine::Postgres {
                claim = claim.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
            }
            let Some(row) = claim.one(turn.transaction().await?).await? else {
                return Ok(());
            };
            let row = claimed.insert(row).clone();
            let job = kinds.iter().find(|job| job.kind == row.kind);
            let job = job.ok_or_else(|| Problem::internal("an unknown kind of job"))?;
            traces::note("equal_partners.job", job.kind);
            let record_id = Uuid::parse_str(&row.record_id).map_err(Problem::internal)?;
            let authority = Authority::system(job.kind);
            let mut work = Work::new(store, turn, &authority, now);
            if let Some(event) = (job.run)(&mut work, record_id).await? {
                work.remember(event).await?;
            }
            let mut done = row.into_active_model();
            done.done_at = Set(Some(now));
            done.update(turn.transaction().await?).await?;
            Ok(())
        })
        .await;
    match (outcome, claimed) {
        (Ok(()), Some(_)) => {
            store.bell.notify_one();
            Ok(true)
        }
        (Ok(()), None) => Ok(false),
        (Err(problem), Some(row)) => {
            set_back(store, &row, &problem.to_string()).await?;
            Ok(true)
        }
        (Err(problem), None) => Err(problem),
    }
}

/// Tries a job again later: after 2, 4, 8 … seconds, at most an hour.
async fn set_back(store: &Store, job: &row::Model, error: &str) -> Result<(), Problem> {
    tracing::warn!(job = %job.id, kind = job.kind, attempts = job.attempts + 1, error = crate::telemetry::without_values(error), "a job failed");
    let wait = 2i64
        .saturating_pow(u32::try_from(job.attempts + 1).unwrap_or(1))
        .min(3600);
    let mut row = job.clone().into_active_model();
    row.attempts = Set(job.attempts + 1);
    row.last_error = Set(Some(error.to_owned()));
    row.due_at = Set(store.clock.now() + Duration::seconds(wait));
    store
        .database
        .write(async |transaction| {
            row.update(transaction).await?;
            Ok(())
        })
        .await
}
