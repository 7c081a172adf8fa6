//! One writer for SQLite, many changes to a commit.
//!
//! SQLite has one writer, and a durable commit costs a disk flush. So changes take turns inside one
//! transaction, each in a savepoint of its own, and are answered together after its commit. Changes that were
//! sent together (`sender.rs`) share a turn and a savepoint.
//!
//! - The turn is a fair lock. Whoever gets it first opens the transaction and calls the committer,
//!   which queues for the same lock: everyone who waited by then is in the batch.
//! - A change that fails rolls back to its savepoint; its neighbours don't notice.
//! - A change that is sent as a whole has its savepoint in the same message: one errand to the database.
//! - A request that is cancelled drops its savepoint, which rolls back before the next statement. What must
//!   not stop half-way (asking for a savepoint, a change sent as a whole) runs in a task of its own, which
//!   goes on. Cancelled after its turn, it is committed with the others, as a lost answer always may be.
//! - A commit that fails fails for everyone in the batch, and nothing of it is kept.
//! - After any failure the connection is closed and another one opened: SQLite ends a transaction by
//!   itself when the disk is full, and the driver goes on counting one that is not there. Changes made on
//!   such a connection would be answered and never kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

use super::Figures;
use crate::http::Problem;

/// The changes that will be committed together.
#[derive(Default)]
pub struct Batch {
    open: Option<DatabaseTransaction>,
    receipts: Vec<oneshot::Sender<()>>,
    /// How many changes there are: those that were sent together have one receipt.
    changes: usize,
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

    /// Puts changes that are done on the list of those to be told.
    fn done(&mut self, changes: usize) -> Committed {
        let (receipt, committed) = oneshot::channel();
        self.receipts.push(receipt);
        self.changes += changes;
        committed
    }
}

/// The queue for the writer connection.
#[derive(Clone)]
pub struct GroupCommit(Arc<Group>);

struct Group {
    connection: DatabaseConnection,
    batch: Arc<Mutex<Batch>>,
    opened: Arc<Notify>,
    commits: Arc<AtomicU64>,
    failing: Arc<AtomicBool>,
    figures: Figures,
    /// Where work runs that has to come to its end: the thread that commits.
    home: Handle,
}

/// A change in its turn. Its savepoint comes first, so that it is rolled back before the next one's turn.
pub struct Entered {
    savepoint: DatabaseTransaction,
    batch: OwnedMutexGuard<Batch>,
}

impl Entered {
    /// The change's own part of the batch.
    pub fn transaction(&self) -> &DatabaseTransaction {
        &self.savepoint
    }
}

/// Resolves when the batch is on disk.
type Committed = oneshot::Receiver<()>;

impl GroupCommit {
    /// Takes over a connection, and starts the committer, which ends with the last handle.
    pub fn over(connection: DatabaseConnection, figures: Figures) -> Self {
        let (batch, opened) = (
            Arc::new(Mutex::new(Batch::default())),
            Arc::new(Notify::new()),
        );
        let commits = Arc::new(AtomicU64::new(0));
        let failing = Arc::new(AtomicBool::new(false));
        let (ours, called) = (Arc::downgrade(&batch), opened.clone());
        let (count, failed) = (commits.clone(), failing.clone());
        let told = figures.clone();
        tokio::spawn(async move {
            loop {
                called.notified().await;
                let Some(batch) = ours.upgrade() else { return };
                commit(&batch, &count, &failed, &told).await;
            }
        });
        Self(Arc::new(Group {
            connection,
            batch,
            opened,
            commits,
            failing,
            figures,
            home: Handle::current(),
        }))
    }

    /// Whether the last commit failed: a full disk, as a rule.
    pub fn is_failing(&self) -> bool {
        self.0.failing.load(Ordering::SeqCst)
    }

    /// How often was committed. Nobody is told that their change is done before it is counted.
    pub fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::SeqCst)
    }

    /// Waits for a turn, and opens a savepoint in the batch.
    pub async fn enter(&self) -> Result<Entered, Problem> {
        let group = self.0.clone();
        to_its_end(&self.0.home, async move { group.enter().await }).await
    }

    /// Ends a turn; returns when what it wrote is on disk.
    pub async fn keep(&self, entered: Entered) -> Result<(), Problem> {
        let group = self.0.clone();
        let kept = to_its_end(&self.0.home, async move { group.keep(entered).await });
        on_disk(kept.await?).await
    }

    /// Ends a turn without a trace.
    pub async fn undo(&self, entered: Entered) -> Result<(), Problem> {
        let Entered {
            savepoint,
            mut batch,
        } = entered;
        let undone = savepoint.rollback().await;
        undone.map_err(|error| self.0.failed(&mut batch, &error))
    }

    /// Sends statements that are so many whole changes, in a turn; returns when they are on disk. The inner
    /// error is theirs, and nothing of them is left.
    pub async fn send(
        &self,
        statement: Statement,
        changes: usize,
    ) -> Result<Result<(), DbErr>, Problem> {
        let group = self.0.clone();
        let sent = to_its_end(
            &self.0.home,
            async move { group.send(statement, changes).await },
        );
        match sent.await? {
            Ok(committed) => on_disk(committed).await.map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }
}

/// Does what must not stop half-way in a task of its own, which goes on when the request is cancelled.
async fn to_its_end<T: Send + 'static>(
    home: &Handle,
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    let ended = home.spawn(work).await;
    ended.map_err(|error| Problem::unavailable(&error))?
}

async fn on_disk(committed: Committed) -> Result<(), Problem> {
    let failed = |_| Problem::unavailable(&"the commit failed");
    committed.await.map_err(failed)
}

impl Group {
    /// The batch, open and fit for use, when it is one's turn.
    async fn turn(&self) -> Result<OwnedMutexGuard<Batch>, Problem> {
        let waits = self.figures.waits();
        let mut batch = self.batch.clone().lock_owned().await;
        drop(waits);
        if batch.broken {
            batch.give_up();
            // Not ready until a commit has succeeded.
            self.failing.store(true, Ordering::SeqCst);
            self.renew().await?;
            batch.broken = false;
        }
        if batch.open.is_none() {
            match self.begin().await {
                Ok(open) => batch.open = Some(open),
                Err(error) => return Err(self.failed(&mut batch, &error)),
            }
        }
        self.opened.notify_one();
        Ok(batch)
    }

    async fn enter(&self) -> Result<Entered, Problem> {
        let mut batch = self.turn().await?;
        let begun = match &batch.open {
            Some(open) => open.begin().await,
            None => Err(DbErr::RecordNotFound("the batch".to_owned())),
        };
        match begun {
            Ok(savepoint) => Ok(Entered { savepoint, batch }),
            Err(error) => Err(self.failed(&mut batch, &error)),
        }
    }

    async fn keep(&self, entered: Entered) -> Result<Committed, Problem> {
        let Entered {
            savepoint,
            mut batch,
        } = entered;
        match savepoint.commit().await {
            Ok(()) => Ok(batch.done(1)),
            Err(error) => Err(self.failed(&mut batch, &error)),
        }
    }

    async fn send(
        &self,
        mut statement: Statement,
        changes: usize,
    ) -> Result<Result<Committed, DbErr>, Problem> {
        statement.sql = format!("SAVEPOINT change; {} RELEASE change", statement.sql);
        let mut batch = self.turn().await?;
        let Some(open) = batch.open.take() else {
            return Err(Problem::internal("the batch is not open"));
        };
        // Should this end half-way all the same, half a change would be in the batch.
        batch.broken = true;
        let undo = "ROLLBACK TO change; RELEASE change";
        let sending = async || match open.execute_raw(statement).await {
            Ok(_) => Ok(Ok(())),
            Err(refused) => match open.execute_unprepared(undo).await {
                Ok(_) => Ok(Err(refused)),
                Err(_) => Err(refused),
            },
        };
        let sent = sending().await;
        (batch.open, batch.broken) = (Some(open), false);
        match sent {
            Ok(Ok(())) => Ok(Ok(batch.done(changes))),
            Ok(Err(refused)) => Ok(Err(refused)),
            Err(error) => Err(self.failed(&mut batch, &error)),
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

impl Drop for Group {
    fn drop(&mut self) {
        // Lets the committer look whether anyone is left.
        self.opened.notify_one();
    }
}

async fn commit(batch: &Mutex<Batch>, count: &AtomicU64, failing: &AtomicBool, figures: &Figures) {
    let mut batch = batch.lock().await;
    if batch.broken {
        batch.give_up();
    }
    let Some(open) = batch.open.take() else {
        return;
    };
    let receipts = std::mem::take(&mut batch.receipts);
    let changes = std::mem::take(&mut batch.changes);
    let started = Instant::now();
    let committed = open.commit().await;
    figures.committed(changes, started, committed.is_ok());
    count.fetch_add(1, Ordering::SeqCst);
    failing.store(committed.is_err(), Ordering::SeqCst);
    match committed {
        // A dropped receipt tells its owner that the commit failed.
        Err(error) => {
            tracing::error!(
                error = crate::telemetry::without_values(error),
                changes,
                "a commit failed"
            );
            batch.give_up();
        }
        Ok(()) => receipts.into_iter().for_each(|receipt| {
            let _ = receipt.send(());
        }),
    }
}
