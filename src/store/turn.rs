//! One change's turn at the database: what it writes waits, and is sent as one statement.
//!
//! A statement sent by itself costs a message to the database and an answer, which is most of what a small
//! change costs. So what a change writes and needs no answer for is kept back, and sent together: before
//! anything is read in the transaction, and at the end.
//!
//! - A change that only writes needs no transaction of its own: what waited is one statement, which
//!   happens as a whole or not at all. PostgreSQL gets it as data-modifying common table expressions,
//!   SQLite as a savepoint with statements in it.
//! - A change that reads first opens its transaction (SQLite: its savepoint in the batch), once.
//! - Statements that are sent together do not see each other on PostgreSQL. So two that touch the same row
//!   are never sent together.
//! - An update of a version that is no longer there fails the whole, like any constraint.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use sea_orm::sea_query::{
    Alias, CommonTableExpression, DeleteStatement, Expr, InsertStatement, Query, SubQueryStatement,
    UpdateStatement, WithClause,
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, RuntimeErr, Statement, Values,
};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::database::Opened;
use super::{Database, Engine};
use crate::http::{Problem, types};

/// Something to write whose answer nobody needs.
pub(super) struct Write {
    statement: SubQueryStatement,
    /// The row that it touches; what touches rows of its own making only, such as a ledger entry, has none.
    row: Option<(&'static str, Uuid)>,
    /// Whether it has to find its row as it was read.
    versioned: bool,
    /// Whether it waits for the end of the batch, where there is one.
    late: bool,
}

impl Write {
    /// Adds rows that nothing else of this change touches.
    pub(super) fn insert(statement: InsertStatement) -> Self {
        Self::of(SubQueryStatement::InsertStatement(statement))
    }

    /// Deletes rows that nothing else of this change touches.
    pub(super) fn delete(statement: DeleteStatement) -> Self {
        Self::of(SubQueryStatement::DeleteStatement(statement))
    }

    /// Updates the one row that its condition names, at the version that its condition names.
    pub(super) fn versioned(mut statement: UpdateStatement) -> Self {
        statement.returning(Query::returning().expr(Expr::cust("1")));
        Self {
            versioned: true,
            ..Self::of(SubQueryStatement::UpdateStatement(statement))
        }
    }

    fn of(statement: SubQueryStatement) -> Self {
        Self {
            statement,
            row: None,
            versioned: false,
            late: false,
        }
    }

    /// Leaves it to the end of SQLite's batch, because its table writes itself out at the end of each savepoint.
    /// What is late is not read in the transaction, and is written in the order in which it came.
    pub(super) fn late(mut self) -> Self {
        self.late = true;
        self
    }

    /// Names the row, by table or purpose and id.
    pub(super) fn on(mut self, table: &'static str, id: Uuid) -> Self {
        self.row = Some((table, id));
        self
    }
}

/// A change's turn. Dropped before its end, nothing of it happens.
pub(super) struct Turn<'a> {
    database: &'a Database,
    opened: OnceCell<Opened>,
    waiting: Mutex<Vec<Write>>,
    touched: Mutex<BTreeSet<&'static str>>,
}

/// More would make statements that no cache keeps.
const MOST_WAITING: usize = 16;

impl<'a> Turn<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self {
            database,
            opened: OnceCell::new(),
            waiting: Mutex::default(),
            touched: Mutex::default(),
        }
    }

    /// Notes of which kind a record is that changes.
    pub(super) fn touches(&self, noun: &'static str) {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        touched.insert(noun);
    }

    /// Whether anything was read or sent in a transaction yet.
    pub(super) fn is_open(&self) -> bool {
        self.opened.initialized()
    }

    /// Writes something, now or with what comes.
    pub(super) async fn write(&self, write: Write) -> Result<(), Problem> {
        let meets = |waiting: &Vec<Write>| {
            let same = |one: &Write| write.row.is_some() && one.row == write.row;
            let full = waiting.iter().filter(|one| !one.late).count() >= MOST_WAITING;
            !write.late && (full || waiting.iter().any(same))
        };
        if meets(&self.lock()) {
            self.transaction().await?;
        }
        self.lock().push(write);
        Ok(())
    }

    /// The transaction, in which everything written so far can be read.
    pub(super) async fn transaction(&self) -> Result<&DatabaseTransaction, Problem> {
        let open = async || self.database.open().await;
        let transaction = self.opened.get_or_try_init(open).await?.transaction();
        if let Some(statement) = self.together() {
            transaction
                .execute_raw(statement)
                .await
                .map_err(changed_meanwhile)?;
        }
        Ok(transaction)
    }

    /// Ends the turn: what was written is durable when this returns.
    pub(super) async fn end(mut self) -> Result<(), Problem> {
        if self.is_open() {
            self.transaction().await?;
        }
        let now = self.together();
        let late = std::mem::take(&mut *self.lock());
        let late = (!late.is_empty()).then(|| in_a_row(late));
        // Without anything that is now, what is late is all there is.
        let (now, late) = match now {
            None if !self.is_open() => (late, None),
            now => (now, late),
        };
        match (self.opened.take(), now) {
            (Some(opened), _) => self.database.keep(opened, late).await?,
            (None, Some(statement)) => {
                let sent = self.database.send(statement, late).await;
                sent?.map_err(changed_meanwhile)?;
            }
            (None, None) => {}
        }
        let touched = self
            .touched
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        self.database.changes().happened(std::mem::take(touched));
        Ok(())
    }

    /// Ends the turn without a trace.
    pub(super) async fn give_up(mut self) -> Result<(), Problem> {
        match self.opened.take() {
            Some(opened) => self.database.undo(opened).await,
            None => Ok(()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Write>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What waits, as one statement, but for what is late.
    fn together(&self) -> Option<Statement> {
        let mut waiting = self.lock();
        let (late, now) = std::mem::take(&mut *waiting)
            .into_iter()
            .partition(|one| one.late);
        *waiting = late;
        drop(waiting);
        match self.database.engine() {
            _ if now.is_empty() => None,
            Engine::Postgres => Some(in_one(now)),
            Engine::Sqlite => Some(in_a_row(now)),
        }
    }
}

/// PostgreSQL: one statement of common table expressions. A division by zero is how a statement without
/// code of its own fails when a version was not there.
fn in_one(writes: Vec<Write>) -> Statement {
    let mut with = WithClause::new();
    let mut outcome = Query::select();
    outcome.expr(Expr::cust("1"));
    for (at, write) in writes.into_iter().enumerate() {
        let name = Alias::new(format!("w{at}"));
        if write.versioned {
            outcome.expr(Expr::cust(format!("1 / (SELECT count(*) FROM \"w{at}\")")));
        }
        with.cte(
            CommonTableExpression::new()
                .query(write.statement)
                .table_name(name)
                .to_owned(),
        );
    }
    DbBackend::Postgres.build(&outcome.with(with))
}

/// SQLite: the statements one after the other. The absolute value of the least number is how a statement
/// without code of its own fails.
fn in_a_row(writes: Vec<Write>) -> Statement {
    let backend = DbBackend::Sqlite;
    let (mut sql, mut values) = (String::new(), Vec::new());
    for write in writes {
        let one = match &write.statement {
            SubQueryStatement::InsertStatement(one) => backend.build(one),
            SubQueryStatement::UpdateStatement(one) => backend.build(one),
            SubQueryStatement::DeleteStatement(one) => backend.build(one),
            SubQueryStatement::SelectStatement(one) => backend.build(one),
            SubQueryStatement::WithStatement(one) => backend.build(one),
        };
        sql.push_str(&one.sql);
        sql.push(';');
        if write.versioned {
            sql.push_str("SELECT CASE changes() WHEN 0 THEN abs(-9223372036854775808) END;");
        }
        values.extend(one.values.unwrap_or_else(|| Values(Vec::new())).0);
    }
    Statement::from_sql_and_values(backend, sql, values)
}

/// Tells the failure of a versioned update from others: nothing else here divides or overflows.
fn changed_meanwhile(error: DbErr) -> Problem {
    let cause = match &error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            cause.as_database_error()
        }
        _ => None,
    };
    let (code, text) = cause.map_or_else(Default::default, |cause| {
        (cause.code().unwrap_or_default(), cause.message())
    });
    match code == "22012" || text == "integer overflow" {
        true => Problem::new(
            &types::PRECONDITION_FAILED,
            "The record has changed meanwhile",
        ),
        false => error.into(),
    }
}
