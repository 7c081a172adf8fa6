//! What a request costs: the service beside floors over the same rows, in one run.

mod child;
mod cpu;
mod database;
mod floors;
mod imports;
mod load;
mod measure;
mod memory;
mod month;
mod operations;
mod report;
mod requests;
mod rows;
mod service;
mod sizes;
mod startup;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The floors ask the same allocator as the service.
#[cfg(target_os = "linux")]
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measures the service beside floors. Build both with `cargo build --profile dist --workspace`.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// CPU time of each operation, and its ratio to the floors
    Requests(requests::Arguments),
    /// Resident memory of the service, idle and after each kind of load
    Memory(memory::Arguments),
    /// From exec to the first 200 of /health/ready
    Startup(startup::Arguments),
    /// The same operations over few and many rows, and at different depths of paging
    Sizes(sizes::Arguments),
    /// A national month of responses: its import beside a raw bulk load, and the table that is published from it
    Imports(imports::Arguments),
    /// Writes a national month of responses into a file
    Month(month::Arguments),
    /// Serves one of the floors; the other commands start it
    #[command(hide = true)]
    Floor(floors::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "this is what a command is for")]
            {
                eprintln!("equal-partners-bench: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    if let Command::Floor(arguments) = command {
        return actix_web::rt::System::new().block_on(floors::serve(arguments));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match command {
            Command::Requests(arguments) => requests::run(arguments).await,
            Command::Memory(arguments) => memory::run(arguments).await,
            Command::Startup(arguments) => startup::run(arguments).await,
            Command::Sizes(arguments) => sizes::run(arguments).await,
            Command::Imports(arguments) => imports::run(arguments).await,
            Command::Month(arguments) => month::run(arguments).await,
            Command::Floor(_) => Ok(()),
        }
    })
}
