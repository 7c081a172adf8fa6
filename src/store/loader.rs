//! Reads of single records, gathered: one query reads for all who asked while others were being read.
//!
//! - Only callers who see the same go together: the condition of what they may see is part of the query.
//! - What is read is read after it was asked for: nothing is kept for later.
//! - A query that fails, fails for those in it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Alias, Asterisk, Condition, Query};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait, Select};
use uuid::Uuid;

use super::gather::{Gather, Serves};
use super::record::{Record, Scope};
use super::{Database, Engine};
use crate::http::Problem;
use crate::traces::step;

/// How far a caller reaches for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// To read it.
    Reading,
    /// To change it.
    Changing,
}

/// Reads one kind of record.
struct Loader<E: Record> {
    database: Database,
    kind: PhantomData<fn() -> E>,
}

impl<E: Record> Serves for Loader<E> {
    type Alike = (Scope, For);
    /// The id, and the time until which what is published is.
    type Ask = (Uuid, DateTime<Utc>);
    type Answer = Result<Option<E::Model>, Problem>;

    /// SQLite answers from memory, PostgreSQL from another process.
    fn at_once(&self) -> usize {
        match self.database.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        }
    }

    fn portion(&self, waiting: usize) -> usize {
        waiting.min(64)
    }

    async fn serve(
        &self,
        (mut scope, intent): Self::Alike,
        asks: Vec<Self::Ask>,
    ) -> Vec<Self::Answer> {
        let last = asks.iter().map(|(_, now)| *now).max();
        scope.now = last.unwrap_or(scope.now);
        let allowed = match intent {
            For::Reading => E::visible(&scope),
            For::Changing => E::writable(&scope),
        };
        let ids = asks.iter().map(|(id, _)| *id).collect();
        let query = with_ids::<E>(self.database.engine(), ids, allowed);
        let read = query.all(self.database.reads()).await;
        match read {
            Ok(rows) if asks.len() == 1 => vec![Ok(rows.into_iter().next())],
            Ok(rows) => {
                let rows: HashMap<Uuid, E::Model> =
                    rows.into_iter().map(|row| (E::id(&row), row)).collect();
                let answer = |(id, _)| Ok(rows.get(&id).cloned());
                asks.into_iter().map(answer).collect()
            }
            Err(error) => {
                let problem = Problem::from(error);
                asks.iter().map(|_| Err(problem.clone())).collect()
            }
        }
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

/// The loaders, by kind of record.
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
        let _step = step(database.engine(), "read", Some(E::default().table_name()));
        let gather = self.of::<E>(database);
        let fits =
            |(theirs, for_what): &(Scope, For)| *for_what == intent && theirs.sees_like(scope);
        // An answer that got lost is read once more.
        for _ in 0..2 {
            let alike = || (scope.clone(), intent);
            if let Ok(found) = gather.ask((id, scope.now), fits, alike).await {
                return found;
            }
        }
        Err(Problem::internal("a read got lost twice"))
    }

    fn of<E: Record>(&self, database: &Database) -> Arc<Gather<Loader<E>>> {
        let kind = TypeId::of::<E>();
        let known = |all: &HashMap<_, Arc<dyn Any + Send + Sync>>| all.get(&kind).cloned();
        let known = known(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let fresh = || {
            Gather::to(
                Loader::<E> {
                    database: database.clone(),
                    kind: PhantomData,
                },
                database.home(),
            )
        };
        match known.map(Arc::downcast::<Gather<Loader<E>>>) {
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
