//! What the log tells, and that it tells nothing about people, whatever is asked of it.

use std::io::{Read, Write};

use reqwest::{Method, Response};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::harness::database;
use crate::harness::place::{Place, printed};

/// Stands in everything that a person could mean: names, addresses, numbers, words, secrets, tokens.
const CANARY: &str = "zaphod";

struct Caller {
    url: String,
    http: reqwest::Client,
    token: Option<String>,
}

impl Caller {
    async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if !body.is_empty() {
            request = request
                .header("Content-Type", "application/json")
                .body(body.to_owned());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value, status: u16) -> Value {
        let answer = self.call("POST", path, &[], &body.to_string()).await;
        let (found, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(found, status, "POST {path}: {text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// A token with the role, for somebody whose name is nobody's business.
fn token(place: &Place, database: &str, role: &str) -> String {
    let subject = format!("{CANARY}.{role}@example.org");
    let arguments = [
        "issue-token",
        "--organisation",
        "RXL",
        "--role",
        role,
        "--subject",
        &subject,
    ];
    let mut command = place.command(&arguments);
    printed(
        &command
            .env("EQUAL_PARTNERS_DATABASE_URL", database)
            .output()
            .unwrap(),
    )
}

/// Good and bad requests full of canaries; a record that can no longer be read; a handler that fails.
async fn story(place: &mut Place, database: &str, level: &str) -> String {
    let variables = [
        ("EQUAL_PARTNERS_LOG", level),
        ("EQUAL_PARTNERS_DATABASE_URL", database),
    ];
    let url = place.serve_with(&variables);
    let caller = |token| Caller {
        url: url.clone(),
        http: reqwest::Client::new(),
        token,
    };
    let token = token(place, database, "engagement_admin");
    let (admin, anyone) = (caller(Some(token.clone())), caller(None));

    let partner = admin.post("/v1/partners", json!({
        "givenName": CANARY, "familyName": format!("{CANARY}son"), "email": format!("{CANARY}@example.org"),
        "telephone": "01253 300000", "over16": true, "privacyNoticeVersion": "2026-04"
    }), 201).await;
    let path = format!("/v1/partners/{}", partner["id"].as_str().unwrap());
    let need = json!({ "category": "participationNeed", "need": "languageInterpreter", "detail": "ur", "mayBeShared": true });
    admin
        .post(&format!("{path}/access-needs"), need.clone(), 201)
        .await;
    admin.post(&format!("{path}/access-needs"), need, 409).await;
    let workstream = json!({ "name": CANARY, "purpose": CANARY });
    admin.post("/v1/workstreams", workstream.clone(), 201).await;
    admin.post("/v1/workstreams", workstream, 409).await;
    let user = json!({ "subject": CANARY, "displayName": CANARY, "email": format!("{CANARY}@example.org"), "roles": ["analyst"] });
    admin.post("/v1/users", user, 201).await;
    // What cannot be read, by its type, its form or its length.
    admin
        .post(
            "/v1/partners",
            json!({ "givenName": { CANARY: CANARY }, "over16": CANARY }),
            422,
        )
        .await;
    admin
        .call(
            "POST",
            "/v1/partners",
            &[],
            &format!("{{\"givenName\": {CANARY}"),
        )
        .await;
    admin
        .call(
            "PATCH",
            &path,
            &[("If-Match", CANARY)],
            &format!("{{\"{CANARY}\":1}}"),
        )
        .await;
    admin
        .call(
            "POST",
            "/v1/workstreams",
            &[("Idempotency-Key", CANARY), ("X-Request-ID", CANARY)],
            &json!({ "name": "x" }).to_string(),
        )
        .await;
    admin
        .call("POST", "/v1/organisations/import", &[], CANARY)
        .await;
    for path in [
        format!("/v1/opportunities?q={CANARY}&place={CANARY}&sort={CANARY}"),
        format!("/v1/partners?name={CANARY}&after={CANARY}"),
        format!("/v1/partners/{CANARY}"),
        format!("/{CANARY}/{CANARY}?access_token={CANARY}"),
        format!("/problems/{CANARY}"),
        format!("{path}?purpose={CANARY}"),
    ] {
        admin
            .call(
                "GET",
                &path,
                &[
                    ("User-Agent", CANARY),
                    ("Cookie", CANARY),
                    ("Referer", CANARY),
                ],
                "",
            )
            .await;
        anyone
            .call(
                "GET",
                &path,
                &[("Origin", CANARY), ("X-Forwarded-For", CANARY)],
                "",
            )
            .await;
    }
    anyone.call(&CANARY.to_uppercase(), "/v1/me", &[], "").await;
    // A head that the server itself cannot read.
    let mut raw = std::net::TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    write!(
        raw,
        "POST /v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: {CANARY}\r\n\r\n"
    )
    .unwrap();
    raw.read_to_end(&mut Vec::new()).unwrap();
    // Credentials of all kinds, none of which are good.
    let form = format!(
        "grant_type=client_credentials&client_id={CANARY}&client_secret={CANARY}&scope={CANARY}"
    );
    let form_type = [("Content-Type", "application/x-www-form-urlencoded")];
    for path in ["/oauth/token", "/oauth/revoke", "/oauth/introspect"] {
        anyone
            .call(
                "POST",
                path,
                &[("Authorization", "Basic emFwaG9kOnphcGhvZA==")],
                "",
            )
            .await;
        let request = anyone
            .http
            .post(format!("{url}{path}"))
            .header(form_type[0].0, form_type[0].1);
        request.body(form.clone()).send().await.unwrap();
    }
    let (head, rest) = token.split_once('.').unwrap();
    for bad in [
        CANARY.to_owned(),
        format!("{head}.{CANARY}.{CANARY}"),
        format!("{head}.{rest}{CANARY}"),
    ] {
        caller(Some(bad)).call("GET", "/v1/me", &[], "").await;
    }
    // Something that was kept cannot be read any more: the answer is 500, and the log says so.
    let other = sea_orm::Database::connect(database).await.unwrap();
    let broken = format!("UPDATE partners SET status = '{CANARY}'");
    other.execute_unprepared(&broken).await.unwrap();
    let lost = admin
        .call(
            "GET",
            &path,
            &[(
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            )],
            "",
        )
        .await;
    assert_eq!(lost.status(), 500);
    // And a table is not there at all.
    other
        .execute_unprepared("ALTER TABLE workstreams RENAME TO lost")
        .await
        .unwrap();
    let new = json!({ "name": format!("{CANARY} 2"), "purpose": CANARY });
    admin.post("/v1/workstreams", new, 500).await;
    other.close().await.unwrap();

    let log = place.log();
    for secret in [CANARY, &CANARY.to_uppercase(), "01253", "emFwaG9k", rest] {
        let told = log.lines().find(|line| line.contains(secret));
        assert_eq!(told, None, "{secret}");
    }
    log
}

#[actix_web::test]
async fn the_log_tells_nothing_about_people_at_any_level_on_sqlite() {
    let database = database::sqlite().await;
    let log = story(&mut Place::new(), &database, "trace").await;
    // It was asked for everything, and there is more than the lines of the requests.
    assert!(log.contains("\"level\":\"DEBUG\""), "{log}");
    for line in log.lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
    let lost: Value = log
        .lines()
        .find(|line| line.contains("4bf92f3577b34da6a3ce929d0e0e4736"))
        .map(|line| serde_json::from_str(line).unwrap())
        .unwrap();
    assert_eq!(
        (&lost["level"], &lost["status"]),
        (&json!("ERROR"), &json!(500))
    );
    assert_eq!(lost["route"], "GET /v1/partners/{id}");
    // The cause is found by the request's id.
    let id = lost["request_id"].as_str().unwrap();
    let cause = log
        .lines()
        .find(|line| line.contains(id) && line.contains("internal error"));
    assert!(cause.is_some(), "{log}");
    // What is no one's data is told.
    assert!(log.contains("no such table"), "{log}");
    database::remove(&database).await;
}

#[actix_web::test]
async fn the_log_tells_nothing_about_people_at_any_level_on_postgres() {
    let database = database::postgres().await;
    let log = story(&mut Place::new(), &database, "trace").await;
    assert!(log.contains("42P01"), "{log}");
    database::remove(&database).await;
}

#[actix_web::test]
async fn the_log_for_people_tells_nothing_about_them_either() {
    let database = database::sqlite().await;
    story(
        &mut Place::new(),
        &database,
        "trace,sea_orm=trace,sqlx=trace,text",
    )
    .await;
    database::remove(&database).await;
}
