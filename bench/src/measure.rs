//! One engine's run: the rows, the service and the floors over them, and what a load costs each of them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use hyper::Method;

use crate::child::{Folder, Server};
use crate::cpu::Moment;
use crate::database::{Database, Engine};
use crate::floors::Kind;
use crate::load::{self, Connection, Load, Script};
use crate::operations::Operation;
use crate::rows::{self, Templates};
use crate::service::Service;

/// How much is measured.
#[derive(Args, Clone, Debug)]
pub struct Extent {
    /// Workstreams; there are a tenth as many opportunities
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(10_000..=10_000_000))]
    pub rows: u64,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub seconds: u64,
    /// Rounds in which the stacks take turns
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    pub rounds: u64,
    /// Keep-alive connections
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..))]
    pub connections: u64,
    /// The address of a PostgreSQL server on this machine, without a database
    #[arg(long, default_value = POSTGRES)]
    pub postgres: String,
}

/// Where a PostgreSQL server usually is.
pub const POSTGRES: &str = "postgres://postgres@127.0.0.1:5432";

/// What is measured with, and where the tables go.
#[derive(Args, Clone, Debug)]
pub struct Report {
    /// Which databases
    #[arg(long, default_value = "both")]
    pub engine: Engines,
    /// Puts the tables into this file, between its marks
    #[arg(long)]
    pub write: Option<PathBuf>,
}

/// Which databases.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Engines {
    /// The embedded one
    Sqlite,
    /// The one on a server
    Postgres,
    /// One after the other
    Both,
}

impl Engines {
    /// The databases, in the order of the tables.
    pub fn list(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stack {
    /// The service.
    Service,
    /// A floor.
    Floor(Kind),
}

impl Stack {
    /// All of them, in the order of their turns.
    pub const ALL: &'static [Self] = &[
        Self::Service,
        Self::Floor(Kind::Constant),
        Self::Floor(Kind::Sqlx),
        Self::Floor(Kind::Limit),
    ];

    /// Whether it has an operation.
    pub fn has(self, operation: Operation) -> bool {
        match self {
            Self::Service | Self::Floor(Kind::Constant) => true,
            Self::Floor(_) => operation.has_limit(),
        }
    }
}

/// What one measurement gave.
#[derive(Clone, Debug)]
pub struct Sample {
    /// CPU µs per request of the server's process.
    pub process: f64,
    /// CPU µs per request of the database's processes.
    pub database: f64,
    /// Of both, what was used after the last answer, until the ledger was sequenced.
    pub afterwards: f64,
    /// Requests a second.
    pub rate: f64,
    /// The median time of an answer, in ms.
    pub p50: f64,
    /// Of a hundred answers, 99 came within this time, in ms.
    pub p99: f64,
    /// Bytes of a body, on average.
    pub bytes: f64,
}

/// The samples of an operation.
pub type Samples = HashMap<Stack, Vec<Sample>>;

impl Sample {
    /// CPU µs per request, all in all.
    pub fn cpu(&self) -> f64 {
        self.process + self.database
    }
}

/// A part of the depth of a list, in tenths.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    /// Its first tenth, from 0.
    pub from: usize,
    /// The tenth after its last one.
    pub to: usize,
}

impl Depth {
    /// All of it.
    pub const ALL: Self = Self { from: 0, to: 10 };

    fn of(self, paths: &Arc<Vec<String>>) -> Arc<Vec<String>> {
        if (self.from, self.to) == (0, 10) {
            return paths.clone();
        }
        let (from, to) = (
            paths.len() * self.from / 10,
            (paths.len() * self.to).div_ceil(10),
        );
        Arc::new(paths.iter().take(to).skip(from).cloned().collect())
    }
}

/// A seeded database with everybody who serves from it.
pub struct Stage {
    extent: Extent,
    database: Database,
    copy: Option<Database>,
    command: Service,
    /// The service.
    pub service: Server,
    floors: HashMap<&'static str, Server>,
    paths: HashMap<(bool, Operation), Arc<Vec<String>>>,
    // Last, so that it is removed when nobody uses it any more.
    folder: Folder,
}

impl Stage {
    /// Makes the rows, and a copy of them for the floors if they are wanted, and starts everybody.
    pub async fn set(engine: Engine, extent: &Extent, floors: bool) -> Result<Self> {
        let rows = usize::try_from(extent.rows)?;
        let folder = Folder::new(&format!("{engine:?}-{rows}").to_lowercase())?;
        let database =
            Database::make(engine, &folder.0, &extent.postgres, &rows.to_string()).await?;
        match Self::fill(&database, folder, extent, floors).await {
            Ok(stage) => Ok(stage),
            Err(error) => {
                database.drop_it().await?;
                Err(error)
            }
        }
    }

    async fn fill(
        database: &Database,
        folder: Folder,
        extent: &Extent,
        floors: bool,
    ) -> Result<Self> {
        let rows = usize::try_from(extent.rows)?;
        let command = Service::find(database, &folder.0)?;
        command.prepare()?;
        let templates = {
            let first = command.serve()?;
            let templates = rows::templates(&command, &first.address).await?;
            wait_for_ledger(database).await?;
            templates
        };
        rows::seed(database, &templates, rows).await?;
        let copy = match floors {
            true => Some(database.copy().await?),
            false => None,
        };
        let service = command.serve()?;
        let token = command.token("engagement_officer", "olu")?;
        rows::check(&service.address, &token, rows).await?;
        let paths = paths(&service.address, &token, &templates, rows).await?;
        let mut stage = Self {
            extent: extent.clone(),
            floors: HashMap::new(),
            copy,
            database: database.clone(),
            command,
            service,
            paths,
            folder,
        };
        if let Some(copy) = &stage.copy {
            let url = copy.url();
            stage.start_floors(&url).await?;
        }
        Ok(stage)
    }

    async fn start_floors(&mut self, url: &str) -> Result<()> {
        let samples = self.folder.0.join("samples");
        std::fs::create_dir_all(&samples)?;
        let token = self.token()?;
        let mut connection = Connection::open(&self.service.address).await?;
        for operation in Operation::ALL {
            let sample = self.sample(&mut connection, &token, *operation).await?;
            std::fs::write(samples.join(operation.word()), sample)?;
        }
        let keys = connection.read("/.well-known/jwks.json", "").await?;
        let key = keys["keys"][0]["x"]
            .as_str()
            .context("the service has no key")?;
        for (kind, word) in [
            (Kind::Constant, "constant"),
            (Kind::Sqlx, "sqlx"),
            (Kind::Limit, "limit"),
        ] {
            let mut command = Command::new(std::env::current_exe()?);
            // A key may begin with a hyphen.
            command.args([
                "floor",
                "--kind",
                word,
                "--database",
                url,
                &format!("--key={key}"),
            ]);
            command.arg("--samples").arg(&samples);
            let log = self.folder.0.join(format!("{word}.log"));
            let server = Server::start(command, &log)?;
            self.floors.insert(word_of(kind), server);
        }
        Ok(())
    }

    /// An answer of the service, for the constant floor.
    async fn sample(
        &self,
        connection: &mut Connection,
        token: &str,
        operation: Operation,
    ) -> Result<Vec<u8>> {
        let answer = match operation {
            Operation::Create => {
                let new = serde_json::json!({ "name": "A sample", "purpose": rows::purpose(1) })
                    .to_string();
                connection
                    .call(Method::POST, "/v1/workstreams", token, &new)
                    .await?
            }
            Operation::Anonymous | Operation::Authenticated => return Ok(Vec::new()),
            _ => {
                let paths = self.paths.get(&(true, operation)).context("no paths")?;
                // Neither the first nor a round one: those have a lead.
                let path = paths.get((paths.len() / 2) | 1).or(paths.first());
                let path = path.context("no paths")?;
                let token = if operation.is_anonymous() { "" } else { token };
                connection.call(Method::GET, path, token, "").await?
            }
        };
        Ok(answer.body.to_vec())
    }

    /// Ends the service and starts it again; it has answered once then.
    pub async fn restart(&mut self) -> Result<()> {
        // An embedded database is served by one process at a time.
        self.service.stop();
        self.service = self.command.serve()?;
        let mut connection = Connection::open(&self.service.address).await?;
        connection
            .call(Method::GET, "/health/ready", "", "")
            .await
            .map(drop)
    }

    /// A new token of somebody who may do all of this.
    pub fn token(&self) -> Result<String> {
        self.command.token("engagement_officer", "olu")
    }

    /// The version of the database.
    pub async fn version(&self) -> Result<String> {
        self.database.version().await
    }

    fn server(&self, stack: Stack) -> Result<&Server> {
        match stack {
            Stack::Service => Ok(&self.service),
            Stack::Floor(kind) => self
                .floors
                .get(word_of(kind))
                .context("the floor is not there"),
        }
    }

    async fn processes(&self, stack: Stack) -> Result<Vec<u32>> {
        match (stack, &self.copy) {
            (Stack::Service, _) => self.database.processes().await,
            (Stack::Floor(Kind::Sqlx | Kind::Limit), Some(copy)) => copy.processes().await,
            _ => Ok(Vec::new()),
        }
    }

    /// Puts a load on a server and answers what it cost. Lists are read in a part of their depth only.
    pub async fn measure(
        &self,
        stack: Stack,
        operation: Operation,
        token: &str,
        depth: Depth,
    ) -> Result<Sample> {
        let server = self.server(stack)?;
        let paths = self.paths.get(&(stack == Stack::Service, operation));
        let paths = paths.map(|paths| depth.of(paths));
        let script = Arc::new(Script {
            address: server.address.clone(),
            token: token.to_owned(),
            operation,
            paths: paths.unwrap_or_default(),
        });
        let connections = usize::try_from(self.extent.connections)?;
        let waits = stack == Stack::Service && operation.writes();
        load::run(&script, connections, Duration::from_secs(1)).await?;
        if waits {
            wait_for_ledger(&self.database).await?;
        }
        let (process, backends) = ([server.pid()], self.processes(stack).await?);
        let begin = (Moment::of(&process), Moment::of(&backends));
        let load = load::run(
            &script,
            connections,
            Duration::from_secs(self.extent.seconds),
        )
        .await?;
        let backends = self.processes(stack).await?;
        let answered = (Moment::of(&process), Moment::of(&backends));
        let used = |end: &(Moment, Moment)| (end.0.since(&begin.0), end.1.since(&begin.1));
        let (during, mut all) = (used(&answered), used(&answered));
        if waits {
            // What the service still has to do for these requests is part of their price.
            wait_for_ledger(&self.database).await?;
            let backends = self.processes(stack).await?;
            all = used(&(Moment::of(&process), Moment::of(&backends)));
        }
        let each = |nanos: u64| nanos as f64 / 1_000.0 / load.requests as f64;
        Ok(Sample {
            process: each(all.0),
            database: each(all.1),
            afterwards: each((all.0 + all.1).saturating_sub(during.0 + during.1)),
            rate: load.requests as f64 / load.seconds,
            p50: millis(&load, 0.5),
            p99: millis(&load, 0.99),
            bytes: load.bytes as f64 / load.requests as f64,
        })
    }

    /// All rounds of these operations. In each the stacks take turns, so that what is compared was measured
    /// minutes apart at the most, on a machine as busy or idle as it was then.
    pub async fn rounds(&self, operations: &[Operation]) -> Result<Vec<(Operation, Samples)>> {
        let mut all: Vec<_> = operations
            .iter()
            .map(|one| (*one, Samples::new()))
            .collect();
        for _ in 0..self.extent.rounds {
            for (operation, samples) in &mut all {
                let token = self.token()?;
                for stack in Stack::ALL.iter().filter(|stack| stack.has(*operation)) {
                    let sample = self
                        .measure(*stack, *operation, &token, Depth::ALL)
                        .await
                        .with_context(|| format!("{stack:?}, {}", operation.word()))?;
                    samples.entry(*stack).or_default().push(sample);
                }
                same_size(*operation, samples)?;
            }
        }
        Ok(all)
    }

    /// Ends everything, and drops databases on a server.
    pub async fn strike(self) -> Result<()> {
        let Self {
            database,
            copy,
            service,
            floors,
            ..
        } = self;
        drop((service, floors));
        if let Some(copy) = copy {
            copy.drop_it().await?;
        }
        database.drop_it().await
    }
}

fn word_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Constant => "constant",
        Kind::Sqlx => "sqlx",
        Kind::Limit => "limit",
    }
}

fn millis(load: &Load, share: f64) -> f64 {
    f64::from(load.within(share)) / 1_000.0
}

/// A floor that answers less than the service is no floor.
fn same_size(operation: Operation, samples: &Samples) -> Result<()> {
    let bytes = |stack: Stack| Some(samples.get(&stack)?.last()?.bytes);
    let service = bytes(Stack::Service).unwrap_or(0.0);
    for stack in Stack::ALL {
        let floor = bytes(*stack).unwrap_or(service);
        ensure!(
            (floor - service).abs() <= 0.05 * service,
            "{}: {stack:?} answers {floor:.0} bytes, the service {service:.0}",
            operation.word()
        );
    }
    Ok(())
}

/// Waits until every entry of the ledger has its number.
pub async fn wait_for_ledger(database: &Database) -> Result<()> {
    for _ in 0..6_000 {
        if !database.has_unsequenced().await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("the ledger was not sequenced within two minutes")
}

/// What is read, for the service (true) and for the floors, whose cursors differ.
async fn paths(
    address: &str,
    token: &str,
    templates: &Templates,
    rows: usize,
) -> Result<HashMap<(bool, Operation), Arc<Vec<String>>>> {
    let mut paths = HashMap::new();
    let mut both = |operation: Operation, service: Vec<String>, floors: Vec<String>| {
        paths.insert((true, operation), Arc::new(service));
        paths.insert((false, operation), Arc::new(floors));
    };
    let one = rows::paths(rows, 100_000)?;
    both(Operation::Get, one.clone(), one);
    let changed = rows::paths(rows, 1_024)?;
    both(Operation::Change, changed.clone(), changed);
    let lists = [
        (Operation::List, String::new(), 200),
        (Operation::ListActive, "status=active&".to_owned(), 200),
        (
            Operation::ListByLead,
            format!("leadId={}&", templates.lead),
            50,
        ),
    ];
    for (operation, filter, step) in lists {
        let (service, floors) = pages(address, token, &filter, step).await?;
        both(operation, service, floors);
    }
    for operation in [
        Operation::Published,
        Operation::Anonymous,
        Operation::Authenticated,
    ] {
        let path = match operation {
            Operation::Published => "/v1/opportunities?limit=50",
            _ => "/v1/permissions",
        };
        both(operation, vec![path.to_owned()], vec![path.to_owned()]);
    }
    Ok(paths)
}

/// Pages measured at the most, all over the list.
const PAGES: usize = 250;

/// Walks through the whole list and answers pages of 50 from all depths: by the service's cursors, and by the ids
/// of the rows before them.
async fn pages(
    address: &str,
    token: &str,
    filter: &str,
    step: usize,
) -> Result<(Vec<String>, Vec<String>)> {
    let mut connection = Connection::open(address).await?;
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/v1/workstreams?{filter}limit={step}{after}");
        let page = connection.read(&path, token).await?;
        let items = page["items"].as_array().context("a page without items")?;
        let (Some(next), Some(last)) = (page["next"].as_str(), items.last()) else {
            break;
        };
        let id = last["id"].as_str().context("a row without an id")?;
        let path = |after: &str| format!("/v1/workstreams?{filter}limit=50&after={after}");
        found.push((path(next), path(id)));
        after = format!("&after={next}");
    }
    // After the last cursor there may be fewer than 50.
    found.pop();
    ensure!(!found.is_empty(), "the list {filter} has too few pages");
    let every = found.len().div_ceil(PAGES);
    Ok(found.into_iter().step_by(every).unzip())
}
