//! One writer for SQLite, many changes to a commit.
//!
//! SQLite has one writer, and a durable commit costs a disk flush. So changes take turns inside one
//! transaction, each in a savepoint of its own, and are answered together after its commit.
//!
//! - The turn is a fair lock. Whoever gets it first opens the transaction and calls the committer,
//!   which queues for the same lock: everyone who waited by then is in the batch.
//! - A change that fails rolls back to its savepoint; its neighbours don't notice.
//! - A request that is cancelled drops its savepoint, which rolls back before the next statement. Cancelled
//!   while it still asks for its savepoint, the whole batch is given up and its owners are told 503.
//!   Cancelled after its turn, it is committed with the others, as a lost answer always may be.
//! - A commit that fails fails for everyone in the batch, and nothing of it is kept.
//! - After any failure the connection is closed and another one opened: SQLite ends a transaction by
//!   itself when the disk is full, and the driver goes on counting one that is not there. Changes made on
//!   such a connection would be answered and never kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::{Mutex, Notify, oneshot};

use crate::http::Problem;

#[derive(Default)]
struct Batch {
    open: Option<DatabaseTransaction>,
    receipts: Vec<oneshot::Sender<()>>,
    /// Whether a change is between asking for its savepoint and having it. Left true by a request that was
    /// cancelled just there, after which the driver may roll back more than the savepoint.
    entering: bool,
    /// Whether it is not known what the connection holds: it has to be closed before it is used again.
    broken: bool,
}

impl Batch {
    /// Gives up a batch of which it is not known what the database still holds: its owners are told.
    fn give_up(&mut self) {
        *self = Self {
            broken: true,
            ..Self::default()
        };
    }

    /// Gives up a batch that a cancelled request left while it asked for its savepoint.
    fn distrust(&mut self) {
        if self.entering {
            self.give_up();
        }
    }
}

/// The queue for the writer connection.
#[derive(Clone)]
pub struct GroupCommit {
    connection: DatabaseConnection,
    batch: Arc<Mutex<Batch>>,
    opened: Arc<Notify>,
    commits: Arc<AtomicU64>,
    failing: Arc<AtomicBool>,
}

impl GroupCommit {
    /// Takes over a connection, and starts the committer, which ends with the last handle.
    pub fn over(connection: DatabaseConnection) -> Self {
        let (batch, opened) = (
            Arc::new(Mutex::new(Batch::default())),
            Arc::new(Notify::new()),
        );
        let commits = Arc::new(AtomicU64::new(0));
        let failing = Arc::new(AtomicBool::new(false));
        let (ours, called) = (Arc::downgrade(&batch), opened.clone());
        let (count, failed) = (commits.clone(), failing.clone());
        tokio::spawn(async move {
            loop {
                called.notified().await;
                let Some(batch) = ours.upgrade() else { return };
                commit(&batch, &count, &failed).await;
            }
        });
        Self {
            connection,
            batch,
            opened,
            commits,
            failing,
        }
    }

    /// Whether the last commit failed: a full disk, as a rule.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::SeqCst)
    }

    /// How often was committed. Nobody is told that their change is done before it is counted.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    /// Runs `work` in its turn; returns when what it wrote is on disk.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&DatabaseTransaction) -> Result<T, Problem>,
    {
        let (receipt, committed) = oneshot::channel();
        let result = {
            let mut batch = self.batch.lock().await;
            batch.distrust();
            if batch.broken {
                // Not ready until a commit has succeeded.
                self.failing.store(true, Ordering::SeqCst);
                self.renew().await?;
                batch.broken = false;
            }
            let open = match batch.open.take() {
                Some(open) => open,
                None => match self.begin().await {
                    Ok(open) => open,
                    Err(error) => {
                        return Err(self.failed(&mut batch, &error));
                    }
                },
            };
            batch.open = Some(open);
            self.opened.notify_one();
            batch.entering = true;
            let begun = match &batch.open {
                Some(open) => open.begin().await,
                None => Err(DbErr::RecordNotFound("the batch".to_owned())),
            };
            let savepoint = match begun {
                Ok(savepoint) => savepoint,
                Err(error) => {
                    return Err(self.failed(&mut batch, &error));
                }
            };
            batch.entering = false;
            let outcome = work(&savepoint).await;
            let ended = match &outcome {
                Ok(_) => savepoint.commit().await,
                Err(_) => savepoint.rollback().await,
            };
            if let Err(error) = ended {
                return Err(self.failed(&mut batch, &error));
            }
            let result = outcome?;
            batch.receipts.push(receipt);
            result
        };
        match committed.await {
            Ok(()) => Ok(result),
            Err(_) => Err(Problem::unavailable(&"the commit failed")),
        }
    }

    /// Gives a batch up because the database failed; until a commit succeeds, this instance is not ready.
    fn failed(&self, batch: &mut Batch, error: &DbErr) -> Problem {
        self.failing.store(true, Ordering::SeqCst);
        batch.give_up();
        Problem::unavailable(error)
    }

    /// Closes the connection; the pool opens another one.
    async fn renew(&self) -> Result<(), Problem> {
        let pool = self.connection.get_sqlite_connection_pool();
        let held = pool.acquire().await;
        match held.map(|held| held.close()) {
            Ok(closing) => closing.await,
            Err(error) => Err(error),
        }
        .map_err(|error| Problem::unavailable(&error))
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.connection.begin_with_options(options).await
    }
}

impl Drop for GroupCommit {
    fn drop(&mut self) {
        // Lets the committer look whether anyone is left.
        self.opened.notify_one();
    }
}

async fn commit(batch: &Mutex<Batch>, count: &AtomicU64, failing: &AtomicBool) {
    let mut batch = batch.lock().await;
    batch.distrust();
    let Some(open) = batch.open.take() else {
        return;
    };
    let receipts = std::mem::take(&mut batch.receipts);
    let committed = open.commit().await;
    count.fetch_add(1, Ordering::SeqCst);
    failing.store(committed.is_err(), Ordering::SeqCst);
    match committed {
        // A dropped receipt tells its owner that the commit failed.
        Err(error) => {
            tracing::error!(%error, changes = receipts.len(), "a commit failed");
            batch.give_up();
        }
        Ok(()) => receipts.into_iter().for_each(|receipt| {
            let _ = receipt.send(());
        }),
    }
}
