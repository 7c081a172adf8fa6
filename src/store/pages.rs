//! Pages of a list: the database says which rows in which versions, and memory knows most of them.
//!
//! To decode the columns of fifty rows costs several times what it costs to find them. A row in one version
//! never changes, so rows are kept by id and version, and only those that are not kept are read.
//!
//! - Nothing has to be told that a row changed: it has another version then. Whatever changes a record's
//!   row counts its version up, by [`Work`](super::Work) or by hand.
//! - What the caller may see is in the query for ids and versions, each time. What is kept is not.
//! - Each way of being allowed to see a row (own organisation, shared, published) is a query of its own that
//!   follows an index in the order of the list and stops at the end of the page, however many rows there are.
//! - When a row changes between the two queries, the page is read once more, as a whole.
//! - What is kept has a bound in bytes; what nobody asks for goes first.
//! - Where a view follows from the row alone, its JSON is kept beside the row ([`Written`]): to write it costs more
//!   than to find it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sea_orm::sea_query::{
    Alias, Asterisk, Condition, Expr, IntoColumnRef, NullOrdering, Query, SelectStatement,
    UnionType,
};
use sea_orm::{
    ColumnTrait, EntityTrait, Iterable, ModelTrait, Order, QueryFilter, QuerySelect, QueryTrait,
    Select, Value,
};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::loader::with_ids;
use super::names::Names;
use super::record::{Record, Scope, any_of};
use super::{Database, Engine};
use crate::http::Problem;
use crate::traces::step;

/// How a list is ordered, and how much of it is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Cut<C> {
    /// The column that it is ordered by; the id breaks ties.
    pub column: C,
    /// Descending, or ascending.
    pub descending: bool,
    /// Whether the column can hold nothing; such rows come last.
    pub gaps: bool,
    /// Rows at the most.
    pub limit: u64,
}

impl<C: ColumnTrait> Cut<C> {
    fn direction(&self) -> Order {
        match self.descending {
            true => Order::Desc,
            false => Order::Asc,
        }
    }

    /// The query in this order, as far as is wanted.
    pub(super) fn of<E: EntityTrait<Column = C>>(&self, query: Select<E>, id: C) -> Select<E> {
        let mut query = query;
        let rows = QueryTrait::query(&mut query);
        self.apply(rows, self.column.as_column_ref(), id.as_column_ref());
        query
    }

    fn apply(&self, rows: &mut SelectStatement, key: impl IntoColumnRef, id: impl IntoColumnRef) {
        match self.gaps {
            true => rows.order_by_with_nulls(key, self.direction(), NullOrdering::Last),
            false => rows.order_by(key, self.direction()),
        };
        rows.order_by(id, self.direction()).limit(self.limit);
    }
}

type Name = (TypeId, Uuid, i64);

/// A row in one version, and its JSON once somebody was shown it.
pub(super) struct Kept<E: Record> {
    row: E::Model,
    written: OnceLock<(TypeId, Option<Box<RawValue>>)>,
}

impl<E: Record> Kept<E> {
    fn new(row: E::Model) -> Self {
        Self {
            row,
            written: OnceLock::new(),
        }
    }

    /// What it takes in memory, roughly: texts stand in the row and in its JSON.
    fn bytes(&self) -> u64 {
        let texts = E::Column::iter().map(|column| length(self.row.get(column)) + NAME);
        (size_of::<Self>() + 2 * texts.sum::<usize>() + OVERHEAD) as u64
    }

    /// The row, for those who go on working with it.
    fn row(&self) -> E::Model {
        self.row.clone()
    }
}

/// What a caller is shown of a row, where that follows from the row alone: its JSON, written once.
pub struct Written<E: Record, V> {
    kept: Arc<Kept<E>>,
    view: PhantomData<fn() -> V>,
}

impl<E: Record, V> Written<E, V> {
    pub(super) fn new(kept: Arc<Kept<E>>) -> Self {
        let view = PhantomData;
        Self { kept, view }
    }

    /// The row behind it.
    pub fn row(&self) -> &E::Model {
        &self.kept.row
    }
}

impl<E: Record, V: From<E::Model> + Serialize + 'static> Serialize for Written<E, V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let view = || V::from(self.kept.row());
        let written = || {
            (
                TypeId::of::<V>(),
                serde_json::value::to_raw_value(&view()).ok(),
            )
        };
        match self.kept.written.get_or_init(written) {
            (of, Some(json)) if *of == TypeId::of::<V>() => json.serialize(to),
            // It was written as another view before.
            _ => view().serialize(to),
        }
    }
}

#[derive(Clone)]
struct Held {
    kept: Arc<dyn Any + Send + Sync>,
    bytes: u64,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Name, Held> for Bytes {
    fn weight(&self, _: &Name, held: &Held) -> u64 {
        held.bytes
    }
}

/// What pages are made of.
pub(super) struct Pages {
    pub(super) kept: Rows,
    names: Names,
}

impl Pages {
    /// Those of a database.
    pub(super) fn of(database: &Database) -> Self {
        Self {
            kept: Rows::default(),
            names: Names::of(database),
        }
    }
}

/// The rows that are kept.
pub(super) struct Rows(Cache<Name, Held, Bytes>);

/// Bytes that kept rows may take.
const MOST: u64 = 32 * 1024 * 1024;
/// What keeping a row takes beside the row, roughly.
const OVERHEAD: usize = 100;
/// What a column takes in JSON beside its text, roughly.
const NAME: usize = 16;

impl Default for Rows {
    fn default() -> Self {
        let rows = usize::try_from(MOST / 500).unwrap_or(1000);
        Self(Cache::with_weighter(rows, MOST, Bytes))
    }
}

impl Rows {
    fn get<E: Record>(&self, id: Uuid, version: i64) -> Option<Arc<Kept<E>>> {
        let held = self.0.get(&(TypeId::of::<E>(), id, version))?;
        held.kept.downcast().ok()
    }

    fn keep<E: Record>(&self, row: E::Model) -> Arc<Kept<E>> {
        let name = (TypeId::of::<E>(), E::id(&row), E::version(&row));
        let kept = Arc::new(Kept::new(row));
        let held = Held {
            kept: kept.clone(),
            bytes: kept.bytes(),
        };
        self.0.insert(name, held);
        kept
    }

    /// Forgets a row that has another version now: nobody will ask for this one.
    pub(super) fn forget<E: Record>(&self, id: Uuid, version: i64) {
        self.0.remove(&(TypeId::of::<E>(), id, version));
    }
}

/// The bytes of a value that stand apart from its row.
fn length(value: Value) -> usize {
    match value {
        Value::String(Some(text)) => text.len(),
        Value::Bytes(Some(bytes)) => bytes.len(),
        Value::Json(Some(json)) => json.to_string().len(),
        _ => 0,
    }
}

/// A list of which a page is wanted.
pub(super) struct List<E: Record> {
    /// The ways in which the caller may see its rows, each of which adds some.
    pub ways: Vec<Condition>,
    /// What is listed.
    pub query: Select<E>,
    /// Where the page may begin, likewise.
    pub starts: Vec<Condition>,
    /// Its order and its length.
    pub cut: Cut<E::Column>,
}

impl<E: Record> List<E> {
    /// The rows of the page.
    pub(super) async fn rows(
        self,
        database: &Database,
        Pages { kept, names }: &Pages,
        scope: &Scope,
    ) -> Result<Vec<Arc<Kept<E>>>, Problem> {
        let _step = step(database.engine(), "page", Some(E::default().table_name()));
        let reads = database.reads();
        let mut found = Vec::new();
        let mut missing = Vec::new();
        let query = self.names(database.engine());
        let names = parsed(&names.ask(database.engine(), &query).await?)?;
        let most = usize::try_from(self.cut.limit).unwrap_or(usize::MAX);
        for (id, version) in names.into_iter().take(most) {
            let row = kept.get::<E>(id, version);
            if row.is_none() {
                missing.push(id);
            }
            found.push((id, version, row));
        }
        if !missing.is_empty() {
            let read = with_ids::<E>(database.engine(), missing, E::visible(scope));
            let read = read.all(reads).await?;
            let mut read: HashMap<Uuid, E::Model> =
                read.into_iter().map(|row| (E::id(&row), row)).collect();
            for (id, version, row) in found.iter_mut().filter(|(.., row)| row.is_none()) {
                let fresh = read
                    .remove(id)
                    .filter(|fresh| E::version(fresh) == *version);
                *row = fresh.map(|fresh| kept.keep::<E>(fresh));
            }
        }
        let whole: Option<Vec<_>> = found.into_iter().map(|(.., row)| row).collect();
        match whole {
            Some(rows) => Ok(rows),
            None => {
                let query = self.query.filter(any_of(self.starts));
                let rows = self.cut.of(query, E::ID).all(reads).await?;
                Ok(rows.into_iter().map(Kept::new).map(Arc::new).collect())
            }
        }
    }

    /// One row with the ids and versions of the page, in its order.
    fn names(&self, engine: Engine) -> SelectStatement {
        let ways = self.ways.iter();
        let ways = ways.flat_map(|way| self.starts.iter().map(move |start| (way, start)));
        let mut ways: Vec<SelectStatement> =
            ways.map(|(way, start)| self.way(way, start)).collect();
        let page = match ways.len() {
            1 => ways.swap_remove(0),
            _ => {
                let mut ways = ways.into_iter().map(|way| all(way, "way"));
                let mut union = ways.next().unwrap_or_default();
                ways.for_each(|way| {
                    union.union(UnionType::Distinct, way);
                });
                let mut page = all(union, "ways");
                let (key, id) = (Alias::new("sort_key"), Alias::new("id"));
                self.cut.apply(&mut page, key, id);
                page
            }
        };
        let together = match engine {
            Engine::Sqlite => "group_concat(hex(\"id\") || ' ' || \"version\")",
            Engine::Postgres => "string_agg(\"id\"::text || ' ' || \"version\"::text, ',')",
        };
        let mut names = Query::select();
        names
            .expr(Expr::cust(together))
            .from_subquery(page, Alias::new("page"));
        names
    }

    /// The ids and versions that one way of seeing rows leads to, in order.
    fn way(&self, way: &Condition, start: &Condition) -> SelectStatement {
        let query = self.query.clone().filter(way.clone()).filter(start.clone());
        // Each way has rows with a value, or rows without.
        let plain = Cut {
            gaps: false,
            ..self.cut
        };
        plain
            .of(query, E::ID)
            .select_only()
            .column_as(E::ID, "id")
            .column_as(E::VERSION, "version")
            .column_as(self.cut.column, "sort_key")
            .into_query()
    }
}

fn all(rows: SelectStatement, name: &str) -> SelectStatement {
    let mut all = Query::select();
    all.column(Asterisk).from_subquery(rows, Alias::new(name));
    all
}

fn parsed(names: &str) -> Result<Vec<(Uuid, i64)>, Problem> {
    let pairs = names.split(',').filter(|name| !name.is_empty());
    pairs
        .map(|pair| {
            let (id, version) = pair.split_once(' ').unwrap_or((pair, ""));
            let id = Uuid::try_parse(id).map_err(Problem::internal)?;
            Ok((id, version.parse().map_err(Problem::internal)?))
        })
        .collect()
}
