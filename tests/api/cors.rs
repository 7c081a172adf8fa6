//! Browsers: only the front ends that were configured may call, and never with cookies.

use equal_partners::config::Config;
use reqwest::Method;

use crate::harness::{TestApp, database};

const OURS: &str = "https://involve.example.nhs.uk";

/// The service with one front end that may call.
async fn with_a_front_end() -> TestApp {
    let url = database::sqlite().await;
    let config = Config::read(|name| match name {
        "EQUAL_PARTNERS_DATABASE_URL" => Some(url.clone()),
        "EQUAL_PARTNERS_BIND" => Some("127.0.0.1:0".to_owned()),
        "EQUAL_PARTNERS_CORS_ORIGINS" => Some(OURS.to_owned()),
        _ => None,
    });
    TestApp::with_config(config.unwrap(), url.clone()).await
}

#[actix_web::test]
async fn only_a_configured_origin_may_call_from_a_browser() {
    let app = with_a_front_end().await;
    let preflight = async |origin: &str| {
        app.anonymous()
            .request(Method::OPTIONS, "/v1/workstreams")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header(
                "Access-Control-Request-Headers",
                "authorization, idempotency-key",
            )
            .send()
            .await
    };
    let ours = preflight(OURS).await.is(200);
    assert_eq!(ours.header("access-control-allow-origin"), OURS);
    assert!(
        !ours
            .headers
            .contains_key("access-control-allow-credentials")
    );
    let theirs = preflight("https://elsewhere.example")
        .await
        .is_problem(400, "malformed-request");
    assert!(
        theirs.body["detail"]
            .as_str()
            .unwrap()
            .contains("not allowed")
    );
    assert!(!theirs.headers.contains_key("access-control-allow-origin"));
    let answer = app
        .officer()
        .await
        .request(Method::GET, "/v1/workstreams")
        .header("Origin", OURS)
        .send()
        .await
        .is(200);
    assert!(
        answer
            .header("access-control-expose-headers")
            .to_lowercase()
            .contains("etag")
    );
    app.stop().await;
}

#[actix_web::test]
async fn a_front_end_may_read_every_refusal() {
    let app = with_a_front_end().await;
    let (officer, anonymous, wrong) = (app.officer().await, app.anonymous(), app.bearer("wrong"));
    let cases = [
        (anonymous.request(Method::GET, "/v1/workstreams"), 401),
        (wrong.request(Method::GET, "/v1/workstreams"), 401),
        (officer.request(Method::GET, "/v1/nothing"), 404),
        (officer.request(Method::DELETE, "/v1/workstreams"), 405),
        (
            officer
                .request(Method::GET, "/v1/me")
                .header("Accept", "text/html"),
            406,
        ),
        (
            officer
                .request(Method::POST, "/v1/workstreams")
                .body("application/json", "{"),
            400,
        ),
    ];
    for (request, status) in cases {
        let answer = request.header("Origin", OURS).send().await.is(status);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            OURS,
            "{status}"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.headers.contains_key("x-request-id"));
    }
    app.stop().await;
}

#[test]
fn an_origin_with_a_path_or_a_star_is_refused_at_start() {
    for origin in ["*", "https://*", "https://example.org/app", "example.org"] {
        let wrong =
            Config::read(|name| (name == "EQUAL_PARTNERS_CORS_ORIGINS").then(|| origin.to_owned()));
        assert!(
            wrong
                .unwrap_err()
                .concat()
                .contains("EQUAL_PARTNERS_CORS_ORIGINS"),
            "{origin}"
        );
    }
}
