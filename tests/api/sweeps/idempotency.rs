//! A request that is sent twice is done once: every POST, plain and at the same time, on one instance
//! and on two.

use serde_json::json;

use super::{is_excepted, rounds};
use crate::harness::operations::Operation;
use crate::harness::people::{Records, seed};
use crate::harness::{Answer, Person, TestApp, story};

/// Every POST below /v1 that a key can be sent with.
fn posts() -> Vec<Operation> {
    Operation::which(|one| {
        one.takes("header", "Idempotency-Key") && !is_excepted("idempotency", &one.name())
    })
}

async fn with_key(operation: &Operation, caller: &Person, records: &Records, key: &str) -> Answer {
    operation
        .bare(caller, records)
        .header("Idempotency-Key", key)
        .send()
        .await
}

#[track_caller]
fn same(name: &str, first: &Answer, again: &Answer) {
    assert_eq!(again.status, first.status, "{name}: {:#}", again.body);
    assert_eq!(again.body, first.body, "{name}");
    for header in ["location", "etag", "content-type"] {
        assert_eq!(
            again.headers.get(header),
            first.headers.get(header),
            "{name} {header}"
        );
    }
}

story!(
    async fn a_request_sent_again_has_the_same_answer_and_changes_nothing(app) {
        let admin = app.everybody().await;
        let mut done = 0;
        for round in rounds(posts()) {
            let together = seed(app, "RXL").await;
            for operation in round {
                let (name, mut records) = (operation.name(), together.clone());
                let key = uuid::Uuid::new_v4().to_string();
                let mut first = with_key(&operation, &admin, &records, &key).await;
                if first.status >= 400 {
                    // Another one of the round may have been in its way.
                    records = seed(app, "RXL").await;
                    first = with_key(&operation, &admin, &records, &key).await;
                }
                if first.status >= 400 {
                    // Not in this state: its own story takes it there. What fails leaves the key free.
                    assert!(matches!(first.status, 403 | 409 | 422), "{name}: {:#}", first.body);
                    let again = with_key(&operation, &admin, &records, &key).await;
                    assert_eq!(again.body["type"], first.body["type"], "{name}");
                    continue;
                }
                done += 1;
                let before = app.changes().await;
                same(&name, &first, &with_key(&operation, &admin, &records, &key).await);
                same(&name, &first, &with_key(&operation, &admin, &records, &format!("\"{key}\"")).await);
                assert_eq!(app.changes().await, before, "{name} was done again");
                if let Some(body) = operation.another_body(&records) {
                    let other = operation.sending(&admin, &records, body);
                    let other = other.header("Idempotency-Key", &key).send().await;
                    other.is_problem(422, "idempotency-key-reused");
                }
                // Another caller's same key is another key.
                let other = app.user("another", equal_partners::access::Role::EngagementAdmin, "RXL").await;
                let answer = with_key(&operation, &other, &records, &key).await;
                assert_ne!(answer.body["type"], "/problems/idempotency-key-reused", "{name}");
                assert!(answer.status >= 400 || answer.body != first.body, "{name}: another caller sees the answer");
            }
        }
        assert!(done > 0, "no POST succeeded: the sweep proves nothing");
    }
);

story!(
    async fn a_key_that_cannot_be_used_is_refused(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in posts() {
            let long = "k".repeat(256);
            for key in ["", "\"\"", "\"", "\"half", &long, "with space", "tab\there"] {
                let answer = with_key(&operation, &admin, &records, key).await;
                assert_eq!(answer.status, 400, "{} with {key:?}: {:#}", operation.name(), answer.body);
                answer.is_problem(400, "invalid-idempotency-key");
            }
            let twice = operation.bare(&admin, &records).header("Idempotency-Key", "a").header("Idempotency-Key", "b");
            twice.send().await.is_problem(400, "invalid-idempotency-key");
        }
    }
);

story!(
    async fn without_a_token_a_key_has_to_be_hard_to_guess(app) {
        // All who have no token share one space of keys, and the answer holds a secret.
        let person = |name: &str| serde_json::json!({
            "organisation": "RXL", "givenName": name, "familyName": "Okafor", "telephone": "01253 300001", "over16": true
        });
        let register = async |key: &str, name: &str| {
            let request = app.anonymous().request(reqwest::Method::POST, "/v1/partners");
            request.header("Idempotency-Key", key).json(person(name)).send().await
        };
        register("1", "Ada").await.is_problem(400, "invalid-idempotency-key");
        let key = uuid::Uuid::new_v4().to_string();
        let first = register(&key, "Ada").await.is(201);
        assert_eq!(register(&key, "Ada").await.is(201).body, first.body);
        register(&key, "Bea").await.is_problem(422, "idempotency-key-reused");
    }
);

story!(
    async fn a_request_that_failed_leaves_its_key_free(app) {
        let admin = app.everybody().await;
        for round in rounds(posts()) {
            let records = seed(app, "RXL").await;
            for operation in round.iter().filter(|one| one.json(&records).is_some()) {
                let key = uuid::Uuid::new_v4().to_string();
                let wrong = operation.sending(&admin, &records, "{\"unknown\": true}");
                let wrong = wrong.header("Idempotency-Key", &key).send().await;
                assert_eq!(wrong.status, 422, "{}: {:#}", operation.name(), wrong.body);
                let mended = with_key(operation, &admin, &records, &key).await;
                let name = mended.body["type"].as_str().unwrap_or_default();
                assert!(!name.contains("idempotency"), "{}: {:#}", operation.name(), mended.body);
            }
        }
    }
);

/// Sends the same request many times at once, half of them through each of the two: it is done once at the most.
async fn done_once_of_many(
    app: &TestApp,
    operation: &Operation,
    records: &Records,
    people: [&Person; 2],
) {
    let before = app.changes().await;
    let key = uuid::Uuid::new_v4().to_string();
    let each = (0..6).map(|index| with_key(operation, people[index % 2], records, &key));
    let answers = futures_util::future::join_all(each).await;
    done_once(&operation.name(), &answers);
    if answers.iter().any(|answer| answer.status < 300) {
        assert_eq!(app.changes().await, before + 1, "{}", operation.name());
    }
}

/// All who were answered got one answer; the others were told to wait.
fn done_once(name: &str, answers: &[Answer]) {
    let (busy, answered): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.body["type"] == "/problems/request-in-progress");
    assert!(!answered.is_empty(), "{name}: nobody was answered");
    for answer in busy {
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (409, "1"),
            "{name}"
        );
    }
    for answer in &answered {
        same(name, answered[0], answer);
    }
}

story!(
    async fn the_same_request_many_times_at_once_is_done_once(app) {
        let admin = app.everybody().await;
        for round in rounds(posts()) {
            let records = seed(app, "RXL").await;
            for operation in round {
                done_once_of_many(app, &operation, &records, [&admin, &admin]).await;
            }
        }
    }
);

story!(
    async fn a_request_that_is_done_is_answered_to_all_who_ask_at_once(app) {
        let olu = app.officer().await;
        let new = json!({ "name": "Diabetes pathway", "purpose": "Bring clinics closer." });
        let ask = async || {
            let request = olu.request(reqwest::Method::POST, "/v1/workstreams");
            request.header("Idempotency-Key", "\"the-same\"").json(new.clone()).send().await
        };
        let first = ask().await.is(201);
        for again in futures_util::future::join_all((0..8).map(|_| ask())).await {
            assert_eq!(again.is(201).body, first.body);
        }
    }
);

#[actix_web::test]
async fn the_same_request_at_once_on_two_instances_is_done_once() {
    let app = TestApp::on_postgres().await;
    let other = app.another().await;
    let admin = app.everybody().await;
    let there = other.calling(&admin);
    for round in rounds(posts()) {
        let records = seed(&app, "RXL").await;
        for operation in round {
            done_once_of_many(&app, &operation, &records, [&admin, &there]).await;
        }
    }
    other.halt().await;
    app.stop().await;
}
