//! What the service is measured against: servers that answer the same requests from the same rows with less
//! between them and the database.
//!
//! They check tokens as the service does, answer the same JSON and write the same rows. They have no
//! allowances, no log, no sharing between organisations and no chain over the ledger: what those cost is part
//! of the ratio.

mod constant;
mod gate;
mod json;
mod pipelined;
mod rusqlite;
mod sqlx;

use std::path::PathBuf;

use actix_web::dev::HttpServiceFactory;
use actix_web::http::header;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Scope};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use uuid::Uuid;

use gate::{Bearer, Gate};

/// Which floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Kind {
    /// The same bytes for everyone.
    Constant,
    /// The plain statements through a pool of sqlx.
    Sqlx,
    /// The least that is known: rusqlite on the worker, or pipelined tokio-postgres.
    Limit,
}

/// How a floor is started.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Which floor
    #[arg(long)]
    pub kind: Kind,
    /// The database with the rows
    #[arg(long)]
    pub database: String,
    /// The key that verifies tokens: the `x` of the service's JWK
    #[arg(long)]
    pub key: String,
    /// Answers of the service, for the constant floor
    #[arg(long)]
    pub samples: PathBuf,
}

/// As many as the service has on two cores.
const WORKERS: usize = 2;
/// Rows of a page, and one more to know whether another page follows.
const LIMIT: usize = 51;

/// What a list leaves out.
enum Filter<'a> {
    None,
    Status(&'a str),
    Lead(Uuid),
}

/// What a list is asked for.
struct Wanted<'a> {
    organisation: &'a str,
    filter: Filter<'a>,
    /// The id of the last row of the page before. Ids are in the order of the times.
    after: Uuid,
}

/// A page as JSON, and where the next one starts.
struct Page {
    body: Vec<u8>,
    next: Option<Uuid>,
}

/// A workstream as JSON.
struct One {
    id: Uuid,
    version: i64,
    body: Vec<u8>,
}

/// Who writes, and under which request.
struct Author {
    organisation: String,
    subject: String,
    client: String,
    request_id: String,
}

/// What a create sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct New {
    name: String,
    purpose: String,
}

/// What a change sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Changes {
    purpose: String,
}

/// A workstream to write, with everything that is written beside it.
struct Creation {
    author: Author,
    id: Uuid,
    now: chrono::DateTime<chrono::Utc>,
    new: New,
    entry_id: Uuid,
    key_hash: Vec<u8>,
    body_hash: Vec<u8>,
    sealed: Vec<u8>,
    body: Vec<u8>,
}

/// A change of a version that the caller has seen.
struct Change {
    author: Author,
    id: Uuid,
    seen: i64,
    now: chrono::DateTime<chrono::Utc>,
    purpose: String,
    entry_id: Uuid,
}

/// The action and the route of a ledger entry.
const ADDED: (&str, &str) = ("workstream.added", "POST /v1/workstreams");
const CHANGED: (&str, &str) = ("workstream.changed", "PATCH /v1/workstreams/{id}");

/// The `touched` of a ledger entry.
fn touched(id: Uuid, version: i64, fields: &str) -> String {
    format!(r#"[{{"record":"workstream","id":"{id}","version":{version},"fields":[{fields}]}}]"#)
}

/// The statements of a floor.
trait Rows: 'static {
    async fn get(&self, organisation: &str, id: Uuid) -> Result<Option<One>>;
    async fn list(&self, wanted: Wanted<'_>) -> Result<Page>;
    /// Answers whether it was added; the JSON is the creation's.
    async fn add(&self, creation: Creation) -> Result<One>;
    /// Nothing if the version is another one.
    async fn change(&self, change: Change) -> Result<Option<One>>;
}

/// Serves a floor until it is killed.
pub async fn serve(arguments: Arguments) -> Result<()> {
    let postgres = arguments.database.starts_with("postgres");
    match (arguments.kind, postgres) {
        (Kind::Constant, _) => {
            let samples = constant::Samples::read(&arguments.samples)?;
            listen(&arguments.key, move || samples.scope()).await
        }
        (Kind::Sqlx, true) => {
            let rows = sqlx::postgres::Rows::connect(&arguments.database).await?;
            listen(&arguments.key, move || scope(rows.clone())).await
        }
        (Kind::Sqlx, false) => {
            let rows = sqlx::sqlite::Rows::connect(&arguments.database).await?;
            listen(&arguments.key, move || scope(rows.clone())).await
        }
        (Kind::Limit, true) => {
            let url = arguments.database;
            listen(&arguments.key, move || scope(pipelined::Rows::new(&url))).await
        }
        (Kind::Limit, false) => {
            let writer = rusqlite::Writer::start(&arguments.database)?;
            let url = arguments.database;
            listen(&arguments.key, move || {
                scope(rusqlite::Rows::open(&url, &writer))
            })
            .await
        }
    }
}

async fn listen<S>(key: &str, make: impl Fn() -> S + Clone + Send + 'static) -> Result<()>
where
    S: HttpServiceFactory + 'static,
{
    let key = key.to_owned();
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(Gate::new(&key)))
            .service(make())
    })
    .workers(WORKERS)
    .listen(listener)?
    .run();
    crate::report::say(format_args!("the floor listens on http://{address}"))?;
    Ok(server.await?)
}

fn scope<R: Rows>(rows: R) -> Scope {
    web::scope("/v1/workstreams")
        .app_data(Data::new(rows))
        .route("", web::get().to(list::<R>))
        .route("", web::post().to(add::<R>))
        .route("/{id}", web::get().to(get::<R>))
        .route("/{id}", web::patch().to(change::<R>))
}

/// Whatever goes wrong in a floor ends the run: the load accepts no other status than the one it expects.
type Answered = Result<HttpResponse, Box<dyn std::error::Error>>;

fn json(mut answer: actix_web::HttpResponseBuilder, one: One) -> HttpResponse {
    answer
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::ETAG, format!("\"{}\"", one.version)))
        .body(one.body)
}

fn id_of(request: &HttpRequest) -> Result<Uuid> {
    Ok(request.match_info().get("id").context("no id")?.parse()?)
}

fn text<'a>(request: &'a HttpRequest, header: &str) -> Option<&'a str> {
    request.headers().get(header)?.to_str().ok()
}

async fn get<R: Rows>(request: HttpRequest, bearer: Bearer, rows: Data<R>) -> Answered {
    let found = rows.get(&bearer.organisation, id_of(&request)?).await?;
    Ok(match found {
        Some(one) => json(HttpResponse::Ok(), one),
        None => HttpResponse::NotFound().finish(),
    })
}

async fn list<R: Rows>(request: HttpRequest, bearer: Bearer, rows: Data<R>) -> Answered {
    let mut wanted = Wanted {
        organisation: &bearer.organisation,
        filter: Filter::None,
        after: Uuid::max(),
    };
    for pair in request.query_string().split('&') {
        match pair.split_once('=') {
            Some(("status", status)) => wanted.filter = Filter::Status(status),
            Some(("leadId", lead)) => wanted.filter = Filter::Lead(lead.parse()?),
            Some(("after", after)) => wanted.after = after.parse()?,
            _ => {}
        }
    }
    let page = rows.list(wanted).await?;
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if let Some(next) = page.next {
        let link = format!("</v1/workstreams?after={next}>; rel=\"next\"");
        answer.insert_header((header::LINK, link));
    }
    Ok(answer.body(page.body))
}

fn author(request: &HttpRequest, bearer: &Bearer) -> Author {
    Author {
        organisation: bearer.organisation.clone(),
        subject: bearer.subject.clone(),
        client: bearer.client.clone(),
        request_id: text(request, "x-request-id")
            .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned),
    }
}

#[expect(clippy::disallowed_methods, reason = "the floors have no clock to set")]
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::SubsecRound::trunc_subsecs(chrono::Utc::now(), 3)
}

async fn add<R: Rows>(
    request: HttpRequest,
    bearer: Bearer,
    rows: Data<R>,
    body: Bytes,
) -> Answered {
    let new: New = serde_json::from_slice(&body)?;
    let key = text(&request, "idempotency-key").ok_or("no Idempotency-Key")?;
    let (id, now) = (Uuid::now_v7(), now());
    let key = [&bearer.organisation, &bearer.subject, ADDED.1, key].join(" ");
    let answer = json::of_new(id, &bearer.organisation, now, &new)?;
    let creation = Creation {
        author: author(&request, &bearer),
        id,
        now,
        entry_id: Uuid::now_v7(),
        key_hash: gate::digest(key.as_bytes()),
        body_hash: gate::digest(&body),
        sealed: gate::sealed(&key, &answer)?,
        new,
        body: answer,
    };
    let one = rows.add(creation).await?;
    let location = format!("/v1/workstreams/{}", one.id);
    let mut answer = HttpResponse::Created();
    answer.insert_header((header::LOCATION, location));
    Ok(json(answer, one))
}

async fn change<R: Rows>(
    request: HttpRequest,
    bearer: Bearer,
    rows: Data<R>,
    body: Bytes,
) -> Answered {
    let changes: Changes = serde_json::from_slice(&body)?;
    let seen = text(&request, "if-match").ok_or("no If-Match")?;
    let change = Change {
        author: author(&request, &bearer),
        id: id_of(&request)?,
        seen: seen.trim_matches('"').parse()?,
        now: now(),
        purpose: changes.purpose,
        entry_id: Uuid::now_v7(),
    };
    Ok(match rows.change(change).await? {
        Some(one) => json(HttpResponse::Ok(), one),
        None => HttpResponse::PreconditionFailed().finish(),
    })
}
