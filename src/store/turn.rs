//! One change's turn at the database: what it writes waits, and is sent as one statement.
//!
//! A statement sent by itself costs a message to the database and an answer, which is most of what a small
//! change costs. So what a change writes and needs no answer for is kept back, and sent together: before
//! anything is read in the transaction, and at the end.
//!
//! - A change that only writes needs no transaction of its own: what waited is one statement, which
//!   happens as a whole or not at all, and goes with others like it (`sender.rs`). PostgreSQL gets it as
//!   data-modifying common table expressions, SQLite as a savepoint with statements in it.
//! - A change that reads first opens its transaction (SQLite: its savepoint in the batch), once.
//! - Statements that are sent together do not see each other on PostgreSQL. So two that touch the same row
//!   are never sent together.
//! - An update of a version that is no longer there fails the whole, like any constraint.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tokio::sync::OnceCell;

use super::Database;
use super::database::Opened;
use super::writes::{Write, changed_meanwhile, in_one_statement};
use crate::http::Problem;

/// A change's turn. Dropped before its end, nothing of it happens.
pub(super) struct Turn<'a> {
    database: &'a Database,
    opened: OnceCell<Opened>,
    waiting: Mutex<Vec<Write>>,
    failed: AtomicBool,
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
            failed: AtomicBool::new(false),
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
            waiting.len() >= MOST_WAITING || waiting.iter().any(|one| one.meets(&write))
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
        let waiting = std::mem::take(&mut *self.lock());
        if !waiting.is_empty() {
            // Left so when it fails: what waited is gone, and nothing of this change may stay.
            self.failed.store(true, Ordering::Relaxed);
            let statement = in_one_statement(self.database.engine(), vec![waiting]);
            transaction
                .execute_raw(statement)
                .await
                .map_err(changed_meanwhile)?;
            self.failed.store(false, Ordering::Relaxed);
        }
        Ok(transaction)
    }

    /// Ends the turn: what was written is durable when this returns.
    pub(super) async fn end(mut self) -> Result<(), Problem> {
        let flushed = match self.is_open() {
            true => self.transaction().await.map(|_| ()),
            false => Ok(()),
        };
        if let Err(problem) = flushed {
            self.give_up().await?;
            return Err(problem);
        }
        if self.failed.load(Ordering::Relaxed) {
            self.give_up().await?;
            return Err(Problem::internal("a change went on after it had failed"));
        }
        match self.opened.take() {
            Some(opened) => self.database.keep(opened).await?,
            None => {
                let waiting = std::mem::take(&mut *self.lock());
                if !waiting.is_empty() {
                    self.database.send(waiting).await?;
                }
            }
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
}
