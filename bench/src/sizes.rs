//! The same operations over few and many rows, and at different depths of paging.

use anyhow::Result;
use clap::Args;

use crate::database::Engine;
use crate::measure::{Depth, Extent, Report, Sample, Stack, Stage};
use crate::operations::Operation;
use crate::report::{self, Section, median, number, say, verdict};

/// So many times what it costs over few rows may it cost over many.
const MOST: f64 = 1.2;

/// What is measured.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    extent: Extent,
    /// So many rows are few
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(10_000..))]
    few: u64,
    /// So many rows are many
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(10_000..))]
    many: u64,
    #[command(flatten)]
    report: Report,
}

/// What is compared: an operation, and for lists the depth.
const COMPARED: &[(Operation, &str, Depth)] = &[
    (Operation::Get, "", Depth::ALL),
    (Operation::List, ", first tenth", Depth { from: 0, to: 1 }),
    (Operation::List, ", middle", Depth { from: 4, to: 6 }),
    (Operation::List, ", last tenth", Depth { from: 9, to: 10 }),
    (
        Operation::ListActive,
        ", first tenth",
        Depth { from: 0, to: 1 },
    ),
    (
        Operation::ListActive,
        ", last tenth",
        Depth { from: 9, to: 10 },
    ),
    (Operation::ListByLead, "", Depth::ALL),
    (Operation::Create, "", Depth::ALL),
    (Operation::Change, "", Depth::ALL),
    (Operation::Published, "", Depth::ALL),
];

/// Measures and reports.
pub async fn run(arguments: Arguments) -> Result<()> {
    let mut section = Section::new("sizes", "CPU µs per request over few and many rows")?;
    let of = |rows| Extent {
        rows,
        ..arguments.extent.clone()
    };
    for engine in arguments.report.engine.list() {
        let few = Stage::set(*engine, &of(arguments.few), false).await?;
        let many = Stage::set(*engine, &of(arguments.many), false).await;
        let table = match &many {
            Ok(many) => compare(*engine, [&few, many], &arguments).await,
            Err(_) => Ok(String::new()),
        };
        few.strike().await?;
        many?.strike().await?;
        section.add(&table?);
    }
    say(&section)?;
    report::write(arguments.report.write.as_deref(), &[section])
}

async fn compare(engine: Engine, stages: [&Stage; 2], arguments: &Arguments) -> Result<String> {
    let mut table = format!(
        "### {} {}\n\n| operation | {} rows | {} rows | ratio | target | |\n|---|---:|---:|---:|---:|---|\n",
        engine.name(),
        stages[0].version().await?,
        arguments.few,
        arguments.many
    );
    for (operation, part, depth) in COMPARED {
        let mut costs = [Vec::new(), Vec::new()];
        for _ in 0..arguments.extent.rounds {
            for (stage, costs) in stages.iter().zip(&mut costs) {
                let token = stage.token()?;
                let sample = stage
                    .measure(Stack::Service, *operation, &token, *depth)
                    .await?;
                costs.push(Sample::cpu(&sample));
            }
        }
        let [few, many] = costs.map(median);
        table += &format!(
            "| {}{part} | {} | {} | {:.2} | ≤ {MOST} | {} |\n",
            operation.name(),
            number(few),
            number(many),
            many / few,
            verdict(many / few <= MOST)
        );
    }
    Ok(table)
}
