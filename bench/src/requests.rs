//! CPU time of each operation, and its ratio to the floors.

use anyhow::Result;
use clap::Args;

use crate::database::Engine;
use crate::measure::{Extent, Report, Stage};
use crate::operations::Operation;
use crate::report::{self, Results, Section, say};

/// What is measured.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    extent: Extent,
    /// Only these operations
    #[arg(long, value_delimiter = ',')]
    only: Vec<Operation>,
    #[command(flatten)]
    report: Report,
}

/// Measures and reports.
pub async fn run(arguments: Arguments) -> Result<()> {
    let operations = match arguments.only.is_empty() {
        true => Operation::ALL,
        false => arguments.only.as_slice(),
    };
    let mut costs = Section::new("requests", "what a request costs")?;
    let mut times = Section::new("times", "how long a request takes")?;
    for engine in arguments.report.engine.list() {
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
    report::write(arguments.report.write.as_deref(), &[costs, times])
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
