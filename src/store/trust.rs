//! Which connections to PostgreSQL may be used, and when nobody waits for it any longer.
//!
//! The pool neither notices a connection that will never answer again, nor a server that has become
//! read-only; and a BEGIN whose request was cancelled leaves its transaction open on a connection that
//! somebody else gets. So after any trouble, a connection has to answer a question before it goes on.
//! As long as there is none, that costs nothing.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::{Error, PgConnection, Postgres, Row, raw_sql};
use tokio::sync::Notify;
use tokio::time::timeout;

/// How long anything may take that waits for the database: nobody is held for ever. What a statement and
/// a body may take is less.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long a connection may take to answer whether it is fit.
const ANSWER: Duration = Duration::from_secs(2);
/// How long the whole database may be silent until nobody waits for it any longer.
pub const SILENCE: Duration = Duration::from_secs(5);
/// A connection that nobody has used for this long is asked, too.
const IDLE: Duration = Duration::from_secs(30);
/// For how long after trouble connections are asked when they come back.
const AFTERMATH: Duration = Duration::from_secs(60);
/// No connection gets older, so that none stays for ever where a proxy once led it.
const LIFETIME: Duration = Duration::from_secs(300);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
/// When there was trouble last, in milliseconds since the start; 0 for never.
static TROUBLE: AtomicU64 = AtomicU64::new(0);
static SILENT: Notify = Notify::const_new();

/// Remembers that something went wrong between here and the database.
pub fn trouble() {
    let since = START.elapsed().as_millis();
    TROUBLE.store(
        u64::try_from(since).unwrap_or(u64::MAX).max(1),
        Ordering::SeqCst,
    );
}

/// How long ago there was trouble, if ever.
fn since_trouble() -> Option<Duration> {
    let at = Duration::from_millis(TROUBLE.load(Ordering::SeqCst));
    (!at.is_zero()).then(|| START.elapsed().saturating_sub(at))
}

/// Tells everybody who waits that the database has fallen silent.
pub fn silent() {
    trouble();
    SILENT.notify_waiters();
}

/// Does some work, but not for longer than [`DEADLINE`] or after the database has fallen silent: then why.
pub async fn patiently<T>(work: impl Future<Output = T>) -> Result<T, &'static str> {
    patiently_but_for(|| false, work).await
}

/// The same, but for the time in which the work is `elsewhere`: it waits for something that has a deadline of
/// its own, such as a large file from a caller.
pub async fn patiently_but_for<T>(
    elsewhere: impl Fn() -> bool,
    work: impl Future<Output = T>,
) -> Result<T, &'static str> {
    let late = async {
        let mut left = DEADLINE.as_secs();
        while left > 0 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            left -= u64::from(!elsewhere());
        }
    };
    tokio::select! {
        biased;
        done = work => Ok(done),
        () = SILENT.notified() => Err("the database fell silent"),
        () = late => Err("it took too long"),
    }
}

/// Something that leaves a connection in an unknown state if it is cancelled.
pub struct Uncancelled {
    done: bool,
}

impl Uncancelled {
    /// From here on.
    pub fn start() -> Self {
        Self { done: false }
    }

    /// It has come to its end.
    pub fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Uncancelled {
    fn drop(&mut self) {
        if !self.done {
            trouble();
        }
    }
}

/// Whether a connection answers, takes changes, and has no transaction open.
async fn fit(connection: &mut PgConnection) -> Result<bool, Error> {
    // In a transaction that a cancelled request has left behind, this ends it.
    let question = raw_sql("BEGIN; SHOW transaction_read_only; ROLLBACK");
    let rows = timeout(ANSWER, question.fetch_all(connection)).await;
    let rows = rows.map_err(|_| Error::PoolTimedOut)??;
    let read_only: String = match rows.first() {
        Some(row) => row.try_get(0)?,
        None => return Ok(false),
    };
    Ok(read_only == "off")
}

/// Lets only fit connections into a pool, out of it, and back.
pub fn guard(options: PoolOptions<Postgres>) -> PoolOptions<Postgres> {
    options
        .max_lifetime(LIFETIME)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move {
                match fit(connection).await? {
                    true => Ok(()),
                    false => Err(Error::Protocol("the database is read-only".to_owned())),
                }
            })
        })
        .before_acquire(|connection, about| {
            Box::pin(async move {
                let unasked = since_trouble().is_some_and(|since| about.idle_for >= since);
                match unasked || about.idle_for >= IDLE {
                    true => fit(connection).await,
                    false => Ok(true),
                }
            })
        })
        .after_release(|connection, _| {
            Box::pin(async move {
                match since_trouble().is_some_and(|since| since < AFTERMATH) {
                    // An error closes the connection without asking the server, who may be gone.
                    true => fit(connection).await,
                    false => Ok(true),
                }
            })
        })
}
