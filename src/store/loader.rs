//! Reads of single records, gathered: those that ask while others are being read go together in the next query.
//!
//! A query costs a message to the database and an answer, whatever it reads. Under load, many callers ask
//! for single records at the same moment, and one query answers them all.
//!
//! - There is no timer: who comes first reads alone and at once. Nobody waits but for those before them.
//! - Only callers who see the same go together, in a lane of their own: the condition of what they may see
//!   is part of the query.
//! - What is read was committed after it was asked for, or before; never is anything kept for later.
//! - A request that is cancelled leaves its query to the others. A query that fails, fails for those in it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use sea_orm::sea_query::{Alias, Asterisk, Condition, Query};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait, Select};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::record::{Record, Scope};
use super::{Database, Engine};
use crate::http::Problem;

/// Records asked for with one query at the most.
const MOST: usize = 64;

/// How far a caller reaches for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// To read it.
    Reading,
    /// To change it.
    Changing,
}

/// Somebody who waits for a record.
struct Ask<E: Record> {
    id: Uuid,
    answer: oneshot::Sender<Result<Option<E::Model>, Problem>>,
}

/// Callers who see the same, and so can be answered by one query.
struct Lane<E: Record> {
    /// Of the caller who came last: what is published until a time is published until then for all of them.
    scope: Scope,
    intent: For,
    under_way: usize,
    waiting: Vec<Ask<E>>,
}

impl<E: Record> Lane<E> {
    fn fits(&self, scope: &Scope, intent: For) -> bool {
        self.intent == intent && self.scope.sees_like(scope)
    }
}

/// The lanes for one kind of record.
struct Loader<E: Record> {
    database: Database,
    lanes: Mutex<Vec<Lane<E>>>,
}

/// A query that is under way; when it is over, those who waited have theirs.
struct UnderWay<E: Record> {
    loader: Arc<Loader<E>>,
    scope: Scope,
    intent: For,
}

impl<E: Record> Drop for UnderWay<E> {
    fn drop(&mut self) {
        let mut lanes = self.loader.lock();
        let found = lanes
            .iter()
            .position(|lane| lane.fits(&self.scope, self.intent));
        let Some(at) = found else { return };
        let lane = &mut lanes[at];
        if lane.waiting.is_empty() {
            lane.under_way -= 1;
            if lane.under_way == 0 {
                lanes.swap_remove(at);
            }
            return;
        }
        let most = lane.waiting.len().min(MOST);
        let asks: Vec<Ask<E>> = lane.waiting.drain(..most).collect();
        let next = Self {
            loader: self.loader.clone(),
            scope: lane.scope.clone(),
            intent: self.intent,
        };
        tokio::spawn(async move { next.answer(asks).await });
    }
}

impl<E: Record> UnderWay<E> {
    async fn answer(self, asks: Vec<Ask<E>>) {
        let ids = asks.iter().map(|ask| ask.id).collect();
        let found = self.read(ids).await.map(|rows| {
            let rows = rows.into_iter().map(|row| (E::id(&row), row));
            rows.collect::<HashMap<_, _>>()
        });
        for ask in asks {
            let answer = match &found {
                Ok(rows) => Ok(rows.get(&ask.id).cloned()),
                Err(problem) => Err(problem.clone()),
            };
            // Nobody may be left to hear it.
            let _ = ask.answer.send(answer);
        }
    }

    async fn read(&self, ids: Vec<Uuid>) -> Result<Vec<E::Model>, Problem> {
        let allowed = match self.intent {
            For::Reading => E::visible(&self.scope),
            For::Changing => E::writable(&self.scope),
        };
        let database = &self.loader.database;
        let query = with_ids::<E>(database.engine(), ids, allowed);
        Ok(query.all(database.reads()).await?)
    }
}

/// The rows with these ids, as far as a condition allows.
///
/// SQLite takes an organisation for something that few rows have, and would rather read all of its rows than
/// look up a dozen ids. So the ids come first, in a query of their own, which its limit keeps apart.
#[expect(clippy::disallowed_methods, reason = "this is the place that filters")]
pub(super) fn with_ids<E: Record>(
    engine: Engine,
    mut ids: Vec<Uuid>,
    allowed: Condition,
) -> Select<E> {
    let mut query = E::find().filter(allowed);
    if let [id] = ids[..] {
        return query.filter(E::ID.eq(id));
    }
    // Few different lengths make few different statements, which caches keep.
    if let Some(last) = ids.last().copied() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    match engine {
        Engine::Postgres => query.filter(E::ID.is_in(ids)),
        Engine::Sqlite => {
            let limit = ids.len() as u64;
            let mut rows = Query::select();
            rows.column(Asterisk)
                .from(E::default())
                .and_where(E::ID.is_in(ids))
                .limit(limit);
            let table = Alias::new(E::default().table_name());
            QueryTrait::query(&mut query)
                .from_clear()
                .from_subquery(rows, table);
            query
        }
    }
}

impl<E: Record> Loader<E> {
    fn lock(&self) -> MutexGuard<'_, Vec<Lane<E>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queries of a lane at once: SQLite answers from memory, PostgreSQL from another process.
    fn at_once(&self) -> usize {
        match self.database.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        }
    }

    async fn find(
        self: Arc<Self>,
        id: Uuid,
        scope: &Scope,
        intent: For,
    ) -> Result<Option<E::Model>, Problem> {
        if let Some(answer) = self.queue(id, scope, intent)
            // Whoever was to answer may be gone, with the thread that it was on: then this one reads for itself.
            && let Ok(answer) = answer.await
        {
            return answer;
        }
        let alone = UnderWay {
            scope: scope.clone(),
            loader: self,
            intent,
        };
        Ok(alone.read(vec![id]).await?.pop())
    }

    /// Where the answer will come, for a caller who has to wait; nobody has to before a lane is busy.
    fn queue(
        &self,
        id: Uuid,
        scope: &Scope,
        intent: For,
    ) -> Option<oneshot::Receiver<Result<Option<E::Model>, Problem>>> {
        let mut lanes = self.lock();
        let Some(lane) = lanes.iter_mut().find(|lane| lane.fits(scope, intent)) else {
            lanes.push(Lane {
                scope: scope.clone(),
                intent,
                under_way: 1,
                waiting: Vec::new(),
            });
            return None;
        };
        if lane.under_way < self.at_once() {
            lane.under_way += 1;
            return None;
        }
        lane.scope.now = lane.scope.now.max(scope.now);
        let (answer, waiting) = oneshot::channel();
        lane.waiting.push(Ask { id, answer });
        Some(waiting)
    }
}

/// The queues, by kind of record.
#[derive(Default)]
pub(super) struct Loaders(RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Loaders {
    /// The record, if it is there for a caller with this scope.
    pub(super) async fn find<E: Record>(
        &self,
        database: &Database,
        id: Uuid,
        scope: &Scope,
        intent: For,
    ) -> Result<Option<E::Model>, Problem> {
        self.of::<E>(database).find(id, scope, intent).await
    }

    fn of<E: Record>(&self, database: &Database) -> Arc<Loader<E>> {
        let kind = TypeId::of::<E>();
        let known = |all: &HashMap<_, Arc<dyn Any + Send + Sync>>| all.get(&kind).cloned();
        let known = known(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let fresh = || {
            Arc::new(Loader::<E> {
                database: database.clone(),
                lanes: Mutex::default(),
            })
        };
        match known.map(Arc::downcast::<Loader<E>>) {
            Some(Ok(loader)) => loader,
            _ => {
                let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
                let kept = all.entry(kind).or_insert_with(|| fresh());
                // Another one may have been faster.
                kept.clone().downcast().unwrap_or_else(|_| fresh())
            }
        }
    }
}
