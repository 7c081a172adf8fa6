//! Versions: a change needs the one that was seen, and a reader is told when nothing has changed.

use reqwest::Method;
use serde_json::Value;

use super::{is_excepted, rounds};
use crate::harness::operations::Operation;
use crate::harness::people::{Records, seed};
use crate::harness::{Answer, Person, story};

/// The operation that reads the record which a change is made to, if it can be read by itself.
fn reader(operation: &Operation) -> Option<Operation> {
    Operation::versioned()
        .into_iter()
        .find(|one| one.method == Method::GET && one.path == operation.path && one.is_tagged())
}

async fn change(
    operation: &Operation,
    caller: &Person,
    records: &Records,
    seen: Option<&str>,
) -> Answer {
    let request = operation.bare(caller, records);
    match seen {
        Some(tag) => request.header("If-Match", tag).send().await,
        None => request.send().await,
    }
}

story!(
    async fn a_change_needs_the_version_that_was_seen(app) {
        let changes = |one: &Operation| matches!(one.method.as_str(), "PATCH" | "PUT" | "DELETE");
        let admin = app.everybody().await;
        let not_excepted = |one: &Operation| changes(one) && !is_excepted("concurrency", &one.name());
        for round in rounds(Operation::which(not_excepted)) {
            // Each round on records of its own: some of the changes remove what others would change.
            let records = seed(app, "RXL").await;
            for operation in round {
                let name = operation.name();
                let reader = reader(&operation).unwrap_or_else(|| panic!(
                    "{name} changes a record that GET {} does not read with an ETag; add it, or an exception \
                     with a reason in tests/api/sweeps/mod.rs", operation.path
                ));
                let address = reader.at(&records);
                let before = admin.get(&address).await.is(200);
                let answer = change(&operation, &admin, &records, None).await;
                assert_eq!(answer.status, 428, "{name} without If-Match: {:#}", answer.body);
                let weak = format!("W/{}", before.etag());
                let other = format!("{}-garbage\"", before.etag().trim_end_matches('"'));
                for stale in ["\"999999\"", "\"\"", "\"not-a-version\"", "nonsense", &weak, &other] {
                    let answer = change(&operation, &admin, &records, Some(stale)).await;
                    assert_eq!(answer.status, 412, "{name} with {stale}: {:#}", answer.body);
                }
                let after = admin.get(&address).await.is(200);
                assert_eq!((after.etag(), &after.body), (before.etag(), &before.body), "{name}");

                let tag = format!("\"another\", {}", before.etag());
                let done = change(&operation, &admin, &records, Some(&tag)).await;
                assert!(done.status < 300, "{name} with the present version: {} {:#}", done.status, done.body);
                if operation.method == Method::DELETE {
                    assert_eq!((done.status, done.bytes.len()), (204, 0), "{name}");
                    admin.get(&address).await.is_problem(404, "not-found");
                    change(&operation, &admin, &records, Some(before.etag())).await.is(404);
                } else {
                    let changed = admin.get(&address).await.is(200);
                    assert_ne!(changed.etag(), before.etag(), "{name}: the example changes nothing");
                    change(&operation, &admin, &records, Some(before.etag())).await.is_problem(412, "precondition-failed");
                }
            }
        }
    }
);

story!(
    async fn a_change_that_changes_nothing_leaves_the_version(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in Operation::which(|one| one.method == Method::PATCH) {
            let Some(reader) = reader(&operation) else { continue };
            if is_excepted("concurrency", &operation.name()) {
                continue;
            }
            let before = admin.get(&reader.at(&records)).await.is(200);
            let request = admin.request(Method::PATCH, &operation.at(&records)).header("If-Match", before.etag());
            let answer = request.merge_patch(Value::Object(Default::default())).send().await;
            assert_eq!(answer.status, 200, "{}: {:#}", operation.name(), answer.body);
            assert_eq!((answer.etag(), &answer.body), (before.etag(), &before.body), "{}", operation.name());
        }
    }
);

story!(
    async fn two_who_saw_the_same_version_do_not_both_change_it(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in Operation::which(|one| one.method == Method::PATCH) {
            let Some(reader) = reader(&operation) else { continue };
            if is_excepted("concurrency", &operation.name()) {
                continue;
            }
            let tag = admin.get(&reader.at(&records)).await.is(200).etag().to_owned();
            let each = (0..5).map(|_| change(&operation, &admin, &records, Some(&tag)));
            let answers = futures_util::future::join_all(each).await;
            let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412, 412, 412, 412], "{}", operation.name());
        }
    }
);

story!(
    async fn a_reader_who_has_the_version_is_not_sent_it_again(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in Operation::which(|one| one.method == Method::GET && one.is_tagged()) {
            let name = operation.name();
            let at = operation.at(&records);
            let first = admin.get(&at).await.is(200);
            let tag = first.etag().to_owned();
            assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{name}: {tag} is not strong");
            assert_eq!(admin.get(&at).await.etag(), tag, "{name}: the tag changes by itself");
            let ask = async |known: &str| {
                admin.request(Method::GET, &at).header("If-None-Match", known).send().await
            };
            for known in [tag.clone(), "*".to_owned(), format!("W/{tag}"), format!("\"x\", {tag}")] {
                let answer = ask(&known).await;
                assert_eq!(answer.status, 304, "{name} with {known}");
                assert!(answer.bytes.is_empty());
                for header in ["etag", "cache-control", "vary"] {
                    assert_eq!(answer.headers.get(header), first.headers.get(header), "{name} {header}");
                }
            }
            for other in ["\"x\"", "\"\"", "nonsense"] {
                assert_eq!(ask(other).await.status, 200, "{name} with {other}");
            }
        }
    }
);
