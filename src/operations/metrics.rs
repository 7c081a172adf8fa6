//! Counters and durations in the OpenMetrics text format, with route templates as labels.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

/// What the service measures.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram>,
    jobs: Counter,
    sequenced: Counter,
}

/// Upper bounds in seconds.
const BOUNDS: [f64; 10] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0,
];

impl Metrics {
    /// Nothing has been measured yet, but the statements, which the database counts.
    pub fn new(statements: &Counter) -> Self {
        let mut registry = Registry::with_prefix("equal_partners");
        let requests = Family::default();
        let durations =
            Family::new_with_constructor((|| Histogram::new(BOUNDS)) as fn() -> Histogram);
        let (jobs, sequenced) = (Counter::default(), Counter::default());
        registry.register("requests", "Requests answered", requests.clone());
        registry.register("request_seconds", "Time to answer", durations.clone());
        registry.register("jobs", "Jobs run", jobs.clone());
        let about = "Statements sent to the database";
        registry.register("statements", about, statements.clone());
        registry.register(
            "ledger_sequenced",
            "Ledger entries sequenced",
            sequenced.clone(),
        );
        Self {
            registry,
            requests,
            durations,
            jobs,
            sequenced,
        }
    }

    /// A request was answered.
    pub fn request(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        let labels = Request {
            method: method.to_owned(),
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        self.durations
            .get_or_create(&Route {
                route: route.to_owned(),
            })
            .observe(elapsed.as_secs_f64());
    }

    /// A job was run.
    pub fn job(&self) {
        self.jobs.inc();
    }

    /// Entries of the ledger got their place.
    pub fn sequenced(&self, count: usize) {
        self.sequenced.inc_by(count as u64);
    }

    /// Everything, as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        match text::encode(&mut out, &self.registry) {
            Ok(()) => out,
            Err(_) => String::new(),
        }
    }
}
