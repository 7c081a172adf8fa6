//! A number that grows with every change of who may do what, and that is never read too late.
//!
//! Each such change counts one row up in its own transaction, on whichever instance it is made. A call
//! is answered by the number as it is after the call arrived, so what an instance remembers under a
//! number is never believed longer than it is true: no notification can be late, because there is none.
//!
//! - Calls that arrive while the number is being read share the next reading.
//! - SQLite has one process that serves: until that has committed, nobody can have lost anything, and
//!   nothing is read at all. (Commands beside it only give.)

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, EntityTrait};
use tokio::sync::Mutex;

use super::Database;
use crate::http::Problem;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "access_epoch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub number: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{Column, Entity};

/// The number, and who waits for it.
#[derive(Default)]
pub struct Epoch {
    asked: AtomicU64,
    reading: Mutex<Reading>,
}

/// The last reading.
#[derive(Default)]
struct Reading {
    /// Every call up to this one arrived before it.
    covers: u64,
    /// The commits that had been made by then, where they can be counted.
    commits: Option<u64>,
    number: i64,
}

impl Epoch {
    /// The number as it is now: read after this was called.
    pub async fn now(&self, database: &Database) -> Result<i64, Problem> {
        let call = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut last = self.reading.lock().await;
        if last.covers >= call {
            return Ok(last.number);
        }
        let covers = self.asked.load(Ordering::SeqCst);
        let commits = database.commits();
        if commits.is_none() || commits != last.commits {
            last.number = read(database).await?;
            last.commits = commits;
        }
        last.covers = covers;
        Ok(last.number)
    }
}

#[expect(clippy::disallowed_methods, reason = "a side table of the store")]
async fn read(database: &Database) -> Result<i64, Problem> {
    let row = Entity::find().one(database.reads()).await?;
    let row = row.ok_or_else(|| Problem::internal("the epoch of access is missing"))?;
    Ok(row.number)
}

/// Counts the number up; holds its row until the transaction ends.
#[expect(clippy::disallowed_methods, reason = "a side table of the store")]
pub(super) async fn advance(transaction: &DatabaseTransaction) -> Result<(), Problem> {
    Entity::update_many()
        .col_expr(Column::Number, Expr::col(Column::Number).add(1))
        .exec(transaction)
        .await?;
    Ok(())
}
