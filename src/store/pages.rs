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

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sea_orm::sea_query::{
    Alias, Asterisk, Condition, Expr, IntoColumnRef, NullOrdering, PostgresQueryBuilder, Query,
    QueryBuilder, SelectStatement, SqlWriter, SqlWriterValues, UnionType,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Iterable, ModelTrait, Order, QueryFilter,
    QuerySelect, QueryTrait, Select, Statement, Value,
};
use uuid::Uuid;

use super::loader::with_ids;
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

#[derive(Clone)]
struct Kept {
    row: Arc<dyn Any + Send + Sync>,
    bytes: u64,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Name, Kept> for Bytes {
    fn weight(&self, _: &Name, kept: &Kept) -> u64 {
        kept.bytes
    }
}

/// The rows that are kept.
pub(super) struct Rows(Cache<Name, Kept, Bytes>);

/// Bytes that kept rows may take.
const MOST: u64 = 32 * 1024 * 1024;
/// What keeping a row takes beside the row, roughly.
const OVERHEAD: usize = 100;

impl Default for Rows {
    fn default() -> Self {
        let rows = usize::try_from(MOST / 500).unwrap_or(1000);
        Self(Cache::with_weighter(rows, MOST, Bytes))
    }
}

impl Rows {
    fn get<E: Record>(&self, id: Uuid, version: i64) -> Option<Arc<E::Model>> {
        let kept = self.0.get(&(TypeId::of::<E>(), id, version))?;
        kept.row.downcast().ok()
    }

    fn keep<E: Record>(&self, row: E::Model) -> Arc<E::Model> {
        let name = (TypeId::of::<E>(), E::id(&row), E::version(&row));
        let texts: usize = E::Column::iter()
            .map(|column| length(row.get(column)))
            .sum();
        let row = Arc::new(row);
        let bytes = (size_of::<E::Model>() + texts + OVERHEAD) as u64;
        let kept = Kept {
            row: row.clone(),
            bytes,
        };
        self.0.insert(name, kept);
        row
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
        kept: &Rows,
        scope: &Scope,
    ) -> Result<Vec<E::Model>, Problem> {
        let _step = step(database.engine(), "page", Some(E::default().table_name()));
        let reads = database.reads();
        let mut found = Vec::new();
        let mut missing = Vec::new();
        let statement = self.names(database.engine());
        let names = match database.engine() {
            Engine::Sqlite => reads.query_one(&statement).await?,
            Engine::Postgres => reads.query_one_raw(with_plain_limits(&statement)).await?,
        };
        let names: Option<String> = names
            .map(|row| row.try_get_by_index(0))
            .transpose()?
            .flatten();
        let names = parsed(&names.unwrap_or_default())?;
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
            Some(rows) => Ok(rows.iter().map(|row| E::Model::clone(row)).collect()),
            None => {
                let query = self.query.filter(any_of(self.starts));
                Ok(self.cut.of(query, E::ID).all(reads).await?)
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

/// A statement in which limits stand as numbers. PostgreSQL keeps a plan only when it is not dearer than one
/// for the values at hand, and takes a limit that it does not know for a tenth of the table.
fn with_plain_limits(statement: &SelectStatement) -> Statement {
    let mut writer = PlainLimits(SqlWriterValues::new("$", true));
    statement.build_collect_any_into(&PostgresQueryBuilder, &mut writer);
    let (sql, values) = writer.0.into_parts();
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

struct PlainLimits(SqlWriterValues);

impl fmt::Write for PlainLimits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_str(text)
    }
}

impl fmt::Display for PlainLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_string())
    }
}

impl SqlWriter for PlainLimits {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, builder: &T) {
        match value {
            // Nothing but limits is unsigned. Few different ones make few different statements.
            Value::BigUnsigned(Some(limit)) => {
                let limit = limit.next_power_of_two();
                // Writing into memory does not fail.
                let _ = write!(self.0, "{limit}");
            }
            value => self.0.push_param(value, builder),
        }
    }

    fn as_writer(&mut self) -> &mut dyn fmt::Write {
        self
    }
}
