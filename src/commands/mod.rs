//! The commands: serve, and what an operator does around it.
//!
//! Exit codes: 0 done, 2 usage or configuration, 1 anything else, with one line that says what to do.

mod backup;
mod demo;
mod identity;
mod import;
mod serve;
mod settings;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::access::Role;
use crate::config::{Config, Sources};
use crate::http::Problem;
use crate::store::{Clock, Database, Store};
use crate::store::{Verdict, verify};

#[derive(Parser)]
#[command(
    name = "equal-partners",
    version,
    about = "Patient and public involvement in the NHS, as a service"
)]
struct Arguments {
    /// A TOML file with settings; the environment goes before it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API (the default)
    Serve,
    /// Make a demonstration with invented people, and serve it with a token for each role
    Demo,
    /// Bring the database up to date
    Migrate,
    /// Print the OpenAPI document; needs no database
    Openapi,
    /// Print a token for a person with a role, signed with the deployment's own key
    IssueToken {
        /// The role, such as engagement_officer
        #[arg(long, value_parser = role)]
        role: Role,
        /// The organisation's ODS code; ENGLAND is the root
        #[arg(long)]
        organisation: String,
        /// Who the token is for
        #[arg(long)]
        subject: Option<String>,
        /// How long it is valid, at most 60
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=60))]
        minutes: u16,
    },
    /// Make new signing keys, after which no token given out before is believed
    RotateKeys,
    /// Import reference data
    #[command(subcommand)]
    Import(Import),
    /// Make an API client, and print its id and secret as JSON
    CreateClient {
        /// The ODS code of the organisation in whose name it calls
        #[arg(long)]
        organisation: String,
        /// The permissions that it may ask for, separated by spaces
        #[arg(long)]
        scope: String,
        /// What it is
        #[arg(long)]
        name: Option<String>,
    },
    /// Write a copy of the embedded database, while serving too
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Put a backup in the place of the embedded database, after checking it
    Restore {
        /// The file to read
        file: PathBuf,
    },
    /// Check that no entry of the ledger was altered
    VerifyLedger,
    /// List what can be set, or look at what is in force
    Config {
        /// Check the settings, the data folder, the database and its schema
        #[arg(long)]
        check: bool,
        /// Print the settings in force as a file that --config takes, without what is secret
        #[arg(long, conflicts_with = "check")]
        show: bool,
    },
}

#[derive(Subcommand)]
enum Import {
    /// Import the commissioners, trusts, sites and wards of a CSV file
    Organisations {
        /// The file; `-` for standard input, `bundled` for the one that comes with the program
        file: PathBuf,
    },
}

/// Why a command did not do its work.
pub enum Failure {
    /// The caller can mend it: usage or configuration. Exit code 2.
    Usage(String),
    /// Anything else. Exit code 1.
    Other(String),
    /// Whoever reads the answer has heard enough, such as `head`. Exit code 0.
    Unheard,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Other(problem.to_string())
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Other(crate::app::explain(&error))
    }
}

/// Accepts a role in any of its spellings: `engagement_officer`, `engagement-officer`, `engagementOfficer`.
fn role(text: &str) -> Result<Role, String> {
    let plain = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    Role::ALL
        .iter()
        .copied()
        .find(|role| plain(&role.word()) == plain(text))
        .ok_or_else(|| {
            let words: Vec<_> = Role::ALL.iter().map(|role| role.word()).collect();
            format!("one of {}", words.join(", "))
        })
}

/// Prints a line for the person or program that called.
pub fn say(line: impl std::fmt::Display) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write};
    match writeln!(std::io::stdout(), "{line}") {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::Unheard),
        Err(error) => Err(Failure::Other(format!("cannot write the answer: {error}"))),
    }
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return failed(Failure::Usage(in_one_line(&error))),
        Err(help) => {
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    let sources = Sources::gather(arguments.config.as_deref());
    let done = match (arguments.command, sources.config()) {
        // What is wrong is easier found in the list of what can be set.
        (Some(Command::Config { check: false, show }), _) => match show {
            true => settings::show(&sources),
            false => settings::list(),
        },
        (_, Err(wrong)) => Err(Failure::Usage(wrong.join("; "))),
        (command, Ok(config)) => {
            actix_web::rt::System::new().block_on(dispatch(command, &sources, config))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failed(failure),
    }
}

/// What is wrong with the arguments; how they are used is in the help.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let wrong = text.split("\n\nUsage:").next().unwrap_or_default();
    let wrong = wrong.split("\n\nFor more").next().unwrap_or_default();
    let words: Vec<&str> = wrong
        .split_whitespace()
        .filter(|word| *word != "error:")
        .collect();
    format!("{}; see equal-partners help", words.join(" "))
}

fn failed(failure: Failure) -> ExitCode {
    let (code, line) = match failure {
        Failure::Usage(line) => (2, line),
        Failure::Other(line) => (1, line),
        Failure::Unheard => return ExitCode::SUCCESS,
    };
    #[expect(clippy::print_stderr, reason = "this is what a command is for")]
    {
        eprintln!("equal-partners: {line}");
    }
    ExitCode::from(code)
}

async fn dispatch(
    command: Option<Command>,
    sources: &Sources,
    config: Config,
) -> Result<(), Failure> {
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(config).await,
        Command::Demo => demo::demo(config).await,
        Command::Migrate => {
            open(&config).await?;
            say("the database is up to date")
        }
        Command::Openapi => {
            let text = serde_json::to_string_pretty(&crate::app::document());
            say(text.map_err(|error| Failure::Other(error.to_string()))?)
        }
        Command::IssueToken {
            role,
            organisation,
            subject,
            minutes,
        } => identity::issue_token(&config, role, &organisation, subject, minutes).await,
        Command::RotateKeys => identity::rotate_keys(&config).await,
        Command::Import(Import::Organisations { file }) => {
            import::organisations(&config, &file).await
        }
        Command::CreateClient {
            organisation,
            scope,
            name,
        } => identity::create_client(&config, &organisation, &scope, name).await,
        Command::Backup { file } => backup::backup(&config, &file).await,
        Command::Restore { file } => backup::restore(&config, &file).await,
        Command::VerifyLedger => verify_ledger(&config).await,
        Command::Config { .. } => settings::check(sources, &config).await,
    }
}

/// Opens the database, migrated.
pub async fn open(config: &Config) -> Result<Store, Failure> {
    let database = Database::connect(&config.database_url).await?;
    database.migrate().await?;
    Ok(Store::open(database, Clock::default()).await?)
}

/// Opens the database as it is: nothing is made, migrated or written, so that a standby will do.
async fn look_into(config: &Config) -> Result<Database, Failure> {
    if let Some(file) = config.embedded_file().filter(|file| !file.exists()) {
        return Err(Failure::Usage(format!(
            "there is no database at {}; set EQUAL_PARTNERS_DATA_DIR or EQUAL_PARTNERS_DATABASE_URL",
            file.display()
        )));
    }
    Ok(Database::connect_to_read(&config.database_url).await?)
}

async fn verify_ledger(config: &Config) -> Result<(), Failure> {
    let database = look_into(config).await?;
    match verify(&database).await? {
        Verdict::Whole(count) => say(format!("the ledger is whole: {count} entries")),
        Verdict::Broken(seq, reason) => Err(Failure::Other(format!(
            "the ledger is broken at entry {seq}: {reason}; restore a backup and compare"
        ))),
    }
}
