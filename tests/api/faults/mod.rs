//! Drills: what was answered is kept, whatever breaks. `docs/drills.md` tells what each one does.
//!
//! They drive the program itself, as a process of its own. `FAULTS=large` makes them long and
//! holds them to their times, which a busy machine would miss; without it, times are only printed.

mod clocks;
mod crowds;
mod disks;
mod failover;
mod instances;
mod kills;
mod load;
mod outages;
mod read_only;
mod relay;
pub mod service;
mod small_disk;
mod stopping;
mod uploads;

use std::time::Duration;

/// Whether the drills run large.
fn large() -> bool {
    std::env::var("FAULTS").is_ok_and(|size| size == "large")
}

/// One number in small, another one in large.
fn sized<T>(small: T, when_large: T) -> T {
    if large() { when_large } else { small }
}

/// Holds a time to its limit, in large.
#[track_caller]
fn within(what: &str, took: Duration, limit: Duration) {
    println!(
        "   {what}: {:.2} s (limit {} s)",
        took.as_secs_f64(),
        limit.as_secs()
    );
    assert!(!large() || took <= limit, "{what} took {took:?}");
}
