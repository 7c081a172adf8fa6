//! What a collector of traces is told, and that it is told nothing about people.

use std::collections::BTreeMap;
use std::net::TcpListener;

use equal_partners::config::Config;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Of;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::faults::service::{self, Service};
use crate::harness::collector::Collector;
use crate::harness::{TestApp, database};

/// Stands in everything that a person could mean.
const CANARY: &str = "zaphod";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const ANOTHER: &str = "5bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The attributes of a span, as text.
fn attributes(span: &Span) -> BTreeMap<&str, String> {
    let told = span.attributes.iter().map(|one| {
        let text = match one.value.as_ref().unwrap().value.as_ref().unwrap() {
            Of::StringValue(text) => text.clone(),
            Of::IntValue(number) => number.to_string(),
            other => panic!("{other:?}"),
        };
        (one.key.as_str(), text)
    });
    told.collect()
}

fn expected<'a>(pairs: &[(&'a str, &str)]) -> BTreeMap<&'a str, String> {
    pairs
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

struct Caller<'a> {
    service: &'a Service,
    token: String,
    http: reqwest::Client,
}

impl Caller<'_> {
    /// Calls with words that nobody should hear of, and in this trace, if there is one; gives the answer's body.
    async fn call(&self, method: &str, path: &str, trace: &str, body: &str, status: u16) -> Value {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self
            .http
            .request(method, self.service.address.url(path))
            .bearer_auth(&self.token)
            .header("User-Agent", CANARY)
            .header("X-Forwarded-For", CANARY)
            .header("X-Forwarded-Proto", CANARY)
            .header("tracestate", format!("{CANARY}={CANARY}"))
            .header("baggage", format!("{CANARY}={CANARY}"));
        if !trace.is_empty() {
            request = request.header("traceparent", trace);
        }
        if !body.is_empty() {
            request = request
                .header("Content-Type", "application/json")
                .body(body.to_owned());
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        let text = answer.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or_default()
    }
}

async fn story(database_url: &str, system: &str) {
    let mut collector = Collector::start();
    let settings = [
        ("EQUAL_PARTNERS_TRACES_URL", collector.url.as_str()),
        ("EQUAL_PARTNERS_LOG", "info"),
    ];
    let mut service = Service::start_with(database_url, &settings).await;
    let caller = Caller {
        token: service::token(database_url).await,
        http: reqwest::Client::new(),
        service: &service,
    };
    let workstream = json!({ "name": CANARY, "purpose": CANARY }).to_string();
    let chosen = format!("00-{TRACE}-{PARENT}-01");
    let made = caller
        .call("POST", "/v1/workstreams", &chosen, &workstream, 201)
        .await;
    let id = made["id"].as_str().unwrap();
    let path = format!("/v1/workstreams/{id}");
    caller.call("GET", &path, "", "", 200).await;
    let list = format!("/v1/workstreams?name={CANARY}");
    caller.call("GET", &list, "", "", 400).await;
    caller
        .call("GET", "/v1/workstreams?limit=1", "", "", 200)
        .await;
    caller
        .call(&CANARY.to_uppercase(), &format!("/{CANARY}"), "", "", 404)
        .await;
    // Whoever calls has decided that this one is not sent.
    let left_out = format!("00-{ANOTHER}-{PARENT}-00");
    caller.call("GET", &path, &left_out, "", 200).await;
    // What cannot be read begins a trace.
    caller
        .call(
            "GET",
            "/v1/me",
            &format!("00-{CANARY}-{CANARY}-01"),
            "",
            200,
        )
        .await;
    let sequenced = collector.named("sequence").await;
    let token = caller.token.clone();
    service.terminate();
    let (ended, _) = service.ended().await;
    assert!(ended.success(), "{}", service.log());

    // Everything is there, though the last requests came a moment ago.
    let spans = collector.all().to_vec();
    let named = |name: &str| {
        let found: Vec<&Span> = spans.iter().filter(|span| span.name == name).collect();
        assert!(!found.is_empty(), "{name}: {spans:#?}");
        found
    };
    let create = named("POST /v1/workstreams")[0];
    assert_eq!(hex(&create.trace_id), TRACE);
    assert_eq!(hex(&create.parent_span_id), PARENT);
    assert_eq!(create.kind(), SpanKind::Server);
    assert_eq!(create.trace_state, "");
    assert_eq!(
        attributes(create),
        expected(&[
            ("http.request.method", "POST"),
            ("http.route", "/v1/workstreams"),
            ("http.response.status_code", "201"),
            ("url.scheme", "https"),
        ])
    );
    // What it did at the database is below it.
    let below = |parent: &Span, name: &str| {
        let found = spans.iter().find(|span| {
            span.name == name
                && span.parent_span_id == parent.span_id
                && span.trace_id == parent.trace_id
        });
        found.unwrap_or_else(|| panic!("{name}: {spans:#?}"))
    };
    let change = below(create, "change");
    assert_eq!(change.kind(), SpanKind::Client);
    assert_eq!(
        attributes(change),
        expected(&[("db.system.name", system), ("db.operation.name", "change")])
    );
    let get = named("GET /v1/workstreams/{id}");
    assert_eq!(get.len(), 1, "one of them was not to be sent");
    assert_eq!(get[0].parent_span_id, Vec::<u8>::new());
    assert_eq!(
        attributes(below(get[0], "read workstreams")),
        expected(&[
            ("db.system.name", system),
            ("db.operation.name", "read"),
            ("db.collection.name", "workstreams"),
        ])
    );
    let lists = named("GET /v1/workstreams");
    below(lists[1], "page workstreams");
    // What nobody knows, by method and address.
    assert_eq!(
        attributes(named("HTTP")[0]),
        expected(&[
            ("http.request.method", "_OTHER"),
            ("http.response.status_code", "404"),
            ("url.scheme", "https"),
        ])
    );
    // Background work is nobody's child, and has what it did below it.
    assert_eq!(sequenced.parent_span_id, Vec::<u8>::new());
    below(&sequenced, "change");

    // The log has the same ids, for those that were not sent as well.
    let log = service.log();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["message"] == "request")
        .collect();
    let ids = |route: &str| -> Vec<&str> {
        let of = lines.iter().filter(|line| line["route"] == route);
        of.map(|line| line["trace_id"].as_str().unwrap()).collect()
    };
    assert_eq!(ids("POST /v1/workstreams"), [TRACE]);
    assert_eq!(
        ids("GET /v1/workstreams/{id}"),
        [hex(&get[0].trace_id).as_str(), ANOTHER]
    );
    let me = hex(&named("GET /v1/me")[0].trace_id);
    assert_eq!(ids("GET /v1/me"), [me.as_str()]);

    for secret in [
        CANARY,
        &CANARY.to_uppercase(),
        id,
        &token,
        "127.0.0.1",
        ANOTHER,
        "SELECT",
    ] {
        let found = collector
            .bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "{secret}");
    }
    database::remove(database_url).await;
}

#[actix_web::test]
async fn a_request_is_traced_with_what_it_did_and_without_a_word_about_people_on_sqlite() {
    story(&database::sqlite().await, "sqlite").await;
}

#[actix_web::test]
async fn a_request_is_traced_with_what_it_did_and_without_a_word_about_people_on_postgres() {
    story(&database::postgres().await, "postgresql").await;
}

/// A service on SQLite that sends this share of its traces.
async fn sending(collector: &Collector, ratio: &str) -> TestApp {
    let database_url = database::sqlite().await;
    let config = Config::read(|name| match name {
        "EQUAL_PARTNERS_DATABASE_URL" => Some(database_url.clone()),
        "EQUAL_PARTNERS_BIND" => Some("127.0.0.1:0".to_owned()),
        "EQUAL_PARTNERS_TRACES_URL" => Some(collector.url.clone()),
        "EQUAL_PARTNERS_TRACES_RATIO" => Some(ratio.to_owned()),
        _ => None,
    });
    TestApp::with_config(config.unwrap(), database_url).await
}

#[actix_web::test]
async fn the_share_counts_where_the_caller_has_not_decided() {
    let mut collector = Collector::start();
    let app = sending(&collector, "0").await;
    app.admin().await.get("/v1/me").await.is(200);
    let chosen = app.anonymous().request(Method::GET, "/health/live");
    chosen
        .header("traceparent", &format!("00-{TRACE}-{PARENT}-01"))
        .send()
        .await
        .is(200);
    collector.named("GET /health/live").await;
    let ids: Vec<String> = collector
        .spans
        .iter()
        .map(|span| hex(&span.trace_id))
        .collect();
    assert_eq!(ids, [TRACE]);
    app.stop().await;
}

#[actix_web::test]
async fn a_job_and_a_request_that_failed_are_told_as_what_they_are() {
    let mut collector = Collector::start();
    let app = sending(&collector, "1").await;
    // An opportunity that is not there: harmless, as jobs are.
    let due = app.clock.now().format("%Y-%m-%d %H:%M:%S%.3f+00:00");
    let id = uuid::Uuid::new_v4();
    let sql = format!(
        "INSERT INTO jobs (id, kind, record_id, due_at, attempts, created_at)
         VALUES (x'{}', 'close-opportunity', '{id}', '{due}', 0, '{due}')",
        id.simple()
    );
    let whole = app.state.store.database.whole();
    whole.execute_unprepared(&sql).await.unwrap();
    let job = collector.named("job").await;
    assert_eq!(job.parent_span_id, Vec::<u8>::new());
    assert_eq!(
        attributes(&job),
        expected(&[("equal_partners.job", "close-opportunity")])
    );
    let lost = "ALTER TABLE workstreams RENAME TO lost";
    whole.execute_unprepared(lost).await.unwrap();
    let admin = app.admin().await;
    admin.get("/v1/workstreams").await.is(500);
    let failed = collector.named("GET /v1/workstreams").await;
    assert_eq!(attributes(&failed)["error.type"], "500");
    assert_eq!(failed.status.unwrap().code(), StatusCode::Error);
    app.stop().await;
}

/// The value of a figure.
fn figure(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().trim().parse().unwrap()
}

/// Calls until a figure is more than this, and gives it; every answer has to be good.
async fn called_until(service: &Service, name: &str, before: u64) -> u64 {
    let http = reqwest::Client::new();
    let get = async |path: &str| {
        let answer = http.get(service.address.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    };
    loop {
        let now = figure(&get("/metrics").await, name);
        if now > before {
            return now;
        }
        futures_util::future::join_all((0..64).map(|_| get("/health/live"))).await;
    }
}

#[actix_web::test]
async fn a_collector_that_is_not_there_costs_nobody_but_the_traces() {
    let database_url = database::sqlite().await;
    // Nobody listens on port 1.
    let away = [("EQUAL_PARTNERS_TRACES_URL", "http://127.0.0.1:1/v1/traces")];
    let mut service = Service::start_with(&database_url, &away).await;
    let refused = "equal_partners_spans_refused_total";
    let first = called_until(&service, refused, 0).await;
    called_until(&service, refused, first).await;
    service.terminate();
    assert!(service.ended().await.0.success());
    // Told once, however often it was tried.
    let log = service.log();
    assert_eq!(
        log.matches("the collector takes no traces").count(),
        1,
        "{log}"
    );
    database::remove(&database_url).await;
}

#[actix_web::test]
async fn a_collector_that_falls_silent_costs_nobody_but_the_traces() {
    let database_url = database::sqlite().await;
    // Connections are made, and nobody ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/traces", silent.local_addr().unwrap());
    let settings = [("EQUAL_PARTNERS_TRACES_URL", url.as_str())];
    let mut service = Service::start_with(&database_url, &settings).await;
    called_until(&service, "equal_partners_spans_dropped_total", 0).await;
    service.terminate();
    assert!(service.ended().await.0.success());
    database::remove(&database_url).await;
}
