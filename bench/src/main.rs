//! What a request costs: the service beside floors over the same rows, in one run.

mod child;
mod cpu;
mod database;
mod floors;
mod load;
mod measure;
mod operations;
mod report;
mod rows;
mod service;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};

use database::Engine;
use measure::{Extent, Stack, Stage};
use operations::Operation;
use report::{Results, say};

/// Measures the service beside floors. Build both with `cargo build --profile dist --workspace`.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// CPU time of each operation, and its ratio to the floors
    Requests(Requests),
    /// Serves one of the floors; the other commands start it
    #[command(hide = true)]
    Floor(floors::Arguments),
}

#[derive(Args)]
struct Requests {
    #[command(flatten)]
    extent: Extent,
    /// Which databases
    #[arg(long, default_value = "both")]
    engine: Engines,
    /// Only these operations
    #[arg(long, value_delimiter = ',')]
    only: Vec<Operation>,
    /// Puts the tables into this file, between its marks
    #[arg(long)]
    write: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Engines {
    Sqlite,
    Postgres,
    Both,
}

impl Engines {
    fn list(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

fn main() -> Result<()> {
    let command = Arguments::parse().command;
    if let Command::Floor(arguments) = command {
        return actix_web::rt::System::new().block_on(floors::serve(arguments));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match command {
            Command::Requests(arguments) => requests(arguments).await,
            Command::Floor(_) => Ok(()),
        }
    })
}

/// The command as it was given, so that it can be given again.
fn command_line() -> String {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    format!("target/dist/equal-partners-bench {}", arguments.join(" "))
}

async fn requests(arguments: Requests) -> Result<()> {
    let operations = match arguments.only.is_empty() {
        true => Operation::ALL,
        false => arguments.only.as_slice(),
    };
    let mut text = format!("`{}`\n\n{}.\n", command_line(), report::machine()?);
    say(&text)?;
    for engine in arguments.engine.list() {
        let stage = Stage::set(*engine, &arguments.extent, true).await?;
        let measured = measure_all(&stage, *engine, operations).await;
        // The databases are dropped whatever happened.
        stage.strike().await?;
        let part = measured?.markdown()?;
        say(&part)?;
        text += &format!("\n{part}");
    }
    if let Some(file) = arguments.write {
        report::write(&file, "requests", &text)?;
    }
    Ok(())
}

async fn measure_all(stage: &Stage, engine: Engine, operations: &[Operation]) -> Result<Results> {
    let mut results = Results {
        engine,
        version: stage.version().await?,
        samples: Vec::new(),
    };
    for operation in operations {
        let samples = stage.rounds(*operation, Stack::ALL).await?;
        results.samples.push((*operation, samples));
    }
    Ok(results)
}
