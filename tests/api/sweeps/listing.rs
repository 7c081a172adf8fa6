//! Lists: their pages, cursors, filters, and what they cost.

use std::collections::BTreeSet;

use serde_json::Value;

use super::is_excepted;
use crate::harness::operations::{Operation, resolve};
use crate::harness::people::{Records, seed, unique};
use crate::harness::{Answer, Person, TestApp, applicants, story};

fn lists() -> Vec<Operation> {
    Operation::which(Operation::lists)
}

/// Lists with the operation that adds to them.
fn growing() -> Vec<(Operation, Operation)> {
    let adds = |list: &Operation| {
        Operation::versioned()
            .into_iter()
            .find(|one| one.creates() && one.path == list.path)
    };
    let found: Vec<_> = lists()
        .into_iter()
        .filter(|list| !is_excepted("listing", &list.name()))
        .map(|list| {
            let add = adds(&list).unwrap_or_else(|| panic!(
                "{} is a list that nothing is added to by POST on the same address: name it in EXCEPTIONS \
                 of tests/api/sweeps/mod.rs as (\"listing\", …), with the reason", list.name()
            ));
            (list, add)
        })
        .collect();
    assert!(!found.is_empty());
    found
}

/// Adds a record like the example, with names of its own.
async fn add(app: &TestApp, operation: &Operation, caller: &Person, records: &Records) -> Answer {
    let mut records = records.clone();
    if operation.path == "/v1/appointments" {
        applicants::accepted(app, caller, &mut records).await;
    }
    if operation.path == "/v1/agreements" {
        applicants::another_appointment(app, caller, &mut records).await;
    }
    let Some((media_type, mut body)) = operation.json(&records) else {
        let added = operation.request(caller, &records).send().await;
        assert_eq!(added.status, 201, "{}: {:#}", operation.name(), added.body);
        return added;
    };
    let own = unique("Of its own");
    for (field, value) in body.as_object_mut().unwrap() {
        match field.as_str() {
            "name" | "title" | "familyName" | "subject" | "detail" => *value = own.clone().into(),
            "code" => *value = own.rsplit(' ').next().into(),
            "email" => *value = format!("{}@example.org", own.replace(' ', ".")).into(),
            _ => {}
        }
    }
    let request = caller.request(operation.method.clone(), &operation.at(&records));
    let answer = request.body(media_type, body.to_string()).send().await;
    assert_eq!(
        answer.status,
        201,
        "{}: {:#}",
        operation.name(),
        answer.body
    );
    answer
}

fn ids(page: &Answer) -> Vec<String> {
    let items = page.body["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            item["id"]
                .as_str()
                .unwrap_or_else(|| panic!("no id: {item:#}"))
                .to_owned()
        })
        .collect()
}

/// The address of the next page, from the Link header; the body says the same.
fn next(page: &Answer) -> Option<String> {
    let cursor = page.body["next"].as_str();
    let link = page
        .headers
        .get("link")
        .map(|link| link.to_str().unwrap().to_owned());
    assert_eq!(
        cursor.is_some(),
        link.is_some(),
        "the Link header and the body differ: {link:?} {cursor:?}"
    );
    let link = link?;
    let address = link
        .strip_prefix('<')
        .unwrap()
        .strip_suffix(">; rel=\"next\"")
        .unwrap();
    assert!(
        address.contains(&format!("after={}", cursor.unwrap())),
        "{link} {cursor:?}"
    );
    Some(address.to_owned())
}

fn with(address: &str, query: &str) -> String {
    format!(
        "{address}{}{query}",
        if address.contains('?') { '&' } else { '?' }
    )
}

story!(
    async fn every_page_of_every_order_has_each_record_once_while_others_are_added(app) {
        let (admin, records) = (app.everybody().await, seed(app, "RXL").await);
        for (list, adds) in growing() {
            for _ in 0..6 {
                add(app, &adds, &admin, &records).await;
            }
            let address = list.at(&records);
            let sorts = list.parameters().find(|one| one["name"] == "sort");
            let words = sorts.map(|sort| resolve(&sort["schema"])).map(words).unwrap_or_default();
            let queries = words.iter().map(|word| format!("sort={word}&limit=2"));
            for query in queries.chain(["limit=2".to_owned()]) {
                let all = admin.get(&with(&address, "limit=200")).await.is(200);
                let expected: BTreeSet<String> = ids(&all).into_iter().collect();
                assert!(expected.len() >= 6, "{}: what was added is not listed", list.name());
                let mut seen: Vec<String> = Vec::new();
                let mut at = Some(with(&address, &query));
                while let Some(page) = at {
                    let page = admin.get(&page).await.is(200);
                    assert!(ids(&page).len() <= 2);
                    seen.extend(ids(&page));
                    at = next(&page);
                    if seen.len() == 4 {
                        add(app, &adds, &admin, &records).await;
                    }
                    assert!(seen.len() < 400, "{} {query}: the pages have no end", list.name());
                }
                let mut once = seen.clone();
                once.sort();
                once.dedup();
                assert_eq!(once.len(), seen.len(), "{} {query}: a record came twice", list.name());
                let missing: Vec<_> = expected.iter().filter(|id| !seen.contains(id)).collect();
                assert!(missing.is_empty(), "{} {query}: not on any page: {missing:?}", list.name());
            }
        }
    }
);

/// The words of a choice, which may be one of several alternatives with null.
fn words(schema: &Value) -> Vec<&str> {
    let own = schema["enum"].as_array().into_iter().flatten();
    let within = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|one| one["enum"].as_array().into_iter().flatten());
    own.chain(within).filter_map(Value::as_str).collect()
}

story!(
    async fn a_page_has_from_1_to_200_records(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for list in lists() {
            let address = list.at(&records);
            for limit in ["0", "201", "-1", "abc", "1.5", "", "99999999999999999999"] {
                let answer = admin.get(&with(&address, &format!("limit={limit}"))).await;
                assert_eq!(answer.status, 400, "{} limit={limit}", list.name());
                answer.is_problem(400, "invalid-parameter").names(&["/limit"]);
            }
            for limit in ["1", "200"] {
                admin.get(&with(&address, &format!("limit={limit}"))).await.is(200);
            }
        }
    }
);

story!(
    async fn a_cursor_works_for_its_own_list_filter_and_organisation_only(app) {
        let (admin, stan) = (app.everybody().await, app.everybody_elsewhere().await);
        let (records, theirs) = (seed(app, "RXL").await, seed(app, "R0A").await);
        let mut first = true;
        for (list, adds) in growing() {
            let name = list.name();
            for _ in 0..3 {
                add(app, &adds, &admin, &records).await;
            }
            let address = list.at(&records);
            let page = admin.get(&with(&address, "limit=1")).await.is(200);
            let cursor = page.body["next"].as_str().unwrap().to_owned();
            let go_on = with(&address, &format!("limit=1&after={cursor}"));
            admin.get(&go_on).await.is(200);
            let mut refused: Vec<(Person, String)> = vec![
                (stan.clone(), with(&list.at(&theirs), &format!("limit=1&after={cursor}"))),
                (admin.clone(), with(&address, "after=")),
                (admin.clone(), with(&address, "after=abc")),
                (admin.clone(), with(&address, &format!("after={cursor}A"))),
                (admin.clone(), with(&address, &format!("after={}", "A".repeat(1900)))),
            ];
            // How a cursor is sealed is the same for all: one is tried at each of its places.
            let places = match first {
                true => (0..cursor.len()).collect(),
                false => vec![0, cursor.len() / 2, cursor.len() - 1],
            };
            first = false;
            for at in places {
                let mut altered: Vec<u8> = cursor.bytes().collect();
                altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
                let altered = String::from_utf8(altered).unwrap();
                refused.push((admin.clone(), with(&address, &format!("after={altered}"))));
            }
            for parameter in list.parameters().filter(|one| one["in"] == "query") {
                if let Some(word) = words(resolve(&parameter["schema"])).first() {
                    let filter = format!("{}={word}&after={cursor}", parameter["name"].as_str().unwrap());
                    refused.push((admin.clone(), with(&address, &filter)));
                }
            }
            for (person, address) in refused {
                let answer = person.get(&address).await;
                assert_eq!(answer.status, 400, "{name}: {address} {:#}", answer.body);
                answer.is_problem(400, "invalid-cursor");
            }
        }
    }
);

/// The least number of statements that a request took in some tries: background work counts too.
async fn statements(app: &TestApp, person: &Person, address: &str) -> u64 {
    let mut least = u64::MAX;
    for _ in 0..5 {
        let before = app.statements();
        person.get(address).await.is(200);
        least = least.min(app.statements() - before);
    }
    least
}

story!(
    async fn a_longer_page_takes_no_more_statements(app) {
        let (admin, records) = (app.everybody().await, seed(app, "RXL").await);
        for (list, adds) in growing() {
            for _ in 0..3 {
                add(app, &adds, &admin, &records).await;
            }
            app.sequenced().await;
            let address = with(&list.at(&records), "limit=200");
            let few = statements(app, &admin, &address).await;
            for _ in 0..12 {
                add(app, &adds, &admin, &records).await;
            }
            app.sequenced().await;
            let many = statements(app, &admin, &address).await;
            assert!(few > 0, "statements are not counted");
            assert!(many <= few, "{}: {few} statements for some rows, {many} for 12 more", list.name());
        }
    }
);
