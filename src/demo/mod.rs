//! A demonstration: a made-up engagement team in two trusts, with its partners and seventy days of work.
//!
//! The work is a script of requests to the service itself, so every rule holds for it and the ledger
//! tells all of it. No person of it exists.

mod stage;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{ConnectionTrait, Statement};

use crate::access::{NewToken, Role};
use crate::app::State;
use crate::config::Config;
use crate::http::Problem;
use crate::organisations::{self, ROOT};
use crate::store::{Authority, Clock, Database, Event, sequence};
use crate::users;
use crate::values::day_of;

/// How many days before today the story begins.
const AGO: i64 = 70;

/// The story, part by part: the team, the partners, what is planned, what came of it, who is there for whom, what
/// was heard and answered.
const SCRIPT: [(&str, &str); 9] = [
    ("team", include_str!("script/1-team.json")),
    ("partners", include_str!("script/2-partners.json")),
    ("opportunities", include_str!("script/3-opportunities.json")),
    ("rounds", include_str!("script/4-rounds.json")),
    ("expenses", include_str!("script/5-expenses.json")),
    ("support", include_str!("script/6-support.json")),
    ("documents", include_str!("script/7-documents.json")),
    ("agreements", include_str!("script/8-agreements.json")),
    ("listening", include_str!("script/9-listening.json")),
];

/// The people who are there before the script: somebody has to let the others in.
const FIRST: [(&str, &str); 4] = [
    ("erin", ROOT),
    ("cara", "QE1"),
    ("amina", "RXL"),
    ("nadia", "RXN"),
];

/// In whose shoes a visitor can step: role, organisation, subject.
const PASSES: [(Role, &str, &str); 16] = [
    (Role::EngagementAdmin, "RXL", "amina"),
    (Role::EngagementOfficer, "RXL", "olu"),
    (Role::WorkstreamLead, "RXL", "lena"),
    (Role::GroupChair, "RXL", "chandra"),
    (Role::PalsOfficer, "RXL", "pat"),
    (Role::StoryLead, "RXL", "sian"),
    (Role::FinanceApprover, "RXL", "farah"),
    (Role::IgLead, "RXL", "idris"),
    (Role::BoardSecretary, "RXL", "bea"),
    (Role::Analyst, "RXL", "anil"),
    (Role::VolunteerManager, "RXL", "vera"),
    (Role::Partner, "RXL", "margaret"),
    (Role::EngagementAdmin, "RXN", "nadia"),
    (Role::EngagementOfficer, "RXN", "joe"),
    (Role::EngagementAdmin, "QE1", "cara"),
    (Role::EngagementAdmin, ROOT, "erin"),
];

/// What was in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing: the demonstration has been made.
    Nothing,
    /// The demonstration, made before; nothing was added.
    Demonstration,
    /// Somebody's own data, or a demonstration that was interrupted; nothing was added.
    Other,
}

/// A token for a visitor.
#[derive(Debug)]
pub struct Pass {
    /// The role in which it acts.
    pub role: Role,
    /// The organisation for which it acts.
    pub organisation: &'static str,
    /// Whose it is.
    pub subject: &'static str,
    /// The token.
    pub token: String,
}

/// The event that ends the making.
const MADE: &str = "demonstration.made";

/// Makes the demonstration in a database that holds nothing yet. Its last day is the day before `now`.
pub async fn make(config: &Config, now: DateTime<Utc>) -> Result<Found, Problem> {
    let database = Database::connect(&config.database_url).await?;
    database.migrate().await?;
    let found = look(&database).await?;
    if found == Found::Nothing {
        play(config, database.clone(), now).await?;
    }
    database.close().await?;
    Ok(found)
}

async fn look(database: &Database) -> Result<Found, Problem> {
    let whole = database.whole();
    let any = async |sql: &str| -> Result<bool, Problem> {
        let statement = Statement::from_string(whole.get_database_backend(), sql);
        Ok(whole.query_one_raw(statement).await?.is_some())
    };
    let made = format!("SELECT id FROM ledger_entries WHERE action = '{MADE}' LIMIT 1");
    Ok(match any(&made).await? {
        true => Found::Demonstration,
        false if any("SELECT id FROM users LIMIT 1").await? => Found::Other,
        false => Found::Nothing,
    })
}

async fn play(config: &Config, database: Database, now: DateTime<Utc>) -> Result<(), Problem> {
    let begin = day_of(now - Duration::days(AGO)).and_hms_opt(9, 0, 0);
    let begin = begin
        .ok_or_else(|| Problem::internal("no such time"))?
        .and_utc();
    let config = Config {
        allowances: [u32::MAX; 4],
        ..config.clone()
    };
    let state = State::open(config, database, Clock::standing(begin)).await?;
    organisations::operations::load(&state.store, &organisations::bundled()?).await?;
    for (subject, organisation) in FIRST {
        let role = Role::EngagementAdmin;
        users::operations::ensure(&state.store, organisation, subject, role).await?;
    }
    let store = state.store.clone();
    let mut stage = stage::set(state, begin, &FIRST).await;
    for (part, text) in SCRIPT {
        stage.play(part, text).await?;
    }
    let authority = Authority::system("demo").within(ROOT);
    store
        .write(&authority, async |_| Ok(((), Event::all(MADE))))
        .await?;
    while sequence(&store.database).await? > 0 {}
    Ok(())
}

/// A token an hour long for each pair of shoes.
pub fn passes(state: &State) -> Result<Vec<Pass>, Problem> {
    let now = state.store.clock.now();
    PASSES
        .into_iter()
        .map(|(role, organisation, subject)| {
            let token = NewToken {
                subject: subject.to_owned(),
                client_id: "equal-partners-demo".to_owned(),
                organisation: organisation.to_owned(),
                scope: None,
                roles: Some(vec![role]),
                life: Duration::hours(1),
            };
            let (token, _) = token.sign(&state.access.keys, &state.config.public_url, now)?;
            Ok(Pass {
                role,
                organisation,
                subject,
                token,
            })
        })
        .collect()
}
