//! Browsers: only the front ends that were configured may call, and never with cookies.

use equal_partners::config::Config;
use reqwest::Method;

use crate::harness::{TestApp, database};

#[actix_web::test]
async fn only_a_configured_origin_may_call_from_a_browser() {
    let url = database::sqlite().await;
    let config = Config::read(|name| match name {
        "EQUAL_PARTNERS_DATABASE_URL" => Some(url.clone()),
        "EQUAL_PARTNERS_BIND" => Some("127.0.0.1:0".to_owned()),
        "EQUAL_PARTNERS_CORS_ORIGINS" => Some("https://involve.example.nhs.uk".to_owned()),
        _ => None,
    });
    let app = TestApp::with_config(config.unwrap(), url.clone()).await;
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
    let ours = preflight("https://involve.example.nhs.uk").await.is(200);
    assert_eq!(
        ours.header("access-control-allow-origin"),
        "https://involve.example.nhs.uk"
    );
    assert!(
        !ours
            .headers
            .contains_key("access-control-allow-credentials")
    );
    let theirs = preflight("https://elsewhere.example")
        .await
        .is_problem(400, "malformed-request");
    assert!(!theirs.headers.contains_key("access-control-allow-origin"));
    let answer = app
        .officer()
        .await
        .request(Method::GET, "/v1/workstreams")
        .header("Origin", "https://involve.example.nhs.uk")
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

#[test]
fn an_origin_with_a_path_or_a_star_is_refused_at_start() {
    for origin in ["*", "https://*", "https://example.org/app", "example.org"] {
        let wrong =
            Config::read(|name| (name == "EQUAL_PARTNERS_CORS_ORIGINS").then(|| origin.to_owned()));
        assert!(
            wrong.unwrap_err().contains("EQUAL_PARTNERS_CORS_ORIGINS"),
            "{origin}"
        );
    }
}
