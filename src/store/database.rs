//! One database by its URL: SQLite in a file, or PostgreSQL.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr,
    TransactionTrait,
};
use tokio::runtime::Handle;

use super::gather::Gather;
use super::group_commit::{Entered, GroupCommit};
use super::schema::Schema;
use super::sender::{self, Sender};
use super::turn::Turn;
use super::writes::Write;
use super::{Changes, Figures, trust};
use crate::http::Problem;
use crate::traces::step;

mod health;

/// Which of the two databases it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The one for several instances.
    Postgres,
}

/// Connections to read with, and the one way to write.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
    url: String,
    reads: DatabaseConnection,
    writes: DatabaseConnection,
    group: Option<GroupCommit>,
    sender: Arc<Gather<Sender>>,
    /// Where errands run: they outlive the threads that serve.
    home: Handle,
    /// With PostgreSQL, a connection of its own to feel its pulse, whatever the others wait for.
    pulse: Option<DatabaseConnection>,
    /// Whether a commit failed, and there has been no room for many more since.
    cramped: Arc<AtomicBool>,
    changes: Arc<Changes>,
    figures: Figures,
}

/// The connections of one pool.
pub struct PoolState {
    /// What they are for.
    pub name: &'static str,
    /// How many there are.
    pub open: i64,
    /// How many of them nobody uses.
    pub idle: i64,
    /// How many there may be.
    pub most: i64,
}

/// An open transaction.
pub(super) enum Opened {
    /// A savepoint in the batch of SQLite's one writer.
    InBatch(Entered),
    /// A transaction of PostgreSQL.
    Alone(DatabaseTransaction),
}

impl Opened {
    pub(super) fn transaction(&self) -> &DatabaseTransaction {
        match self {
            Self::InBatch(entered) => entered.transaction(),
            Self::Alone(transaction) => transaction,
        }
    }
}

/// A statement that takes longer than this is given up, and the caller is told 503.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);
/// A transaction in which nothing is said for this long is ended by the server: whoever began it is gone,
/// and its locks must not stay.
const ABANDONED: &str = "10s";
/// Any number that no other application on the server uses for the same purpose.
pub const MIGRATION_LOCK: i64 = 0x4550_0001;

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .connect_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        // A statement's text is harmless, but its parameters can be personal: neither reaches a log.
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

/// Connections to SQLite that take no changes. Of a file that nobody changes, nothing is kept beside it.
fn reading(url: &str, unchanging: bool) -> ConnectOptions {
    let mut read = options(url, 4);
    read.map_sqlx_sqlite_opts(move |options| {
        options
            .read_only(true)
            .immutable(unchanging)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(512)
    });
    read
}

fn path_of(url: &str) -> &str {
    let path = url.trim_start_matches("sqlite://").split('?').next();
    path.unwrap_or_default()
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn count(connection: &mut DatabaseConnection, figures: &Figures) {
    let statements = figures.statements.clone();
    connection.set_metric_callback(move |_| {
        statements.inc();
    });
}

impl Database {
    /// Connects; makes the file of an embedded database that does not exist yet. Does not migrate.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        let figures = Figures::default();
        if is_postgres(url) {
            let guarded = |connections| {
                let mut options = options(url, connections);
                options
                    .set_application_name("equal-partners")
                    .statement_timeout(STATEMENT_TIMEOUT)
                    .map_sqlx_postgres_opts(|options| {
                        options.options([("idle_in_transaction_session_timeout", ABANDONED)])
                    })
                    .map_sqlx_postgres_pool_opts(trust::guard);
                options
            };
            let mut pool = sea_orm::Database::connect(guarded(16)).await?;
            count(&mut pool, &figures);
            let pulse = sea_orm::Database::connect(guarded(1)).await?;
            return Ok(Self {
                pulse: Some(pulse),
                ..Self::over(Engine::Postgres, url, [pool.clone(), pool], None, figures)
            });
        }
        let path = path_of(url);
        if let Some(folder) = Path::new(path).parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| DbErr::Custom(format!("{}: {error}", folder.display())))?;
        }
        let mut write = options(url, 1);
        write.map_sqlx_sqlite_opts(|options| {
            options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // In WAL mode only FULL keeps an answered commit through a loss of power.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
                .statement_cache_capacity(512)
        });
        let fresh = !Path::new(path).exists();
        let mut writes = sea_orm::Database::connect(write).await?;
        if fresh {
            // It will hold the signing keys and everybody's data.
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
                .map_err(|error| DbErr::Custom(format!("{path}: {error}")))?;
        }
        count(&mut writes, &figures);
        let mut reads = sea_orm::Database::connect(reading(url, false)).await?;
        count(&mut reads, &figures);
        let group = GroupCommit::over(writes.clone(), figures.clone());
        let connections = [reads, writes];
        Ok(Self::over(
            Engine::Sqlite,
            url,
            connections,
            Some(group),
            figures,
        ))
    }

    /// A database over connections to read and to write with.
    fn over(
        engine: Engine,
        url: &str,
        [reads, writes]: [DatabaseConnection; 2],
        group: Option<GroupCommit>,
        figures: Figures,
    ) -> Self {
        let (connection, home) = (writes.clone(), Handle::current());
        let sender = Sender {
            engine,
            connection,
            group: group.clone(),
        };
        Self {
            engine,
            url: url.to_owned(),
            reads,
            writes,
            group,
            sender: Gather::to(sender, home.clone()),
            home,
            pulse: None,
            cramped: Arc::default(),
            changes: Arc::default(),
            figures,
        }
    }

    /// Connects to read where nothing can be written, too: on a standby, or in a folder that takes no changes.
    pub async fn connect_to_read(url: &str) -> Result<Self, DbErr> {
        let (engine, reads) = match is_postgres(url) {
            true => (
                Engine::Postgres,
                sea_orm::Database::connect(options(url, 4)).await?,
            ),
            false => {
                let reads = match sea_orm::Database::connect(reading(url, false)).await {
                    // Whoever works on a file has a -wal beside it.
                    Err(_) if !Path::new(&format!("{}-wal", path_of(url))).exists() => {
                        sea_orm::Database::connect(reading(url, true)).await?
                    }
                    other => other?,
                };
                (Engine::Sqlite, reads)
            }
        };
        let connections = [reads.clone(), reads];
        Ok(Self::over(
            engine,
            url,
            connections,
            None,
            Figures::default(),
        ))
    }

    /// Counts the changes made here.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// What is counted and timed here.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Whether the last commit of the embedded database failed.
    pub fn is_failing(&self) -> bool {
        self.group.as_ref().is_some_and(GroupCommit::is_failing)
    }

    /// The connections as they are now.
    pub fn pools(&self) -> Vec<PoolState> {
        let state = |name, size: u32, idle: usize, most| PoolState {
            name,
            open: size.into(),
            // A connection that is just being opened or closed is counted by one of them only.
            idle: i64::try_from(idle).unwrap_or(i64::MAX).min(size.into()),
            most,
        };
        let of = |name, connection: &DatabaseConnection| match self.engine {
            Engine::Sqlite => {
                let pool = connection.get_sqlite_connection_pool();
                let most = pool.options().get_max_connections();
                state(name, pool.size(), pool.num_idle(), most.into())
            }
            Engine::Postgres => {
                let pool = connection.get_postgres_connection_pool();
                let most = pool.options().get_max_connections();
                state(name, pool.size(), pool.num_idle(), most.into())
            }
        };
        match self.engine {
            Engine::Sqlite => vec![of("reads", &self.reads), of("writes", &self.writes)],
            Engine::Postgres => vec![of("all", &self.writes)],
        }
    }

    /// Which database it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The connections to read with.
    pub(super) fn reads(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// Where errands run.
    pub(super) fn home(&self) -> Handle {
        self.home.clone()
    }

    /// How often was committed, where all that is committed goes through this process.
    pub(super) fn commits(&self) -> Option<u64> {
        self.group.as_ref().map(GroupCommit::commits)
    }

    /// The connections for commands that work on the database as a whole: backup, listening.
    pub fn whole(&self) -> &DatabaseConnection {
        &self.writes
    }

    /// Brings the schema up to date. Of several instances that start at once, one does it and the others wait.
    /// An instance older than the schema leaves it as it is.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if self.up_to_date().await? {
            return Ok(());
        }
        match self.engine {
            Engine::Sqlite => Migrator::up(&self.writes, None).await,
            Engine::Postgres => {
                // Connections of its own: a long migration, and the wait for it, have no time limit.
                let pool = sea_orm::Database::connect(options(&self.url, 2)).await?;
                let lock = pool.begin().await?;
                let sql = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
                lock.execute_unprepared(&sql).await?;
                Migrator::up(&pool, None).await?;
                lock.commit().await?;
                pool.close().await
            }
        }
    }

    /// Whether every migration of this binary has been applied; the database may be ahead of it.
    async fn up_to_date(&self) -> Result<bool, DbErr> {
        Ok(self.schema().await?.missing.is_empty())
    }

    /// How the schema and this binary stand to each other.
    pub async fn schema(&self) -> Result<Schema, DbErr> {
        Schema::read(self.pulse.as_ref().unwrap_or(&self.reads)).await
    }

    /// Runs `work` in one transaction: committed when it succeeds, rolled back when it fails.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&DatabaseTransaction) -> Result<T, Problem>,
    {
        let _timed = self.figures.change();
        let _step = step(self.engine, "change", None);
        let opened = self.open().await?;
        match work(opened.transaction()).await {
            Ok(result) => self.keep(opened).await.map(|()| result),
            Err(problem) => {
                self.undo(opened).await?;
                Err(problem)
            }
        }
    }

    /// Runs a change in a turn: durable when it succeeds, without a trace when it fails.
    pub(super) async fn turn<T, F>(&self, change: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&Turn<'_>) -> Result<T, Problem>,
    {
        let _timed = self.figures.change();
        let _step = step(self.engine, "change", None);
        let turn = Turn::new(self);
        match change(&turn).await {
            Ok(result) => turn.end().await.map(|()| result),
            Err(problem) => {
                turn.give_up().await?;
                Err(problem)
            }
        }
    }

    /// Opens a transaction: with SQLite, a savepoint in the batch, when it is its turn.
    pub(super) async fn open(&self) -> Result<Opened, Problem> {
        match &self.group {
            Some(group) => group.enter().await.map(Opened::InBatch),
            None => {
                let _waits = self.figures.waits();
                let begun = trust::Uncancelled::start();
                let transaction = self.writes.begin().await;
                begun.done();
                Ok(Opened::Alone(transaction?))
            }
        }
    }

    /// Makes what was written durable.
    pub(super) async fn keep(&self, opened: Opened) -> Result<(), Problem> {
        match (&self.group, opened) {
            (Some(group), Opened::InBatch(entered)) => group.keep(entered).await,
            (_, Opened::Alone(transaction)) => Ok(transaction.commit().await?),
            (None, Opened::InBatch(_)) => Err(Problem::internal("a batch without a group")),
        }
    }

    /// Takes everything back.
    pub(super) async fn undo(&self, opened: Opened) -> Result<(), Problem> {
        match (&self.group, opened) {
            (Some(group), Opened::InBatch(entered)) => group.undo(entered).await,
            (_, Opened::Alone(transaction)) => Ok(transaction.rollback().await?),
            (None, Opened::InBatch(_)) => Err(Problem::internal("a batch without a group")),
        }
    }

    /// Makes a change that only writes: durable when this returns.
    pub(super) async fn send(&self, change: Vec<Write>) -> Result<(), Problem> {
        sender::send(&self.sender, change).await
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), DbErr> {
        if let Some(pulse) = self.pulse {
            pulse.close().await?;
        }
        self.reads.close().await?;
        self.writes.close().await
    }
}
