//! Resident memory of the service, idle and after each kind of load.

use anyhow::Result;
use clap::Args;

use crate::cpu::{self, Memory};
use crate::database::Engine;
use crate::measure::{Depth, Extent, Report, Stack, Stage};
use crate::operations::Operation;
use crate::report::{self, Section, number, say, verdict};

/// MB that the service may hold before its first load, and at any time.
const IDLE: f64 = 40.0;
const LOADED: f64 = 150.0;

/// What is measured.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    extent: Extent,
    #[command(flatten)]
    report: Report,
}

/// Measures and reports.
pub async fn run(arguments: Arguments) -> Result<()> {
    let mut section = Section::new("memory", "resident memory of the service")?;
    for engine in arguments.report.engine.list() {
        let mut stage = Stage::set(*engine, &arguments.extent, false).await?;
        let table = measure(&mut stage, *engine, arguments.extent.rounds).await;
        stage.strike().await?;
        section.add(&table?);
    }
    say(&section)?;
    report::write(arguments.report.write.as_deref(), &[section])
}

async fn measure(stage: &mut Stage, engine: Engine, rounds: u64) -> Result<String> {
    // The one before has served the walk through the lists.
    stage.restart().await?;
    let mut table = format!(
        "### {} {}\n\n| after | resident MB | highest so far MB | target | |\n|---|---:|---:|---:|---|\n",
        engine.name(),
        stage.version().await?
    );
    let mut add = |after: &str, memory: Memory, most: f64, value: u64| {
        table += &format!(
            "| {after} | {} | {} | ≤ {most} MB | {} |\n",
            number(megabytes(memory.now)),
            number(megabytes(memory.most)),
            verdict(megabytes(value) <= most)
        );
    };
    let idle = cpu::memory(stage.service.pid())?;
    add("start, and the first answer", idle, IDLE, idle.now);
    for round in 1..=rounds {
        for operation in Operation::ALL {
            let token = stage.token()?;
            stage
                .measure(Stack::Service, *operation, &token, Depth::ALL)
                .await?;
            let memory = cpu::memory(stage.service.pid())?;
            let after = format!("{}, round {round}", operation.name());
            add(&after, memory, LOADED, memory.most);
        }
    }
    Ok(table)
}

fn megabytes(kibibytes: u64) -> f64 {
    kibibytes as f64 * 1_024.0 / 1e6
}
