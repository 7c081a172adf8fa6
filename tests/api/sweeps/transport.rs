//! What comes over the wire: methods, media types, sizes, ids of requests, and what no client should send.

use actix_web::{App, HttpResponse, web};
use equal_partners::http::{frame, types};
use reqwest::Method;

use super::is_excepted;
use crate::harness::forms::FORM;
use crate::harness::operations::Operation;
use crate::harness::people::{Records, seed};
use crate::harness::raw::raw;
use crate::harness::{Answer, Person, TestApp, story};

/// One address for each path of the document.
fn addresses(records: &Records) -> Vec<(&'static str, String)> {
    let mut paths: Vec<_> = Operation::all()
        .into_iter()
        .map(|operation| operation.path)
        .collect();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| (path, records.address(path)))
        .collect()
}

fn served(path: &str) -> Vec<Method> {
    Operation::all()
        .into_iter()
        .filter(|one| one.path == path)
        .map(|one| one.method)
        .collect()
}

story!(
    async fn head_is_get_without_its_body(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in Operation::all().into_iter().filter(|one| one.method == Method::GET) {
            let at = operation.at(&records);
            app.sequenced().await;
            let get = admin.request(Method::GET, &at).send().await;
            let head = admin.request(Method::HEAD, &at).send().await;
            assert_eq!(head.status, get.status, "{}", operation.name());
            assert!(head.bytes.is_empty(), "{}", operation.name());
            for name in ["content-type", "etag", "cache-control", "vary"] {
                assert_eq!(head.headers.get(name), get.headers.get(name), "{} {name}", operation.name());
            }
            // A cursor is sealed anew each time.
            let link = |answer: &Answer| {
                let link = answer.headers.get("link")?.to_str().unwrap();
                Some(link.split("after=").next().unwrap().to_owned())
            };
            assert_eq!(link(&head), link(&get), "{} link", operation.name());
            // The metrics count the very request that reads them.
            if operation.path != "/metrics" && !is_excepted("head", &operation.name()) {
                assert_eq!(head.headers.get("content-length"), get.headers.get("content-length"), "{}", operation.name());
            }
        }
    }
);

story!(
    async fn a_method_that_is_not_served_is_told_with_those_that_are(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        let brew = Method::from_bytes(b"BREW").unwrap();
        for (path, address) in addresses(&records) {
            let served = served(path);
            let allow = |answer: &crate::harness::Answer| -> Vec<String> {
                answer.header("allow").split(", ").map(str::to_owned).collect()
            };
            let options = admin.request(Method::OPTIONS, &address).send().await.is(204);
            let mut expected: Vec<String> = served.iter().map(ToString::to_string).collect();
            if served.contains(&Method::GET) {
                expected.push("HEAD".to_owned());
            }
            expected.push("OPTIONS".to_owned());
            expected.sort();
            assert_eq!(allow(&options), expected, "OPTIONS {path}");
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE, brew.clone()] {
                if !served.contains(&method) {
                    let answer = admin.request(method.clone(), &address).send().await;
                    assert_eq!(answer.status, 405, "{method} {path}");
                    assert_eq!(allow(&answer), expected, "{method} {path}");
                }
            }
        }
        admin.request(Method::OPTIONS, "/v1/nothing-here").send().await.is_problem(404, "not-found");
        // A method of a caller's making is not a label of its own.
        assert!(!String::from_utf8_lossy(&admin.get("/metrics").await.bytes).contains("BREW"));
    }
);

story!(
    async fn an_address_is_one_address_however_it_is_spelt(app) {
        let admin = app.everybody().await;
        for spelt in ["/%761/workstreams", "/v%31/workstreams", "/v1/workstream%73"] {
            admin.get(spelt).await.is(200);
            app.anonymous().get(spelt).await.is_problem(401, "unauthenticated");
        }
        // The token endpoint counts under any spelling, and answers in the words of OAuth.
        let token = "POST /%6fauth/token HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: 29\r\n\
            Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=client_credentials";
        let answer = raw(app, token.as_bytes()).await.text.to_lowercase();
        assert!(answer.contains("ratelimit-policy: \"tokens\"") && answer.contains("\"error\":\"invalid_client\""), "{answer}");
        let post = |path: &'static str| {
            let new = serde_json::json!({ "name": "Spelt", "purpose": "Once." });
            admin.request(Method::POST, path).header("Idempotency-Key", "spelt").json(new).send()
        };
        let first = post("/v1/workstreams").await.is(201);
        assert_eq!(post("/v1/work%73treams").await.is(201).body["id"], first.body["id"]);
    }
);

story!(
    async fn answers_are_what_the_document_says_or_nothing(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in Operation::versioned() {
            let call = async |accept: &str| {
                let request = admin.request(operation.method.clone(), &operation.at(&records));
                request.header("Accept", accept).send().await
            };
            if operation.answers_file() {
                // What the file is, decides.
                for (accept, status) in [("text/html", 406), ("application/json", 406), ("text/plain", 200), ("*/*", 200)] {
                    assert_eq!(call(accept).await.status, status, "{} as {accept}", operation.name());
                }
                continue;
            }
            let kinds = operation.kinds();
            if !matches!(&kinds[..], [] | ["application/json"]) {
                for kind in kinds.iter().chain(&["*/*"]) {
                    assert_eq!(call(kind).await.status, 200, "{} as {kind}", operation.name());
                }
                for other in ["application/xml", "font/*", "text/plain"] {
                    assert_eq!(call(other).await.status, 406, "{} as {other}", operation.name());
                }
                continue;
            }
            for accept in [
                "text/html", "application/xml", "application/json;q=0", "image/*, text/*", "application/json;q=0, */*",
            ] {
                assert_eq!(call(accept).await.status, 406, "{} as {accept}", operation.name());
            }
            if operation.method == Method::GET {
                for accept in ["*/*", "application/*", "text/html, application/json;q=0.1"] {
                    assert_ne!(call(accept).await.status, 406, "{} as {accept}", operation.name());
                }
            }
        }
    }
);

fn head(person: &Person, method: &str, path: &str, more: &str) -> String {
    let token = person.token_at(path).unwrap_or_default();
    format!("{method} {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\n{more}\r\n")
}

async fn is_alive(app: &TestApp) {
    app.anonymous().get("/health/live").await.is(200);
}

story!(
    async fn what_is_too_large_is_refused_and_the_service_stays(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        let large = "x".repeat(10 * 1024 * 1024);
        let declared = async |operation: &Operation| {
            let (media_type, _) = operation.body(&records).unwrap();
            // A form may hold a large file, and some bodies are never whole in memory.
            let length = if media_type == FORM || operation.takes_large() { 1 << 30 } else { large.len() };
            let declared = format!("Content-Type: {media_type}\r\nContent-Length: {length}\r\n");
            let request = head(&admin, operation.method.as_str(), &operation.at(&records), &declared);
            let answer = raw(app, request.as_bytes()).await;
            assert_eq!(answer.statuses(), [413], "{} {answer:?}", operation.name());
            assert!(answer.text.contains("/problems/content-too-large"), "{answer:?}");
        };
        // Each connection lingers for a while, some together.
        for some in Operation::which(|operation| operation.example().is_some()).chunks(20) {
            futures_util::future::join_all(some.iter().map(&declared)).await;
        }
        // Without a declared length, the body is counted while it comes.
        let chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
        let request = head(&admin, "POST", "/v1/workstreams", chunked);
        let request = format!("{request}{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
        let answer = raw(app, request.as_bytes()).await;
        assert!(matches!(answer.statuses().as_slice(), [413] | []), "{answer:?}");
        is_alive(app).await;
    }
);

story!(
    async fn an_address_that_is_too_long_is_refused(app) {
        let admin = app.everybody().await;
        let long = format!("/v1/workstreams?sort={}", "x".repeat(9_000));
        admin.get(&long).await.is_problem(414, "uri-too-long");
        let endless = format!("/v1/workstreams?sort={}", "x".repeat(400_000));
        let answer = raw(app, head(&admin, "GET", &endless, "").as_bytes()).await;
        assert!(answer.closed || matches!(answer.statuses().as_slice(), [400 | 414]), "{answer:?}");
        is_alive(app).await;
    }
);

story!(
    async fn headers_that_are_too_large_or_too_many_are_refused(app) {
        let admin = app.everybody().await;
        let many: String = (0..500).map(|index| format!("X-Header-{index}: x\r\n")).collect();
        for more in [format!("X-Large: {}\r\n", "x".repeat(400_000)), many] {
            let answer = raw(app, head(&admin, "GET", "/v1/workstreams", &more).as_bytes()).await;
            assert!(matches!(answer.statuses().as_slice(), [] | [400] | [431]), "{answer:?}");
            assert!(answer.closed, "{answer:?}");
        }
        is_alive(app).await;
    }
);

story!(
    async fn a_request_that_two_readers_would_read_differently_is_answered_once_at_the_most(app) {
        let admin = app.everybody().await;
        let hidden = "GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n";
        let chunked = format!("0\r\n\r\n{hidden}");
        for more in [
            "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n".to_owned(),
            "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n".to_owned(),
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 6\r\n".to_owned(),
            "Transfer-Encoding: xchunked\r\nContent-Length: 6\r\n".to_owned(),
            "Transfer-Encoding : chunked\r\nContent-Length: 6\r\n".to_owned(),
            "Transfer-Encoding:\u{b}chunked\r\nContent-Length: 6\r\n".to_owned(),
            "Content-Length: 6\r\nContent-Length: 5\r\n".to_owned(),
            "Content-Length: +6\r\n".to_owned(),
            "Content-Length: -1\r\n".to_owned(),
        ] {
            let more = format!("Content-Type: application/json\r\n{more}");
            let bytes = format!("{}{chunked}", head(&admin, "POST", "/v1/workstreams", &more));
            let answer = raw(app, bytes.as_bytes()).await;
            assert!(answer.statuses().len() <= 1, "{more:?} was answered twice: {answer:?}");
            assert!(!answer.text.contains("alive"), "{more:?} let a hidden request through: {answer:?}");
        }
        is_alive(app).await;
    }
);

story!(
    async fn a_request_keeps_its_id_and_nothing_else_comes_back(app) {
        let admin = app.everybody().await;
        let id = "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90";
        for path in ["/v1/workstreams", "/v1/workstreams/unknown", "/nothing", "/health/live"] {
            let send = async |id: &str| {
                let request = admin.request(Method::GET, path);
                request.header("X-Request-ID", id).header("X-Correlation-ID", id).send().await
            };
            let answer = send(id).await;
            assert_eq!(answer.header("x-request-id"), id);
            assert_eq!(answer.header("x-correlation-id"), id);
            for wrong in ["1", "<script>", "0193a5b07b1c7e219d0a4f6d8c2b1a90", &"x".repeat(300)] {
                let answer = send(wrong).await;
                assert!(uuid::Uuid::try_parse(answer.header("x-request-id")).is_ok());
                assert!(!answer.headers.contains_key("x-correlation-id"));
                assert!(answer.headers.values().all(|value| value != wrong), "{wrong}");
            }
        }
    }
);

story!(
    async fn credentials_come_in_one_way_only(app) {
        let admin = app.everybody().await;
        let token = admin.token.clone().unwrap();
        let in_query = format!("/v1/workstreams?access_token={token}");
        admin.get(&in_query).await.is_problem(400, "malformed-request");
        app.anonymous().get(&in_query).await.is(401);
        let twice = admin.request(Method::GET, "/v1/workstreams");
        twice.header("Authorization", &format!("Bearer {token}")).send().await.is(400);
        for (other, problem) in [
            ("Basic YTpi", "unauthenticated"), (token.as_str(), "unauthenticated"),
            ("Bearer", "invalid-token"), ("Bearer ", "invalid-token"),
        ] {
            let request = app.anonymous().request(Method::GET, "/v1/workstreams");
            request.header("Authorization", other).send().await.is_problem(401, problem);
        }
    }
);

story!(
    async fn every_problem_leads_to_a_page(app) {
        for kind in types::ALL {
            let page = app.anonymous().get(&format!("/problems/{}", kind.name)).await.is(200);
            assert!(page.header("content-type").starts_with("text/html"));
            assert!(String::from_utf8(page.bytes).unwrap().contains(kind.title));
        }
        app.anonymous().get("/problems/nothing-of-the-kind").await.is_problem(404, "not-found");
    }
);

async fn panics() -> HttpResponse {
    panic!("a defect")
}

#[actix_web::test]
async fn a_defect_is_a_problem_that_tells_nothing() {
    let app = App::new()
        .route("/boom", web::get().to(panics))
        .wrap(actix_web::middleware::from_fn(frame));
    let app = actix_web::test::init_service(app).await;
    let request = actix_web::test::TestRequest::get()
        .uri("/boom")
        .to_request();
    let answer = match actix_web::test::try_call_service(&app, request).await {
        Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    };
    assert_eq!(answer.status(), 500);
    for (name, value) in [
        ("content-type", "application/problem+json"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.headers().get(name).unwrap(), value);
    }
    assert!(answer.headers().contains_key("x-request-id"));
    let body = actix_web::body::to_bytes(answer.into_body())
        .await
        .ok()
        .unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&body["type"], &body["instance"]),
        (&"/problems/internal".into(), &"/boom".into())
    );
    assert!(!body.to_string().contains("defect"));
}
