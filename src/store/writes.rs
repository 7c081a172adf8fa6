//! What a change writes, kept in a form in which the rows of several changes go into one statement.

use std::any::TypeId;
use std::collections::HashSet;

use sea_orm::sea_query::{
    Alias, CommonTableExpression, DeleteStatement, Expr, InsertStatement, Query, ReturningClause,
    SubQueryStatement, UpdateStatement, WithClause,
};
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, DbBackend, DbErr, EntityName, EntityTrait,
    IdenStatic, Iterable, RuntimeErr, Statement, Values,
};
use uuid::Uuid;

use super::Engine;
use crate::http::{Problem, types};

/// What two writes have in common that differ in nothing but their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Rows for a table, by its columns.
    Rows(TypeId, u128),
    /// An update of a row at a version, by the columns that it sets, or its end.
    Versioned(TypeId, u128),
}

#[derive(Clone)]
enum What {
    /// Rows to add, and where.
    Rows(InsertStatement, Vec<Vec<Expr>>),
    /// A statement that has to find its row as it was read.
    Versioned(SubQueryStatement),
}

/// Something to write whose answer nobody needs.
#[derive(Clone)]
pub(super) struct Write {
    form: Form,
    what: What,
    /// The row that it touches; what touches rows of its own making only, such as a ledger entry, has none.
    row: Option<(&'static str, Uuid)>,
}

impl Write {
    /// Rows that nothing else of this change touches. `W` stands for the statement without its values.
    pub(super) fn rows<W: 'static>(insert: InsertStatement, rows: Vec<Vec<Expr>>) -> Self {
        Self {
            form: Form::Rows(TypeId::of::<W>(), 0),
            what: What::Rows(insert, rows),
            row: None,
        }
    }

    /// Adds these rows, those with the same columns together.
    pub(super) fn models<A: ActiveModelTrait + 'static>(
        models: impl IntoIterator<Item = A>,
    ) -> Vec<Self> {
        let mut writes: Vec<Self> = Vec::new();
        for mut model in models {
            let (mut set, mut columns, mut row) = (0, Vec::new(), Vec::new());
            for (at, column) in <A::Entity as EntityTrait>::Column::iter().enumerate() {
                if let ActiveValue::Set(value) | ActiveValue::Unchanged(value) = model.take(column)
                {
                    set |= 1 << at;
                    columns.push(Alias::new(column.as_str()));
                    row.push(column.save_as(Expr::val(value)));
                }
            }
            let form = Form::Rows(TypeId::of::<A>(), set);
            if let Some(last) = writes.last_mut()
                && let Self {
                    what: What::Rows(_, rows),
                    ..
                } = last
                && last.form == form
            {
                rows.push(row);
                continue;
            }
            let insert = Query::insert()
                .into_table(A::Entity::default().table_ref())
                .columns(columns)
                .to_owned();
            writes.push(Self {
                form,
                what: What::Rows(insert, vec![row]),
                row: None,
            });
        }
        writes
    }

    /// Updates the one row that its condition names, at the version that its condition names.
    pub(super) fn versioned<E: EntityTrait>(mut statement: UpdateStatement, set: u128) -> Self {
        statement.returning(found());
        Self::at_version::<E>(SubQueryStatement::UpdateStatement(statement), set)
    }

    /// Deletes the one row that its condition names, at the version that its condition names.
    pub(super) fn versioned_delete<E: EntityTrait>(mut statement: DeleteStatement) -> Self {
        statement.returning(found());
        Self::at_version::<E>(SubQueryStatement::DeleteStatement(statement), 0)
    }

    fn at_version<E: EntityTrait>(statement: SubQueryStatement, set: u128) -> Self {
        Self {
            form: Form::Versioned(TypeId::of::<E>(), set),
            what: What::Versioned(statement),
            row: None,
        }
    }

    /// Names the row, by table or purpose and id.
    pub(super) fn on(mut self, table: &'static str, id: Uuid) -> Self {
        self.row = Some((table, id));
        self
    }

    /// Whether both touch the same row.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.row.is_some() && self.row == other.row
    }

    /// The form of what it writes.
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// How many rows it adds, or one.
    pub(super) fn length(&self) -> usize {
        match &self.what {
            What::Rows(_, rows) => rows.len(),
            What::Versioned(_) => 1,
        }
    }
}

/// What a statement returns for each row that it found.
fn found() -> ReturningClause {
    Query::returning().expr(Expr::cust("1"))
}

/// Whether no two of these changes touch the same row.
pub(super) fn are_apart(changes: &[Vec<Write>]) -> bool {
    let mut touched = HashSet::new();
    changes.iter().all(|change| {
        // One change may touch a row twice; what it does then is sent in two parts.
        let rows: HashSet<_> = change.iter().filter_map(|write| write.row).collect();
        rows.into_iter().all(|row| touched.insert(row))
    })
}

/// Changes that write the same forms, as one statement. Rows for the same table go together; everything else
/// stays in order.
pub(super) fn in_one_statement(engine: Engine, mut changes: Vec<Vec<Write>>) -> Statement {
    // Two instances that lock rows in the same order seldom wait for each other in a circle; when they do, one
    // of them is refused, and its changes are sent one by one.
    changes.sort_by_key(|change| change.iter().find_map(|write| write.row));
    let mut changes: Vec<_> = changes.into_iter().map(Vec::into_iter).collect();
    let mut writes: Vec<Write> = Vec::new();
    loop {
        let next: Vec<Write> = changes.iter_mut().filter_map(Iterator::next).collect();
        if next.is_empty() {
            break;
        }
        for write in next {
            match (writes.last_mut(), write) {
                (
                    Some(Write {
                        form,
                        what: What::Rows(_, rows),
                        ..
                    }),
                    Write {
                        form: same,
                        what: What::Rows(_, more),
                        ..
                    },
                ) if *form == same => rows.extend(more),
                (_, write) => writes.push(write),
            }
        }
    }
    let statements = writes.into_iter().map(|write| match write.what {
        What::Versioned(statement) => (statement, true),
        What::Rows(mut insert, rows) => {
            insert.values_from_panic(rows);
            (SubQueryStatement::InsertStatement(insert), false)
        }
    });
    match engine {
        Engine::Postgres => as_expressions(statements),
        Engine::Sqlite => in_a_row(statements),
    }
}

/// PostgreSQL: one statement of common table expressions. A division by zero is how a statement without
/// code of its own fails when a version was not there.
fn as_expressions(statements: impl Iterator<Item = (SubQueryStatement, bool)>) -> Statement {
    let mut with = WithClause::new();
    let mut outcome = Query::select();
    outcome.expr(Expr::cust("1"));
    for (at, (statement, versioned)) in statements.enumerate() {
        let name = Alias::new(format!("w{at}"));
        if versioned {
            outcome.expr(Expr::cust(format!("1 / (SELECT count(*) FROM \"w{at}\")")));
        }
        with.cte(
            CommonTableExpression::new()
                .query(statement)
                .table_name(name)
                .to_owned(),
        );
    }
    DbBackend::Postgres.build(&outcome.with(with))
}

/// SQLite: the statements one after the other. The absolute value of the least number is how a statement
/// without code of its own fails.
fn in_a_row(statements: impl Iterator<Item = (SubQueryStatement, bool)>) -> Statement {
    let backend = DbBackend::Sqlite;
    let (mut sql, mut values) = (String::new(), Vec::new());
    for (statement, versioned) in statements {
        let one = match &statement {
            SubQueryStatement::InsertStatement(one) => backend.build(one),
            SubQueryStatement::UpdateStatement(one) => backend.build(one),
            SubQueryStatement::DeleteStatement(one) => backend.build(one),
            SubQueryStatement::SelectStatement(one) => backend.build(one),
            SubQueryStatement::WithStatement(one) => backend.build(one),
        };
        sql.push_str(&one.sql);
        sql.push(';');
        if versioned {
            sql.push_str("SELECT CASE changes() WHEN 0 THEN abs(-9223372036854775808) END;");
        }
        values.extend(one.values.unwrap_or_else(|| Values(Vec::new())).0);
    }
    Statement::from_sql_and_values(backend, sql, values)
}

/// Tells the failure of a versioned update from others: nothing else here divides or overflows.
pub(super) fn changed_meanwhile(error: DbErr) -> Problem {
    let (code, text) = told_by_the_database(&error).map_or_else(Default::default, |cause| {
        (
            cause.code().unwrap_or_default().into_owned(),
            cause.message(),
        )
    });
    match code == "22012" || text == "integer overflow" {
        true => Problem::new(
            &types::PRECONDITION_FAILED,
            "The record has changed meanwhile",
        ),
        false => error.into(),
    }
}

/// What the database says against a statement, of which nothing has happened then. Other errors leave that
/// open; so do a server that is stopped and a proxy that lost it ([`OPEN`]).
pub(super) fn told_by_the_database(error: &DbErr) -> Option<&dyn DatabaseError> {
    let told = match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            cause.as_database_error()
        }
        _ => None,
    };
    let leaves_open = |code: &str| OPEN.iter().any(|class| code.starts_with(class));
    told.filter(|told| !told.code().is_some_and(|code| leaves_open(&code)))
}

/// Beginnings of codes that PostgreSQL, or a proxy before it, may send after the commit: connections, "statement
/// completion unknown", a server that is stopped.
const OPEN: [&str; 3] = ["08", "40003", "57P"];
