//! The command line of Equal Partners.

use std::process::ExitCode;

/// Requests ask for many blocks that the system's allocator takes a quarter of a read to give. How it gives
/// memory back is set in `.cargo/config.toml`.
#[cfg(target_os = "linux")]
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    equal_partners::commands::run()
}
