//! Changes that are sent to the database together: each gets its own answer, and one that fails takes none along.

use std::io::Write as _;
use std::net::TcpStream;

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::story;

story!(
    async fn of_many_at_once_those_that_cannot_be_fail_alone(app) {
        let olu = app.officer().await;
        let before = app.changes().await;
        let names: Vec<String> = (0..96).map(|number| format!("Pathway {}", number % 64)).collect();
        let added = names.iter().map(async |name| {
            let new = json!({ "name": name, "purpose": "Bring clinics closer." });
            olu.post("/v1/workstreams", new).await
        });
        let added = join_all(added).await;
        let (done, refused): (Vec<_>, Vec<_>) = added.into_iter().partition(|one| one.status == 201);
        assert_eq!((done.len(), refused.len()), (64, 32));
        for one in refused {
            one.is_problem(409, "already-exists").names(&["/name"]);
        }
        assert_eq!(app.changes().await, before + 64);
        for one in &done {
            assert_eq!(olu.get(one.header("location")).await.is(200).body, one.body);
            let word = one.body["name"].as_str().unwrap().replace(' ', "%20");
            let found = olu.get(&format!("/v1/workstreams?q={word}")).await.is(200);
            assert_eq!(found.body["items"], json!([one.body]));
        }
    }
);

story!(
    async fn of_many_changes_at_once_each_is_made_to_the_version_that_was_seen(app) {
        let olu = app.officer().await;
        let new = |number| json!({ "name": format!("Pathway {number}"), "purpose": "Bring clinics closer." });
        let added = (0..24).map(async |number| olu.post("/v1/workstreams", new(number)).await.is(201));
        let added = join_all(added).await;
        // Each of them twice: one of the two has seen the version that is there.
        let changed = added.iter().chain(&added).enumerate().map(async |(number, one)| {
            let patch = json!({ "purpose": format!("Purpose {number}") });
            olu.patch(one.header("location"), one.etag(), patch).await
        });
        let changed = join_all(changed).await;
        let (first, second) = changed.split_at(added.len());
        for ((first, second), one) in first.iter().zip(second).zip(&added) {
            let statuses = [first.status, second.status];
            assert!(statuses == [200, 412] || statuses == [412, 200], "{statuses:?}");
            let done = [first, second].into_iter().find(|one| one.status == 200).unwrap();
            let read = olu.get(one.header("location")).await.is(200);
            assert_eq!((read.etag(), &read.body), ("\"2\"", &done.body));
        }
    }
);

story!(
    async fn a_caller_who_hung_up_and_asks_again_gets_the_first_answer(app) {
        let olu = app.officer().await;
        let host = app.url.strip_prefix("http://").unwrap();
        let token = olu.token.clone().unwrap();
        for round in 0..20 {
            let new = json!({ "name": format!("Pathway {round}"), "purpose": "Bring clinics closer." });
            let body = new.to_string();
            let request = format!(
                "POST /v1/workstreams HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
                 Idempotency-Key: \"round-{round}\"\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let others = (0..8).map(async |other| {
                let new = json!({ "name": format!("Other {round} {other}"), "purpose": "Another." });
                olu.post("/v1/workstreams", new).await.is(201)
            });
            let again = async {
                let mut first = TcpStream::connect(host).unwrap();
                first.write_all(request.as_bytes()).unwrap();
                drop(first);
                loop {
                    let again = olu.request(reqwest::Method::POST, "/v1/workstreams");
                    let again = again.header("Idempotency-Key", &format!("\"round-{round}\""));
                    let again = again.json(new.clone()).send().await;
                    match again.status {
                        201 => break,
                        _ => drop(again.is_problem(409, "request-in-progress")),
                    }
                }
            };
            futures_util::future::join(join_all(others), again).await;
            let found = olu.get(&format!("/v1/workstreams?q=Pathway%20{round}")).await.is(200);
            assert_eq!(found.body["items"].as_array().unwrap().len(), 1);
        }
    }
);
