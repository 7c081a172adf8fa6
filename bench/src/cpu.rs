//! CPU time and memory of processes, from /proc.
//!
//! CPU time says what a request costs however busy the machine is; requests per second do not.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result};

/// Nanoseconds that each thread has run, and the whole process in ticks, ended threads included.
#[derive(Default)]
struct Process {
    threads: HashMap<u32, u64>,
    ticks: u64,
}

/// The CPU time of some processes at a moment.
pub struct Moment(HashMap<u32, Process>);

/// The kernel's unit in /proc/PID/stat, which is 100 a second on every Linux that Rust runs on.
const TICK: u64 = 10_000_000;

impl Moment {
    /// Reads the clocks of these processes. A process that has ended has none.
    pub fn of(processes: &[u32]) -> Self {
        Self(
            processes
                .iter()
                .filter_map(|pid| Some((*pid, read(*pid)?)))
                .collect(),
        )
    }

    /// Nanoseconds used since an earlier moment. A process that began meanwhile counts from its beginning; what
    /// one that ended meanwhile used is lost.
    pub fn since(&self, earlier: &Self) -> u64 {
        self.0
            .iter()
            .map(|(pid, now)| {
                let nothing = Process::default();
                let before = earlier.0.get(pid).unwrap_or(&nothing);
                let threads: u64 = now
                    .threads
                    .iter()
                    .map(|(thread, ran)| {
                        ran.saturating_sub(before.threads.get(thread).copied().unwrap_or(0))
                    })
                    .sum();
                // Threads that ended meanwhile count in the process's ticks only, which are coarse.
                let ticks = now.ticks.saturating_sub(before.ticks + 1) * TICK;
                threads.max(ticks)
            })
            .sum()
    }
}

fn read(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before the last parenthesis may hold anything; user and system time are fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let threads = fs::read_dir(format!("/proc/{pid}/task"))
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let thread = entry.file_name().to_str()?.parse().ok()?;
            let text = fs::read_to_string(entry.path().join("schedstat")).ok()?;
            Some((thread, text.split(' ').next()?.parse().ok()?))
        })
        .collect();
    Some(Process {
        threads,
        ticks: field(11)? + field(12)?,
    })
}

/// Resident memory of a process.
#[derive(Clone, Copy)]
pub struct Memory {
    /// Now, in KiB.
    pub now: u64,
    /// At the most so far, in KiB.
    pub most: u64,
}

/// Reads the resident memory of a process.
pub fn memory(pid: u32) -> Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))
        .with_context(|| format!("process {pid} has ended"))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|rest| rest.trim_end_matches("kB").trim().parse().ok());
        number.with_context(|| format!("/proc/{pid}/status has no {name}"))
    };
    Ok(Memory {
        now: field("VmRSS:")?,
        most: field("VmHWM:")?,
    })
}
