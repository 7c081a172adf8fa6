//! Figures in the OpenMetrics text format, with route templates as labels.
//!
//! What happens is counted as it happens; what is (connections, backlog, memory) is looked at when somebody
//! asks, the database at most every few seconds and never for long.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::sync::Mutex;

use crate::app::State;
use crate::store::{BOUNDS, Backlog, Counted, Figures, Waiting, backlog};
use crate::traces::Sent;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: Arc<str>,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: Arc<str>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kept {
    what: &'static str,
}

/// A figure that is unknown (NaN) while the database does not tell it.
type Number = Gauge<f64, std::sync::atomic::AtomicU64>;

/// How many wait, and how long the first of them has.
#[derive(Default)]
struct Queue {
    count: Number,
    seconds: Number,
}

impl Queue {
    fn register(&self, registry: &mut Registry, name: &str, about: &str) {
        registry.register(name, about, self.count.clone());
        let about = format!("{about}: for how long the oldest of them");
        let name = format!("{name}_oldest");
        registry.register_with_unit(name, about, Unit::Seconds, self.seconds.clone());
    }

    fn set(&self, waiting: Option<Waiting>, now: DateTime<Utc>) {
        let (count, seconds) = match waiting {
            Some(Waiting { count, oldest }) => {
                // The numbers are capped far below what a float holds exactly.
                let count = u32::try_from(count).unwrap_or(u32::MAX).into();
                let since = oldest.map(|oldest| (now - oldest).to_std().unwrap_or_default());
                (count, since.unwrap_or_default().as_secs_f64())
            }
            None => (f64::NAN, f64::NAN),
        };
        self.count.set(count);
        self.seconds.set(seconds);
    }
}

/// What is looked at when somebody asks.
#[derive(Default)]
struct Looked {
    database_up: Gauge,
    commit_failing: Gauge,
    connections: Family<Pool, Gauge>,
    kept: Family<Kept, Gauge>,
    ledger: Queue,
    jobs_due: Queue,
    jobs_failing: Queue,
    messages: Queue,
    /// When the database was asked last: many who ask at once cost it one question.
    asked: Mutex<Option<Instant>>,
}

/// What the service measures.
pub struct Metrics {
    registry: Registry,
    routes: RwLock<HashSet<Arc<str>>>,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram>,
    in_progress: Gauge,
    jobs: Counter,
    sequenced: Counter,
    looked: Looked,
}

/// The database is asked for its backlog no more often than this,
const PAUSE: Duration = Duration::from_secs(5);
/// and is waited for no longer than this: the other figures are wanted most when it does not answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What partners do among themselves: figures of single operations would tell how much is shared, and when.
const UNTOLD: &str = "/v1/peer-support";

/// The labels under which a request is counted.
fn told<'a>(method: &'static str, route: &'a str, status: u16) -> (&'static str, &'a str, u16) {
    match route.contains(UNTOLD) {
        true if status < 500 => ("ANY", UNTOLD, 200),
        true => ("ANY", UNTOLD, status),
        false => (method, route, status),
    }
}

impl Metrics {
    /// Nothing has been measured yet, but what the store counts itself.
    pub fn new(store: &Figures, spans: &Sent) -> Self {
        let mut registry = Registry::default();
        super::process::register(&mut registry);
        let ours = registry.sub_registry_with_prefix("equal_partners");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        ours.register("build", "What runs", build);
        let requests = Family::default();
        ours.register("requests", "Requests answered", requests.clone());
        let durations =
            Family::new_with_constructor((|| Histogram::new(BOUNDS)) as fn() -> Histogram);
        ours.register("request_seconds", "Time to answer", durations.clone());
        let in_progress = Gauge::default();
        let about = "Requests that have come in and are not answered yet";
        ours.register("requests_in_progress", about, in_progress.clone());
        let (jobs, sequenced) = (Counter::default(), Counter::default());
        ours.register("jobs", "Jobs run", jobs.clone());
        let about = "Ledger entries sequenced";
        ours.register("ledger_sequenced", about, sequenced.clone());
        register_store(ours, store);
        register_spans(ours, spans);
        let looked = Looked::default();
        looked.register(ours);
        Self {
            registry,
            routes: RwLock::default(),
            requests,
            durations,
            in_progress,
            jobs,
            sequenced,
            looked,
        }
    }

    /// A request came in; it is in progress until what is returned is dropped.
    pub fn begin(&self) -> Counted {
        Counted::one(&self.in_progress)
    }

    /// A request was answered.
    pub fn request(&self, method: &'static str, route: &str, status: u16, elapsed: Duration) {
        let (method, route, status) = told(method, route, status);
        let route = self.template(route);
        let labels = Request {
            method,
            route: route.clone(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        self.durations
            .get_or_create(&Route { method, route })
            .observe(elapsed.as_secs_f64());
    }

    /// The one copy of a route's template. There are as many as the program has routes.
    fn template(&self, route: &str) -> Arc<str> {
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(route) {
            return known.clone();
        }
        drop(known);
        let new: Arc<str> = route.into();
        let mut known = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(new.clone());
        new
    }

    /// A job was run.
    pub fn job(&self) {
        self.jobs.inc();
    }

    /// Entries of the ledger got their place.
    pub fn sequenced(&self, count: usize) {
        self.sequenced.inc_by(count as u64);
    }

    /// Everything as it is now, as text.
    pub async fn text(&self, state: &State) -> String {
        self.looked.look(state).await;
        let mut out = String::new();
        match text::encode(&mut out, &self.registry) {
            Ok(()) => out,
            Err(_) => String::new(),
        }
    }
}

fn register_store(registry: &mut Registry, store: &Figures) {
    let about = "Statements sent to the database";
    registry.register("statements", about, store.statements.clone());
    let about = "Changes that wait for a connection or for their turn";
    registry.register("changes_waiting", about, store.waiting.clone());
    let about = "From a change's wait for its turn until it is on disk or given up";
    registry.register("change_seconds", about, store.change_seconds.clone());
    let about = "Time to commit a batch of changes to the embedded database";
    registry.register("commit_seconds", about, store.commit_seconds.clone());
    let about = "Changes in a commit of the embedded database";
    registry.register("commit_changes", about, store.commit_changes.clone());
    let about = "Commits of the embedded database that failed";
    registry.register("commits_failed", about, store.commits_failed.clone());
}

fn register_spans(registry: &mut Registry, spans: &Sent) {
    for (name, about, counter) in [
        (
            "spans_sent",
            "Spans of traces that the collector took",
            &spans.taken,
        ),
        (
            "spans_refused",
            "Spans of traces that the collector did not take",
            &spans.refused,
        ),
        (
            "spans_dropped",
            "Spans of traces that were not kept, because too many waited",
            &spans.dropped,
        ),
    ] {
        registry.register(name, about, counter.clone());
    }
}

impl Looked {
    fn register(&self, registry: &mut Registry) {
        let about = "Whether the database answered when it was asked last";
        registry.register("database_up", about, self.database_up.clone());
        let about =
            "Whether the last commit of the embedded database failed: a full disk, as a rule";
        registry.register("commit_failing", about, self.commit_failing.clone());
        let about = "Connections to the database: in use, idle, and as many as there may be";
        registry.register("database_connections", about, self.connections.clone());
        let about = "What is kept in memory: tokens that are known, callers that are counted";
        registry.register("remembered", about, self.kept.clone());
        for (queue, name, about) in [
            (
                &self.ledger,
                "ledger_waiting",
                "Ledger entries without a place in the chain",
            ),
            (&self.jobs_due, "jobs_due", "Jobs whose time has come"),
            (
                &self.jobs_failing,
                "jobs_failing",
                "Jobs that failed and will be tried again",
            ),
            (&self.messages, "messages_queued", "Messages in the outbox"),
        ] {
            queue.register(registry, name, about);
        }
    }

    async fn look(&self, state: &State) {
        let database = &state.store.database;
        self.commit_failing.set(database.is_failing().into());
        for pool in database.pools() {
            let states = [
                ("in_use", pool.open - pool.idle),
                ("idle", pool.idle),
                ("most", pool.most),
            ];
            for (name, count) in states {
                let labels = Pool {
                    pool: pool.name,
                    state: name,
                };
                self.connections.get_or_create(&labels).set(count);
            }
        }
        let kept = [("access-tokens", state.access.count())];
        for (what, count) in kept.into_iter().chain(state.limits.counts()) {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.kept.get_or_create(&Kept { what }).set(count);
        }
        self.ask(state).await;
    }

    async fn ask(&self, state: &State) {
        let mut asked = self.asked.lock().await;
        if asked.is_some_and(|asked| asked.elapsed() < PAUSE) {
            return;
        }
        let now = state.store.clock.now();
        let answer = tokio::time::timeout(PATIENCE, backlog(&state.store.database, now)).await;
        *asked = Some(Instant::now());
        let waiting = answer.ok().and_then(Result::ok);
        self.database_up.set(waiting.is_some().into());
        let part = |of: fn(Backlog) -> Waiting| waiting.map(of);
        self.ledger.set(part(|waiting| waiting.ledger), now);
        self.jobs_due.set(part(|waiting| waiting.jobs_due), now);
        self.jobs_failing
            .set(part(|waiting| waiting.jobs_failing), now);
        self.messages.set(part(|waiting| waiting.messages), now);
    }
}
