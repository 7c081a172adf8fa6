//! Allowances: told in every answer, kept to, and not to be had twice by a header.

use equal_partners::config::Config;
use reqwest::Method;

use crate::harness::operations::Operation;
use crate::harness::people::{client, seed};
use crate::harness::{Answer, TestApp, database};

/// A service on SQLite that allows little.
async fn strict(allowances: &[(&'static str, &'static str)]) -> TestApp {
    let url = database::sqlite().await;
    let config = Config::read(|name| match name {
        "EQUAL_PARTNERS_DATABASE_URL" => Some(url.clone()),
        "EQUAL_PARTNERS_BIND" => Some("127.0.0.1:0".to_owned()),
        "EQUAL_PARTNERS_PUBLIC_URL" => Some("https://equal-partners.test".to_owned()),
        name => allowances
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned()),
    });
    TestApp::with_config(config.unwrap(), url).await
}

/// A parameter of a structured field such as `"callers";r=0;t=2` (RFC 8941).
fn parameter(field: &str, name: &str) -> u64 {
    let (word, rest) = field.strip_prefix('"').unwrap().split_once('"').unwrap();
    assert!(
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
        "{field}"
    );
    let value = rest
        .split(';')
        .find_map(|part| part.strip_prefix(&format!("{name}=")));
    value
        .unwrap_or_else(|| panic!("no {name} in {field}"))
        .parse()
        .unwrap()
}

fn is_told_to_wait(answer: Answer) {
    let answer = answer.is_problem(429, "too-many-requests");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(parameter(answer.header("ratelimit"), "r"), 0);
    assert!(wait >= parameter(answer.header("ratelimit"), "t"));
    assert!(parameter(answer.header("ratelimit-policy"), "q") > 0);
    assert_eq!(parameter(answer.header("ratelimit-policy"), "w"), 60);
}

#[actix_web::test]
async fn what_is_left_is_told_in_every_answer() {
    let app = TestApp::on_sqlite().await;
    let records = seed(&app, "RXL").await;
    let admin = app.admin().await;
    let mut last = u64::MAX;
    for operation in Operation::versioned() {
        let answer = operation.request(&admin, &records).send().await;
        let quota = parameter(answer.header("ratelimit-policy"), "q");
        let left = parameter(answer.header("ratelimit"), "r");
        assert!(
            left < quota && left <= last,
            "{}: {left} of {quota} after {last}",
            operation.name()
        );
        assert!(parameter(answer.header("ratelimit"), "t") <= 60);
        last = left;
    }
    app.stop().await;
}

#[actix_web::test]
async fn strangers_share_the_allowance_of_their_address_whatever_they_claim() {
    let app = strict(&[("EQUAL_PARTNERS_ANONYMOUS_READS", "4")]).await;
    for index in 0..5 {
        let request = app.anonymous().request(Method::GET, "/v1/workstreams");
        let mut request = request;
        for name in [
            "X-Forwarded-For",
            "X-Real-IP",
            "Forwarded",
            "X-Client-IP",
            "CF-Connecting-IP",
        ] {
            request = request.header(name, &format!("192.0.2.{index}"));
        }
        let answer = request.header("X-User-Id", "amina").send().await;
        match index {
            0..4 => drop(answer.is(401)),
            _ => is_told_to_wait(answer),
        }
    }
    // A token that is no good counts for the address too; pages do; probes never.
    is_told_to_wait(app.bearer("garbage").get("/v1/workstreams").await);
    is_told_to_wait(app.anonymous().get("/openapi.json").await);
    app.anonymous().get("/health/live").await.is(200);
    // Who has a token has an allowance of their own.
    app.admin().await.get("/v1/workstreams").await.is(200);
    app.stop().await;
}

#[actix_web::test]
async fn each_caller_has_an_allowance_of_their_own() {
    let app = strict(&[("EQUAL_PARTNERS_CALLER_REQUESTS", "3")]).await;
    let (one, other) = (
        client(&app, "RXL", &["workstreams:read"]).await,
        client(&app, "RXL", &["workstreams:read"]).await,
    );
    for _ in 0..3 {
        one.get("/v1/workstreams").await.is(200);
    }
    is_told_to_wait(one.get("/v1/workstreams").await);
    other.get("/v1/workstreams").await.is(200);
    let (olu, amina) = (app.officer().await, app.admin().await);
    for _ in 0..3 {
        olu.get("/v1/workstreams").await.is(200);
    }
    is_told_to_wait(olu.get("/v1/workstreams").await);
    amina.get("/v1/workstreams").await.is(200);
    app.stop().await;
}
