//! A service of its own for each story, and the people who call it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{Duration, TimeZone, Utc};
use equal_partners::access::{NewToken, Role};
use equal_partners::app::{self, State};
use equal_partners::config::Config;
use equal_partners::store::Clock;
use equal_partners::users;
use reqwest::Method;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

use super::request::{Answer, Request};
use super::{conformance, database};

/// A running service.
pub struct TestApp {
    pub url: String,
    pub state: actix_web::web::Data<State>,
    /// Stands until a story moves it.
    pub clock: Clock,
    pub database_url: String,
    /// Partners who call what staff may not, in the stead of the sweeps.
    members: Members,
    handle: actix_web::dev::ServerHandle,
    background: [actix_web::rt::task::JoinHandle<()>; 3],
    client: reqwest::Client,
}

/// The tokens of partners, by organisation and by how the addresses begin that are theirs to call.
type Members = Arc<Mutex<HashMap<(String, String), String>>>;

/// Somebody who calls: anonymous, or with a token.
#[derive(Clone)]
pub struct Person {
    url: String,
    client: reqwest::Client,
    document: Arc<equal_partners::http::Contract>,
    pub token: Option<String>,
    /// Whose partners call in this person's stead, once `support` has made some.
    instead: Option<(String, Members)>,
}

/// When every story begins.
fn first_day() -> Clock {
    Clock::standing(Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap())
}

/// The name under which the service is served, unless a story says otherwise.
const PUBLIC_URL: &str = "https://equal-partners.test";

impl TestApp {
    pub async fn on_sqlite() -> Self {
        Self::start(database::sqlite().await).await
    }

    pub async fn on_postgres() -> Self {
        Self::start(database::postgres().await).await
    }

    /// Starts a service on a database; a second one on the same PostgreSQL is another instance.
    pub async fn start(database_url: String) -> Self {
        Self::at(database_url, first_day(), PUBLIC_URL).await
    }

    async fn at(database_url: String, clock: Clock, public_url: &str) -> Self {
        let url = database_url.clone();
        // Allowances are out of the way; the story about allowances sets its own.
        let config = Config::read(|name| match name {
            "EQUAL_PARTNERS_DATABASE_URL" => Some(url.clone()),
            "EQUAL_PARTNERS_BIND" => Some("127.0.0.1:0".to_owned()),
            "EQUAL_PARTNERS_PUBLIC_URL" => Some(public_url.to_owned()),
            "EQUAL_PARTNERS_FILES_URL" => Some(database::files_url(&url)),
            name if name.ends_with("_READS")
                || name.ends_with("_WRITES")
                || name.ends_with("_REQUESTS") =>
            {
                Some("1000000".to_owned())
            }
            _ => None,
        });
        Self::with_clock(config.unwrap(), database_url, clock).await
    }

    pub async fn with_config(config: Config, database_url: String) -> Self {
        Self::with_clock(config, database_url, first_day()).await
    }

    async fn with_clock(config: Config, database_url: String, clock: Clock) -> Self {
        let running = app::start(config, clock.clone()).await.unwrap();
        let handle = running.server.handle();
        actix_web::rt::spawn(running.server);
        Self {
            url: format!("http://{}", running.address),
            state: running.state,
            clock,
            database_url,
            members: Members::default(),
            handle,
            background: running.background,
            client: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    /// Another instance on the same database, with the same clock.
    pub async fn another(&self) -> Self {
        self.another_called(PUBLIC_URL).await
    }

    /// Another instance that is served under another name.
    pub async fn another_called(&self, public_url: &str) -> Self {
        Self::at(self.database_url.clone(), self.clock.clone(), public_url).await
    }

    pub async fn stop(self) {
        self.handle.stop(false).await;
        database::remove(&self.database_url).await;
    }

    /// Stops, and leaves the database to another instance.
    pub async fn halt(self) {
        self.handle.stop(false).await;
        // It would go on beside the other one.
        for one in &self.background {
            one.abort();
        }
    }

    /// How many statements the service has sent to the database.
    pub fn statements(&self) -> u64 {
        self.state.store.database.figures().statements.get()
    }

    /// How many changes the ledger tells about.
    pub async fn changes(&self) -> i64 {
        let database = self.state.store.database.whole();
        let sql = "SELECT COUNT(*) FROM ledger_entries WHERE kind = 'write'";
        let statement = Statement::from_string(database.get_database_backend(), sql);
        let row = database.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// How many changes of a kind the ledger tells about.
    pub async fn changes_of(&self, action: &str) -> i64 {
        let database = self.state.store.database.whole();
        let sql = format!("SELECT COUNT(*) FROM ledger_entries WHERE action = '{action}'");
        let statement = Statement::from_string(database.get_database_backend(), sql);
        let row = database.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    fn person(&self, token: Option<String>) -> Person {
        Person {
            url: self.url.clone(),
            client: self.client.clone(),
            document: self.state.contract.clone(),
            token,
            instead: None,
        }
    }

    pub fn anonymous(&self) -> Person {
        self.person(None)
    }

    /// The same person, who calls this instance.
    pub fn calling(&self, person: &Person) -> Person {
        let url = self.url.clone();
        Person {
            url,
            ..person.clone()
        }
    }

    /// Somebody with a token of their own making.
    pub fn bearer(&self, token: &str) -> Person {
        self.person(Some(token.to_owned()))
    }

    /// A person with a role; the same subject is the same person.
    pub async fn user(&self, subject: &str, role: Role, organisation: &str) -> Person {
        self.acting_as(subject, &[role], organisation).await
    }

    /// A person who acts in several roles.
    pub async fn acting_as(&self, subject: &str, roles: &[Role], organisation: &str) -> Person {
        let issuer = &self.state.config.public_url;
        for role in roles {
            users::operations::ensure(&self.state.store, organisation, subject, *role)
                .await
                .unwrap();
        }
        let token = NewToken {
            subject: subject.to_owned(),
            client_id: "equal-partners-cli".to_owned(),
            organisation: organisation.to_owned(),
            scope: None,
            roles: Some(roles.to_vec()),
            life: Duration::minutes(60),
        };
        let signed = token
            .sign(&self.state.access.keys, issuer, self.clock.now())
            .unwrap();
        self.person(Some(signed.0))
    }

    /// An engagement administrator of Blackpool Teaching Hospitals.
    pub async fn admin(&self) -> Person {
        self.user("amina", Role::EngagementAdmin, "RXL").await
    }

    /// Somebody of Blackpool Teaching Hospitals who may do whatever any member of staff may.
    pub async fn everybody(&self) -> Person {
        self.in_every_role("eve", "RXL").await
    }

    /// Somebody of another trust who may do whatever any member of staff may.
    pub async fn everybody_elsewhere(&self) -> Person {
        self.in_every_role("stan", "R0A").await
    }

    async fn in_every_role(&self, subject: &str, organisation: &str) -> Person {
        let staff = |role: &Role| !matches!(role, Role::Partner | Role::Public);
        let roles: Vec<Role> = Role::ALL.iter().copied().filter(staff).collect();
        let person = self.acting_as(subject, &roles, organisation).await;
        self.with_member(person, organisation)
    }

    /// Lets partners of an organisation call in somebody's stead what is theirs alone.
    fn with_member(&self, person: Person, organisation: &str) -> Person {
        let instead = Some((organisation.to_owned(), self.members.clone()));
        Person { instead, ..person }
    }

    /// Remembers who calls these addresses in the stead of those who may call everything else.
    pub fn remember_member(&self, organisation: &str, beginning: &str, member: &Person) {
        let token = member.token.clone().unwrap();
        self.members
            .lock()
            .unwrap()
            .insert((organisation.to_owned(), beginning.to_owned()), token);
    }

    /// An engagement officer of Blackpool Teaching Hospitals.
    pub async fn officer(&self) -> Person {
        self.user("olu", Role::EngagementOfficer, "RXL").await
    }

    /// A workstream lead of Blackpool Teaching Hospitals.
    pub async fn lead(&self) -> Person {
        self.user("lena", Role::WorkstreamLead, "RXL").await
    }

    /// An engagement administrator of another trust.
    pub async fn stranger(&self) -> Person {
        let stan = self.user("stan", Role::EngagementAdmin, "R0A").await;
        self.with_member(stan, "R0A")
    }

    /// A partner of Blackpool Teaching Hospitals who takes part, and the address of their record.
    pub async fn partner(&self, subject: &str) -> (Person, String) {
        let person = self.user(subject, Role::Partner, "RXL").await;
        let new = serde_json::json!({
            "givenName": subject, "familyName": "Lovelace", "telephone": "01253 300000",
            "over16": true, "privacyNoticeVersion": "2026-04"
        });
        let registered = person.post("/v1/partners", new).await.is(201);
        let path = registered.header("location").to_owned();
        self.officer()
            .await
            .step(&format!("{path}/activate"))
            .await
            .is(200);
        (person, path)
    }

    /// Waits until everything committed so far is in the ledger's chain.
    pub async fn sequenced(&self) {
        let database = &self.state.store.database;
        let waiting = "SELECT id FROM ledger_entries WHERE seq IS NULL LIMIT 1";
        let whole = database.whole();
        let waiting = Statement::from_string(whole.get_database_backend(), waiting);
        // The service's own sequencer may have the turn.
        while whole
            .query_one_raw(waiting.clone())
            .await
            .unwrap()
            .is_some()
        {
            equal_partners::store::sequence(database).await.unwrap();
        }
    }

    /// Runs the jobs that are due.
    pub async fn run_jobs(&self) {
        let run = async || {
            let ran = equal_partners::store::jobs::run_next(&self.state.store, app::JOBS);
            ran.await.unwrap()
        };
        // The service may be at one that is due: it is not there to be taken, and not done either.
        while run().await || self.jobs_due().await > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// How many jobs are due and not done.
    async fn jobs_due(&self) -> i64 {
        let database = self.state.store.database.whole();
        let query = sea_orm::sea_query::Query::select()
            .expr(sea_orm::sea_query::Expr::cust("COUNT(*)"))
            .from("jobs")
            .cond_where(sea_orm::sea_query::Expr::cust("done_at IS NULL"))
            .and_where(sea_orm::sea_query::Expr::col("due_at").lte(self.clock.now()))
            .take();
        let row = database.query_one(&query).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }
}

impl Person {
    pub fn request(&self, method: Method, path: &str) -> Request {
        let mut request = Request::new(
            self.client.request(method, format!("{}{path}", self.url)),
            self.document.clone(),
        );
        if let Some(token) = self.token_at(path) {
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        request
    }

    /// The token with which an address is called: one's own, or that of the partner whose it is to call.
    pub fn token_at(&self, path: &str) -> Option<String> {
        let member = self.instead.as_ref().and_then(|(organisation, members)| {
            let members = members.lock().unwrap();
            let theirs = members.iter().find(|((whose, beginning), _)| {
                whose == organisation && path.starts_with(beginning.as_str())
            });
            theirs.map(|(_, token)| token.clone())
        });
        member.or_else(|| self.token.clone())
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, path).json(body).send().await
    }

    /// A POST without a body: a transition.
    pub async fn step(&self, path: &str) -> Answer {
        self.request(Method::POST, path).send().await
    }

    /// A merge patch of a version that was seen.
    pub async fn patch(&self, path: &str, etag: &str, body: Value) -> Answer {
        self.request(Method::PATCH, path)
            .header("If-Match", etag)
            .merge_patch(body)
            .send()
            .await
    }
}

/// Checks an answer against the document; used by every request.
pub fn check(
    document: &equal_partners::http::Contract,
    method: &Method,
    path: &str,
    answer: &Answer,
) {
    conformance::check(document, method, path, answer);
}
