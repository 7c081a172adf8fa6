//! What it costs to import a national month of responses, beside the raw bulk load of the same rows, and to read the
//! table of all wards that is published from it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::child::{Folder, Server};
use crate::cpu::{self, Moment};
use crate::database::{Database, Engine};
use crate::measure::Report;
use crate::month;
use crate::report::{self, Section, median, number, say, verdict};
use crate::service::Service;

/// Rows a second of one core that an import has to reach.
const ROWS: f64 = 100_000.0;
/// Resident MB at the most while it runs.
const MEMORY: f64 = 150.0;
/// CPU ms that the table of all wards may take.
const TABLE: f64 = 300.0;
/// How often the table is read.
const READS: usize = 5;

/// What is measured.
#[derive(Args)]
pub struct Arguments {
    /// Responses in the month
    #[arg(long, default_value_t = 2_000_000, value_parser = clap::value_parser!(u64).range(1_000..=10_000_000))]
    rows: u64,
    /// The address of a PostgreSQL server on this machine, without a database
    #[arg(long, default_value = crate::measure::POSTGRES)]
    postgres: String,
    #[command(flatten)]
    report: Report,
}

/// Measures and reports.
pub async fn run(arguments: Arguments) -> Result<()> {
    let mut section = Section::new("imports", "what a national month of responses costs")?;
    for engine in arguments.report.engine.list() {
        let folder = Folder::new(&format!("imports-{engine:?}").to_lowercase())?;
        let database = Database::make(*engine, &folder.0, &arguments.postgres, "imports").await?;
        let table = measure(*engine, &database, &folder.0, arguments.rows).await;
        database.drop_it().await?;
        section.add(&table?);
    }
    say(&section)?;
    report::write(arguments.report.write.as_deref(), &[section])
}

/// The CPU time, in seconds, of everything that works for a database, and of some processes.
async fn moment(database: &Database, more: &[u32]) -> Result<Moment> {
    let mut processes = database.processes().await?;
    processes.extend(more);
    Ok(Moment::of(&processes))
}

async fn measure(engine: Engine, database: &Database, folder: &Path, rows: u64) -> Result<String> {
    let command = Service::find(database, folder)?;
    command.prepare()?;
    let file = folder.join("month.csv");
    month::write(&file, &month::wards(database).await?, rows)?;
    let length = std::fs::metadata(&file)?.len();

    let own = std::process::id();
    let (before, begun) = (moment(database, &[own]).await?, Instant::now());
    let loaded = month::load(database, &file).await?;
    let raw = Cost::since(database, &[own], &before, begun).await?;
    ensure!(loaded == rows, "{loaded} rows were loaded");

    let server = command.serve()?;
    let admin = command.token_of("engagement_admin", "ada", "ENGLAND")?;
    let idle = cpu::memory(server.pid())?;
    let (before, begun) = (moment(database, &[server.pid()]).await?, Instant::now());
    let answer = {
        let (address, file) = (server.address.clone(), file.clone());
        tokio::task::spawn_blocking(move || send(&address, &admin, &file, length)).await??
    };
    let imported = Cost::since(database, &[server.pid()], &before, begun).await?;
    let expected = format!("\"accepted\":{rows},");
    ensure!(answer.contains(&expected), "the import answered {answer}");
    let memory = cpu::memory(server.pid())?;

    let analyst = command.token_of("analyst", "anna", "ENGLAND")?;
    let mut reads = Vec::new();
    for _ in 0..READS {
        let before = moment(database, &[server.pid()]).await?;
        read(&server, &analyst, rows).await?;
        let after = moment(database, &[server.pid()]).await?;
        reads.push(after.since(&before) as f64 / 1e6);
    }
    let table = median(reads);

    let rate = |cost: &Cost| rows as f64 / cost.cpu;
    let megabytes = memory.most as f64 * 1_024.0 / 1e6;
    Ok(format!(
        "### {} {}\n\n| {rows} responses over the wards of England | measured | target | |\n|---|---:|---:|---|\n\
         | import, rows a second of one core | {} | ≥ {ROWS} | {} |\n\
         | raw bulk load of the same rows into a plain table, rows a second of one core | {} | | |\n\
         | import, seconds on the clock | {} | | |\n\
         | raw bulk load, seconds on the clock | {} | | |\n\
         | highest resident memory, MB (idle {}) | {} | ≤ {MEMORY} | {} |\n\
         | table of all wards as CSV, CPU ms | {} | ≤ {TABLE} | {} |\n",
        engine.name(),
        database.version().await?,
        number(rate(&imported)),
        verdict(rate(&imported) >= ROWS),
        number(rate(&raw)),
        number(imported.clock),
        number(raw.clock),
        number(idle.now as f64 * 1_024.0 / 1e6),
        number(megabytes),
        verdict(megabytes <= MEMORY),
        number(table),
        verdict(table <= TABLE),
    ))
}

/// What something took, in seconds.
struct Cost {
    cpu: f64,
    clock: f64,
}

impl Cost {
    async fn since(
        database: &Database,
        processes: &[u32],
        before: &Moment,
        begun: Instant,
    ) -> Result<Self> {
        let clock = begun.elapsed().as_secs_f64();
        let after = moment(database, processes).await?;
        Ok(Self {
            cpu: after.since(before) as f64 / 1e9,
            clock,
        })
    }
}

/// Sends the file as a caller would, piece by piece, and answers what came back.
fn send(address: &str, token: &str, file: &Path, length: u64) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /v1/feedback/friends-and-family/imports?importId=month HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {token}\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    )?;
    std::io::copy(&mut std::fs::File::open(file)?, &mut stream)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Reads the table of all wards.
async fn read(server: &Server, token: &str, rows: u64) -> Result<()> {
    let (address, token) = (server.address.clone(), token.to_owned());
    let answer = tokio::task::spawn_blocking(move || -> Result<String> {
        let mut stream = TcpStream::connect(&address)?;
        write!(
            stream,
            "GET /v1/feedback/friends-and-family/published-tables?setting=inpatient&period=2026-10&level=ward HTTP/1.1\r\n\
             Host: {address}\r\nAuthorization: Bearer {token}\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    })
    .await??;
    let (_, body) = answer.split_once("\r\n\r\n").context("no body")?;
    ensure!(
        answer.starts_with("HTTP/1.1 200"),
        "the table answered {answer:.200}"
    );
    let totals = body.lines().skip(1).filter_map(|line| {
        // The total stands before fifteen other numbers; names may have commas.
        line.rsplit(',').nth(16)?.parse::<u64>().ok()
    });
    let total: u64 = totals.sum();
    ensure!(
        total == rows,
        "the wards of the table have {total} responses"
    );
    Ok(())
}
