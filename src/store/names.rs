//! The queries that say which rows stand on a page, gathered: pages of the same list that are asked for while others
//! are being looked for are looked for together, as columns of one row.
//!
//! - Only queries of the same text go together; each has its own values, and what its caller may see is among them.
//! - A query that fails, fails for those in it.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use sea_orm::sea_query::{
    PostgresQueryBuilder, QueryBuilder, SelectStatement, SqlWriter, SqliteQueryBuilder, Value,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::gather::{Gather, Serves};
use super::{Database, Engine};
use crate::http::Problem;

/// Pages looked for together, at the most.
const TOGETHER: usize = 8;

/// Looks for pages.
pub(super) struct Names(Arc<Gather<Look>>);

impl Names {
    /// Those of a database.
    pub(super) fn of(database: &Database) -> Self {
        let look = Look(database.clone());
        Self(Gather::to(look, database.home()))
    }

    /// What a query says, which has one row with one column.
    pub(super) async fn ask(
        &self,
        engine: Engine,
        query: &SelectStatement,
    ) -> Result<String, Problem> {
        let (text, values) = Text::of(engine, query);
        // An answer that got lost is asked for once more.
        for _ in 0..2 {
            let asked = self
                .0
                .ask(values.clone(), |other| *other == text, || text.clone());
            if let Ok(names) = asked.await {
                return names;
            }
        }
        Err(Problem::internal("a page got lost twice"))
    }
}

struct Look(Database);

impl Serves for Look {
    type Alike = Text;
    type Ask = Vec<Value>;
    type Answer = Result<String, Problem>;

    /// As many as there are connections to read with on SQLite; PostgreSQL looks while the next ones gather.
    fn at_once(&self) -> usize {
        2
    }

    /// Few different numbers make few different statements, which caches keep.
    fn portion(&self, waiting: usize) -> usize {
        let most = waiting.clamp(1, TOGETHER);
        most.next_power_of_two() >> usize::from(!most.is_power_of_two())
    }

    async fn serve(&self, text: Text, asks: Vec<Vec<Value>>) -> Vec<Self::Answer> {
        let Look(database) = self;
        let count = asks.len();
        let statement = text.together(database.engine(), asks);
        let row = match database.reads().query_one_raw(statement).await {
            Ok(row) => row,
            Err(error) => {
                let problem = Problem::from(error);
                return (0..count).map(|_| Err(problem.clone())).collect();
            }
        };
        let name = |at| match &row {
            Some(row) => {
                let names: Option<String> = row.try_get_by_index(at)?;
                Ok(names.unwrap_or_default())
            }
            None => Ok(String::new()),
        };
        (0..count).map(name).collect()
    }
}

/// A query's text in pieces, between which its values stand.
///
/// On PostgreSQL limits stand in it as numbers. It keeps a plan only when that is not dearer than one for the values
/// at hand, and takes a limit that it does not know for a tenth of the table.
#[derive(Clone, Debug, Default, PartialEq)]
struct Text(Vec<String>);

impl Text {
    fn of(engine: Engine, query: &SelectStatement) -> (Self, Vec<Value>) {
        let mut writer = Writer {
            engine,
            pieces: vec![String::with_capacity(1024)],
            values: Vec::new(),
        };
        match engine {
            Engine::Sqlite => query.build_collect_any_into(&SqliteQueryBuilder, &mut writer),
            Engine::Postgres => query.build_collect_any_into(&PostgresQueryBuilder, &mut writer),
        };
        (Self(writer.pieces), writer.values)
    }

    /// One statement for all, each of them a column.
    fn together(&self, engine: Engine, asks: Vec<Vec<Value>>) -> Statement {
        let mut sql = String::from("SELECT ");
        let mut values = Vec::new();
        for (at, ask) in asks.into_iter().enumerate() {
            sql.push_str(if at == 0 { "(" } else { ", (" });
            let mut pieces = self.0.iter();
            sql.extend(pieces.next().map(String::as_str));
            for (piece, value) in pieces.zip(ask) {
                values.push(value);
                // Writing into memory does not fail.
                let _ = match engine {
                    Engine::Sqlite => write!(sql, "?{piece}"),
                    Engine::Postgres => write!(sql, "${}{piece}", values.len()),
                };
            }
            sql.push(')');
        }
        let backend = match engine {
            Engine::Sqlite => DbBackend::Sqlite,
            Engine::Postgres => DbBackend::Postgres,
        };
        Statement::from_sql_and_values(backend, sql, values)
    }
}

/// Limits as numbers are rounded up to one of these, or to a power of two: few different ones make few different
/// statements, which caches keep. The usual page has one of its own.
const LIMITS: [u64; 5] = [11, 26, 51, 101, 201];

struct Writer {
    engine: Engine,
    pieces: Vec<String>,
    values: Vec<Value>,
}

impl fmt::Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if let Some(last) = self.pieces.last_mut() {
            last.push_str(text);
        }
        Ok(())
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| f.write_str(piece))
    }
}

impl SqlWriter for Writer {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, _: &T) {
        match (self.engine, value) {
            // Nothing but limits is unsigned.
            (Engine::Postgres, Value::BigUnsigned(Some(limit))) => {
                let usual = LIMITS.into_iter().find(|usual| *usual >= limit);
                let limit = usual.unwrap_or_else(|| limit.next_power_of_two());
                let _ = write!(self, "{limit}");
            }
            (_, value) => {
                self.values.push(value);
                self.pieces.push(String::new());
            }
        }
    }

    fn as_writer(&mut self) -> &mut dyn fmt::Write {
        self
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, Values};

    use super::*;

    fn query(name: &str) -> SelectStatement {
        let mut query = Query::select();
        query
            .column(Alias::new("id"))
            .from(Alias::new("venues"))
            .and_where(Expr::col(Alias::new("name")).eq(name))
            .and_where(Expr::col(Alias::new("places")).gt(3))
            .limit(50);
        query
    }

    #[test]
    fn two_queries_become_columns_of_one_row_each_with_its_values() {
        let (text, first) = Text::of(Engine::Postgres, &query("a $1 hall?"));
        let (same, second) = Text::of(Engine::Postgres, &query("b"));
        assert_eq!(text, same);
        let together = text.together(Engine::Postgres, vec![first, second]);
        let one = |a, b| {
            format!(
                r#"(SELECT "id" FROM "venues" WHERE "name" = ${a} AND "places" > ${b} LIMIT 51)"#
            )
        };
        assert_eq!(together.sql, format!("SELECT {}, {}", one(1, 2), one(3, 4)));
        let values: [Value; 4] = ["a $1 hall?".into(), 3.into(), "b".into(), 3.into()];
        assert_eq!(together.values, Some(Values(values.into())));
    }

    #[test]
    fn on_sqlite_values_are_told_by_their_places() {
        let (text, values) = Text::of(Engine::Sqlite, &query("a"));
        let alone = text.together(Engine::Sqlite, vec![values]);
        let sql = r#"SELECT (SELECT "id" FROM "venues" WHERE "name" = ? AND "places" > ? LIMIT ?)"#;
        assert_eq!(alone.sql, sql);
    }
}
