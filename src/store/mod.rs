//! How a change is made once, remembered and announced; how records are read by those who may.
//!
//! Nothing outside this folder reaches the database: a resource sees [`Reader`] and [`Work`], which
//! both filter by organisation and owner, and a write has to say what happened.

mod backlog;
mod chain;
mod changes;
mod database;
pub(crate) mod deployment;
mod epoch;
mod figures;
mod gather;
mod group_commit;
mod idempotency;
pub mod jobs;
pub mod ledger;
mod loader;
mod names;
mod pages;
mod portions;
mod reader;
mod record;
mod schema;
mod seal;
mod search;
mod sender;
pub(crate) mod trust;
mod turn;
mod work;
mod writes;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use backlog::{Backlog, Waiting, backlog};
pub use chain::{TURN, Verdict, sequence, verify};
pub use changes::Changes;
pub use database::{Database, Engine, PoolState};
pub use epoch::Epoch;
pub use figures::{BOUNDS, Counted, Figures};
pub use idempotency::Key;
pub use ledger::{Actor, Event, Person};
pub(crate) use pages::Cut;
pub use pages::Written;
pub use reader::Reader;
pub(crate) use record::record;
pub use record::{Identifies, Reach, Record, Scope, Shared};
pub use schema::Schema;
pub use seal::Seal;
pub use search::containing;
pub use work::Work;

use self::loader::Loaders;
use self::pages::Pages;
use self::writes::Write;
use crate::http::{Problem, types};

/// The time. Tests set it; everything else takes it from the system.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// A clock that stands until it is moved.
    pub fn standing(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(at))))
    }

    /// Moves a standing clock.
    pub fn advance(&self, by: chrono::Duration) {
        if let Some(Ok(mut time)) = self.0.as_ref().map(|time| time.lock()) {
            *time += by;
        }
    }

    /// Now, in whole milliseconds: what both databases keep without loss.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let standing = self
            .0
            .as_ref()
            .and_then(|time| time.lock().ok().map(|time| *time));
        standing.unwrap_or_else(Utc::now).trunc_subsecs(3)
    }
}

/// On whose behalf a change is made, and under which request.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Who is remembered as having done it.
    pub actor: Actor,
    /// Which records it may reach.
    pub scope: Scope,
    /// Method and route template, or the command.
    pub route: String,
    /// The id under which the log knows the request.
    pub request_id: String,
    /// The Idempotency-Key, bound to caller, route and body.
    pub key: Option<Key>,
}

impl Authority {
    /// The service itself, for the given reason; it reaches every record and is remembered as such.
    pub fn system(reason: &str) -> Self {
        Self {
            actor: Actor {
                subject: Some(format!("system:{reason}")),
                ..Actor::default()
            },
            scope: Scope::system(),
            route: reason.to_owned(),
            request_id: uuid::Uuid::new_v4().to_string(),
            key: None,
        }
    }

    /// The user who acts: what takes two people, an API client does not do in the place of one.
    pub fn person(&self) -> Result<uuid::Uuid, Problem> {
        self.scope.user.ok_or_else(|| {
            let detail = "This takes two people, and an API client is nobody's colleague";
            Problem::new(&types::PERSON_NEEDED, detail)
        })
    }

    /// The service itself, within one organisation.
    pub fn within(mut self, organisation: &str) -> Self {
        self.scope.organisation = Some(organisation.to_owned());
        self
    }
}

/// The database with everything that a change needs.
#[derive(Clone)]
pub struct Store {
    /// Where the rows are.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// What seals cursors and stored answers.
    pub seal: Seal,
    loaders: Arc<Loaders>,
    pages: Arc<Pages>,
    in_flight: Arc<Mutex<HashSet<[u8; 32]>>>,
    /// Rung after each commit: there may be something to sequence, or a job to do.
    pub bell: Arc<tokio::sync::Notify>,
}

impl Store {
    /// Opens the store on a migrated database.
    pub async fn open(database: Database, clock: Clock) -> Result<Self, Problem> {
        let seal = Seal::of(&database).await?;
        Ok(Self {
            pages: Arc::new(Pages::of(&database)),
            database,
            clock,
            seal,
            loaders: Arc::default(),
            in_flight: Arc::default(),
            bell: Arc::default(),
        })
    }

    /// Reads within a scope.
    pub fn reader<'a>(&'a self, scope: &'a Scope) -> Reader<'a> {
        Reader::new(self, scope)
    }

    /// Makes a change once: the change, its ledger entry and its idempotency key are one transaction.
    ///
    /// `work` returns the result and what happened. When it fails, nothing is left behind. When the
    /// key was used before with the same body, nothing that `work` did stays, and the first result is returned.
    pub async fn write<T, F>(&self, authority: &Authority, work: F) -> Result<T, Problem>
    where
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce(&mut Work<'_>) -> Result<(T, Event), Problem>,
    {
        let key = authority.key.as_ref();
        let _claimed = match (idempotency::InFlight::claim(&self.in_flight, key), key) {
            (Ok(claimed), _) => claimed,
            // Not the first one is in progress, as a rule, but another one that asks for the first one's answer.
            (Err(problem), Some(key)) => {
                let first = key.kept(&self.database, &self.seal).await?;
                return first.ok_or(problem);
            }
            (Err(problem), None) => return Err(problem),
        };
        let now = self.clock.now();
        let done = self
            .database
            .turn(async |turn| {
                let mut change = Work::new(self, turn, authority, now);
                let (result, event) = work(&mut change).await?;
                change.remember(event).await?;
                if let Some(key) = key {
                    let kept = key.keep(&self.seal, &result, now)?;
                    for write in Write::models([kept]) {
                        turn.write(write).await?;
                    }
                }
                Ok(result)
            })
            .await;
        match (done, key) {
            (Ok(result), _) => {
                self.bell.notify_one();
                Ok(result)
            }
            // Whatever it was refused for, it may have been done before.
            (Err(problem), Some(key)) if problem.kind().status < 500 => {
                let first = key.kept(&self.database, &self.seal).await?;
                first.ok_or(problem)
            }
            (Err(problem), _) => Err(problem),
        }
    }

    /// Forgets idempotency keys that have been kept for long enough.
    pub async fn forget_keys(&self) -> Result<(), Problem> {
        let now = self.clock.now();
        self.database
            .write(async |transaction| idempotency::forget(transaction, now).await)
            .await
    }

    /// Reads something that has to be traceable: the read and the ledger entry of it, then the answer.
    pub async fn read_recorded<T, F>(&self, authority: &Authority, read: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&Reader<'_>) -> Result<(T, Event), Problem>,
    {
        let (result, event) = read(&self.reader(&authority.scope)).await?;
        let now = self.clock.now();
        self.database
            .turn(async |turn| {
                Work::new(self, turn, authority, now)
                    .remember(event.into_access())
                    .await
            })
            .await?;
        self.bell.notify_one();
        Ok(result)
    }
}
