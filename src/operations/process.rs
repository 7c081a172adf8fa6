//! The process as the operating system sees it, under the names that monitoring systems know.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

/// Adds the figures, which are read whenever somebody asks.
pub fn register(registry: &mut Registry) {
    registry.register_collector(Box::new(Process));
}

#[derive(Debug)]
struct Process;

/// What is read of /proc.
struct Reading {
    cpu_seconds: f64,
    resident_bytes: f64,
    start_seconds: f64,
    threads: f64,
    open_files: f64,
    most_files: f64,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Some(read) = read() else {
            return Ok(());
        };
        let cpu = ConstCounter::new(read.cpu_seconds);
        let name = "process_cpu_seconds";
        let about = "Processor time used";
        cpu.encode(encoder.encode_descriptor(name, about, None, cpu.metric_type())?)?;
        for (name, about, value) in [
            (
                "process_resident_memory_bytes",
                "Memory in use",
                read.resident_bytes,
            ),
            (
                "process_start_time_seconds",
                "When the process began, since 1970",
                read.start_seconds,
            ),
            ("process_threads", "Threads", read.threads),
            (
                "process_open_fds",
                "Open files and connections",
                read.open_files,
            ),
            (
                "process_max_fds",
                "Files and connections that may be open",
                read.most_files,
            ),
        ] {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, about, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn read() -> Option<Reading> {
    use procfs::WithCurrentSystemInfo;
    use procfs::process::{LimitValue, Process};

    let process = Process::myself().ok()?;
    let stat = process.stat().ok()?;
    let ticks = exact(procfs::ticks_per_second());
    Some(Reading {
        cpu_seconds: exact(stat.utime + stat.stime) / ticks,
        resident_bytes: exact(stat.rss_bytes().get()),
        start_seconds: exact(procfs::boot_time_secs().ok()?) + exact(stat.starttime) / ticks,
        threads: exact(u64::try_from(stat.num_threads).ok()?),
        open_files: exact(u64::try_from(process.fd_count().ok()?).ok()?),
        most_files: match process.limits().ok()?.max_open_files.soft_limit {
            LimitValue::Value(limit) => exact(limit),
            LimitValue::Unlimited => f64::INFINITY,
        },
    })
}

#[cfg(not(target_os = "linux"))]
fn read() -> Option<Reading> {
    None
}

/// Exact up to 2^53, which none of these reaches.
#[cfg(target_os = "linux")]
fn exact(number: u64) -> f64 {
    number as f64
}
