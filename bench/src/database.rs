//! The databases of a run: the service's own, and a copy of it for the floors.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use tokio_postgres::{Client, NoTls};

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The one on a server.
    Postgres,
}

impl Engine {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// With this, and the process of the run, the names of databases on a server begin.
const PREFIX: &str = "equal_partners_bench_";
/// By this the benchmark's own sessions are told from those that it measures.
const OURS: &str = "equal-partners-bench";

/// A database of this run, and a look into it.
#[derive(Clone)]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A database on a server, dropped at the end by [`Database::drop_it`].
    Postgres {
        /// The address of the server, without a database.
        server: String,
        /// The name of the database.
        name: String,
    },
}

/// Connects to PostgreSQL, under a name that is not measured.
pub async fn connect(url: &str) -> Result<Client> {
    let mut config: tokio_postgres::Config = url.parse()?;
    config.application_name(OURS);
    let (client, connection) = config
        .connect(NoTls)
        .await
        .with_context(|| "PostgreSQL does not answer; give its address with --postgres")?;
    tokio::spawn(connection);
    Ok(client)
}

impl Database {
    /// A new database: a file in the folder, or an empty database on the server.
    pub async fn make(engine: Engine, folder: &Path, server: &str, name: &str) -> Result<Self> {
        match engine {
            Engine::Sqlite => Ok(Self::Sqlite(folder.join("equal-partners.db"))),
            Engine::Postgres => {
                let name = format!("{PREFIX}{}_{name}", std::process::id());
                let database = Self::Postgres {
                    server: server.trim_end_matches('/').to_owned(),
                    name,
                };
                database.forget_ended_runs().await?;
                database.administer("CREATE DATABASE NAME").await?;
                Ok(database)
            }
        }
    }

    /// Its address, as the service takes it.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite://{}", file.display()),
            Self::Postgres { server, name } => format!("{server}/{name}"),
        }
    }

    /// A copy with the same rows, for the floors. Nothing may use the database meanwhile. Its indexes for
    /// lists are the few that a hand-written service would have, whatever the service's own are.
    pub async fn copy(&self) -> Result<Self> {
        const INDEXES: &str = "CREATE INDEX floors_newest ON workstreams (organisation, id);
             CREATE INDEX floors_by_lead ON workstreams (organisation, lead_id, id) WHERE lead_id IS NOT NULL;";
        let dropped = |names: &[String]| -> String {
            names
                .iter()
                .map(|name| format!("DROP INDEX {name};"))
                .collect()
        };
        match self {
            Self::Sqlite(file) => {
                let copy = file.with_file_name("floors.db");
                self.sqlite()?
                    .execute("VACUUM INTO ?", [copy.to_string_lossy()])?;
                let connection = rusqlite::Connection::open(&copy)?;
                connection.pragma_update(None, "journal_mode", "wal")?;
                let names: Vec<String> = connection
                    .prepare("SELECT name FROM pragma_index_list('workstreams') WHERE origin = 'c' AND NOT \"unique\"")?
                    .query_map([], |row| row.get(0))?
                    .collect::<Result<_, _>>()?;
                connection.execute_batch(&(dropped(&names) + INDEXES))?;
                Ok(Self::Sqlite(copy))
            }
            Self::Postgres { server, name } => {
                let copy = Self::Postgres {
                    server: server.clone(),
                    name: format!("{name}_floors"),
                };
                copy.administer(&format!("CREATE DATABASE NAME TEMPLATE {name}"))
                    .await?;
                let client = connect(&copy.url()).await?;
                let ask = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'workstreams'::regclass AND NOT indisunique";
                let rows = client.query(ask, &[]).await?;
                let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
                client.batch_execute(&(dropped(&names) + INDEXES)).await?;
                client.batch_execute("VACUUM ANALYZE").await?;
                Ok(copy)
            }
        }
    }

    /// Opens the file of an embedded database.
    pub fn sqlite(&self) -> Result<rusqlite::Connection> {
        match self {
            Self::Sqlite(file) => Ok(rusqlite::Connection::open(file)?),
            Self::Postgres { .. } => bail!("not a file"),
        }
    }

    /// The processes of the server that work for this database, and those that work for all of them.
    pub async fn processes(&self) -> Result<Vec<u32>> {
        let Self::Postgres { name, .. } = self else {
            return Ok(Vec::new());
        };
        let client = connect(&self.url()).await?;
        let rows = client
            .query(
                "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name <> $2
                 OR backend_type IN ('checkpointer', 'background writer', 'walwriter')",
                &[name, &OURS],
            )
            .await?;
        let pids: Vec<u32> = rows
            .iter()
            .map(|row| row.get::<_, i32>(0).unsigned_abs())
            .collect();
        for pid in &pids {
            let command = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            ensure!(
                command.starts_with("postgres"),
                "the server of --postgres has to run on this machine: its CPU time is read from /proc"
            );
        }
        Ok(pids)
    }

    /// Whether entries of the ledger wait for their number.
    pub async fn has_unsequenced(&self) -> Result<bool> {
        const ASK: &str = "SELECT EXISTS (SELECT 1 FROM ledger_entries WHERE seq IS NULL)";
        match self {
            Self::Sqlite(_) => Ok(self.sqlite()?.query_row(ASK, [], |row| row.get(0))?),
            Self::Postgres { .. } => {
                let client = connect(&self.url()).await?;
                Ok(client.query_one(ASK, &[]).await?.get(0))
            }
        }
    }

    /// The version of the database.
    pub async fn version(&self) -> Result<String> {
        match self {
            Self::Sqlite(_) => Ok(rusqlite::version().to_owned()),
            Self::Postgres { .. } => {
                let client = connect(&self.url()).await?;
                Ok(client.query_one("SHOW server_version", &[]).await?.get(0))
            }
        }
    }

    /// Drops a database on a server. A file goes with its folder.
    pub async fn drop_it(&self) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres { .. } => {
                self.administer("DROP DATABASE IF EXISTS NAME WITH (FORCE)")
                    .await
            }
        }
    }

    /// Drops the databases of runs that were ended before they could.
    async fn forget_ended_runs(&self) -> Result<()> {
        let Self::Postgres { server, .. } = self else {
            return Ok(());
        };
        let client = connect(&format!("{server}/postgres")).await?;
        let ask = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)";
        for row in client.query(ask, &[&PREFIX]).await? {
            let name: String = row.get(0);
            let run = name
                .trim_start_matches(PREFIX)
                .split('_')
                .next()
                .unwrap_or_default();
            if !Path::new("/proc").join(run).exists() {
                client
                    .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                    .await?;
            }
        }
        Ok(())
    }

    /// Runs a statement about the database, from outside it.
    async fn administer(&self, sql: &str) -> Result<()> {
        if let Self::Postgres { server, name } = self {
            let client = connect(&format!("{server}/postgres")).await?;
            client.batch_execute(&sql.replace("NAME", name)).await?;
        }
        Ok(())
    }
}
