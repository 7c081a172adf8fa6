//! From the start of the process to the first 200 of /health/ready, on an empty database.

use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use hyper::Method;

use crate::child::Folder;
use crate::database::{Database, Engine};
use crate::load::Connection;
use crate::measure::Report;
use crate::report::{self, Section, median, number, say, verdict};
use crate::service::Service;

/// Milliseconds that it may take.
const MOST: f64 = 200.0;

/// What is measured.
#[derive(Args)]
pub struct Arguments {
    /// How often the service is started
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// The address of a PostgreSQL server on this machine, without a database
    #[arg(long, default_value = crate::measure::POSTGRES)]
    postgres: String,
    #[command(flatten)]
    report: Report,
}

/// Measures and reports.
pub async fn run(arguments: Arguments) -> Result<()> {
    let mut section = Section::new(
        "startup",
        "from exec to the first 200 of `/health/ready`, on an empty database",
    )?;
    let mut table =
        "| database | median ms | fastest | slowest | target | |\n|---|---:|---:|---:|---:|---|\n"
            .to_owned();
    for engine in arguments.report.engine.list() {
        let mut times = Vec::new();
        for run in 0..arguments.runs {
            let folder = Folder::new(&format!("startup-{run}"))?;
            let database = Database::make(
                *engine,
                &folder.0,
                &arguments.postgres,
                &format!("startup_{run}"),
            )
            .await?;
            let time = start(&Service::find(&database, &folder.0)?).await;
            database.drop_it().await?;
            times.push(time?);
        }
        times.sort_by(f64::total_cmp);
        let middle = median(times.clone());
        // The target is for an empty data folder; a server has none.
        let (target, verdict) = match engine {
            Engine::Sqlite => (format!("≤ {MOST} ms"), verdict(middle <= MOST)),
            Engine::Postgres => ("–".to_owned(), ""),
        };
        table += &format!(
            "| {} | {} | {} | {} | {target} | {verdict} |\n",
            engine.name(),
            number(middle),
            number(times.first().copied().unwrap_or(f64::NAN)),
            number(times.last().copied().unwrap_or(f64::NAN)),
        );
    }
    section.add(&table);
    say(&section)?;
    report::write(arguments.report.write.as_deref(), &[section])
}

/// Milliseconds until it is ready.
async fn start(service: &Service) -> Result<f64> {
    let begun = Instant::now();
    let server = service.serve()?;
    let mut connection = Connection::open(&server.address).await?;
    // It listens when its database is migrated; it is ready when its background work is.
    for _ in 0..10_000 {
        if connection
            .call(Method::GET, "/health/ready", "", "")
            .await
            .is_ok()
        {
            return Ok(begun.elapsed().as_secs_f64() * 1_000.0);
        }
    }
    bail!("the service did not get ready")
}
