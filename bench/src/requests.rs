//! CPU time of each operation, and its ratio to the floors.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::database::Engine;
use crate::measure::{Engines, Extent, Stage};
use crate::operations::Operation;
use crate::report::{self, Results, Section, say};

/// What is measured.
#[derive(Args)]
pub struct Arguments {
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

/// Measures and reports.
pub async fn run(arguments: Arguments) -> Result<()> {
    let operations = match arguments.only.is_empty() {
        true => Operation::ALL,
        false => arguments.only.as_slice(),
    };
    let mut costs = Section::new("requests", "what a request costs")?;
    let mut times = Section::new("times", "how long a request takes")?;
    for engine in arguments.engine.list() {
        let stage = Stage::set(*engine, &arguments.extent, true).await?;
        let results = measure(&stage, *engine, operations).await;
        // The databases are dropped whatever happened.
        stage.strike().await?;
        let results = results?;
        costs.add(&results.costs()?);
        times.add(&results.times()?);
    }
    say(&costs)?;
    say(&times)?;
    report::write(arguments.write.as_deref(), &[costs, times])
}

async fn measure(stage: &Stage, engine: Engine, operations: &[Operation]) -> Result<Results> {
    // Writes come last: what they add is not the same for every stack.
    let (writes, reads): (Vec<_>, Vec<_>) = operations.iter().partition(|one| one.writes());
    let mut samples = stage.rounds(&reads).await?;
    samples.extend(stage.rounds(&writes).await?);
    samples.sort_by_key(|(operation, _)| *operation);
    Ok(Results {
        engine,
        version: stage.version().await?,
        samples,
    })
}
