//! What the store counts and times, for the metrics.

use std::time::Instant;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

/// Upper bounds in seconds.
pub const BOUNDS: [f64; 10] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0,
];
/// Upper bounds of the changes in a commit.
const CHANGES: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// Handles to the figures: a copy counts the same things.
#[derive(Clone)]
pub struct Figures {
    /// Statements sent to the database.
    pub statements: Counter,
    /// Changes that wait for a connection or for their turn.
    pub waiting: Gauge,
    /// From asking for a connection or a turn until the change is on disk, or given up.
    pub change_seconds: Histogram,
    /// How long a commit of the embedded database took.
    pub commit_seconds: Histogram,
    /// How many changes a commit of the embedded database held.
    pub commit_changes: Histogram,
    /// Commits of the embedded database that failed.
    pub commits_failed: Counter,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            statements: Counter::default(),
            waiting: Gauge::default(),
            change_seconds: Histogram::new(BOUNDS),
            commit_seconds: Histogram::new(BOUNDS),
            commit_changes: Histogram::new(CHANGES),
            commits_failed: Counter::default(),
        }
    }
}

impl Figures {
    /// Counts whoever waits, until what is returned is dropped.
    pub fn waits(&self) -> Counted {
        Counted::one(&self.waiting)
    }

    /// Times a change, until what is returned is dropped.
    pub fn change(&self) -> Timed<'_> {
        Timed {
            seconds: &self.change_seconds,
            started: Instant::now(),
        }
    }

    /// A commit of the embedded database ended.
    pub fn committed(&self, changes: usize, started: Instant, well: bool) {
        self.commit_seconds.observe(started.elapsed().as_secs_f64());
        // A batch has at most as many changes as there are requests: exact in a float.
        self.commit_changes
            .observe(u32::try_from(changes).unwrap_or(u32::MAX).into());
        if !well {
            self.commits_failed.inc();
        }
    }
}

/// One more on a gauge, for as long as this lives: however it ends.
pub struct Counted(Gauge);

impl Counted {
    /// Counts one up.
    pub fn one(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A clock that stops when it is dropped.
pub struct Timed<'a> {
    seconds: &'a Histogram,
    started: Instant,
}

impl Drop for Timed<'_> {
    fn drop(&mut self) {
        self.seconds.observe(self.started.elapsed().as_secs_f64());
    }
}
