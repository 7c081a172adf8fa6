//! The service under test: the shipped binary, as a process, with the settings of production.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::child::{self, Server};
use crate::database::Database;

/// The organisation of all rows.
pub const ORGANISATION: &str = "RXL";
/// Nobody reaches this many requests a minute.
const UNLIMITED: &str = "1000000000";

/// The binary with the settings of a run.
pub struct Service {
    binary: PathBuf,
    url: String,
    folder: PathBuf,
}

impl Service {
    /// Finds the binary beside this program.
    pub fn find(database: &Database, folder: &Path) -> Result<Self> {
        let binary = std::env::current_exe()?.with_file_name("equal-partners");
        ensure!(
            binary.exists(),
            "there is no {}; build both with cargo build --profile dist --workspace, and run target/dist/equal-partners-bench",
            binary.display()
        );
        Ok(Self {
            binary,
            // The floors do without encryption on this machine, and so does the service.
            url: match database {
                Database::Sqlite(_) => database.url(),
                Database::Postgres { .. } => format!("{}?sslmode=disable", database.url()),
            },
            folder: folder.to_owned(),
        })
    }

    /// A command with the settings of production, but for the allowances, which would end the load.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        let theirs = std::env::vars().filter(|(name, _)| name.starts_with("EQUAL_PARTNERS_"));
        for (name, _) in theirs {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .env("EQUAL_PARTNERS_DATABASE_URL", &self.url)
            .env("EQUAL_PARTNERS_DATA_DIR", &self.folder)
            .env("EQUAL_PARTNERS_BIND", "127.0.0.1:0")
            .env("EQUAL_PARTNERS_PUBLIC_URL", "https://bench.example")
            .env("EQUAL_PARTNERS_ANONYMOUS_READS", UNLIMITED)
            .env("EQUAL_PARTNERS_ANONYMOUS_WRITES", UNLIMITED)
            .env("EQUAL_PARTNERS_TOKEN_REQUESTS", UNLIMITED)
            .env("EQUAL_PARTNERS_CALLER_REQUESTS", UNLIMITED);
        command
    }

    /// Serves; the log goes into a file as it would in production.
    pub fn serve(&self) -> Result<Server> {
        let log = self.folder.join("service.log");
        Server::start(self.command(&["serve"]), &log)
    }

    /// Makes the tables, and the organisations of England.
    pub fn prepare(&self) -> Result<()> {
        child::run(self.command(&["import", "organisations", "bundled"])).map(drop)
    }

    /// A token for somebody with a role in the organisation of all rows. It lives for an hour at the most.
    pub fn token(&self, role: &str, subject: &str) -> Result<String> {
        self.token_of(role, subject, ORGANISATION)
    }

    /// A token for somebody with a role in an organisation.
    pub fn token_of(&self, role: &str, subject: &str, organisation: &str) -> Result<String> {
        let arguments = [
            "issue-token",
            "--role",
            role,
            "--organisation",
            organisation,
            "--subject",
            subject,
            "--minutes",
            "60",
        ];
        child::run(self.command(&arguments))
    }
}
