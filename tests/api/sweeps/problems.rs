//! What is wrong with a request is told, field by field, and leaves nothing behind.

use reqwest::Method;
use serde_json::{Value, json};

use super::is_excepted;
use crate::harness::conformance::validator;
use crate::harness::operations::{Operation, is_json, resolve};
use crate::harness::people::{Records, seed};
use crate::harness::{Answer, Person, story};

/// The operations that take JSON, below /v1.
fn with_json() -> Vec<Operation> {
    let json = |one: &Operation| {
        one.example()
            .is_some_and(|(media_type, _)| is_json(media_type))
    };
    Operation::which(json)
}

async fn send(
    operation: &Operation,
    caller: &Person,
    records: &Records,
    media_type: &str,
    body: String,
) -> Answer {
    let request = caller.request(operation.method.clone(), &operation.at(records));
    request
        .header("If-Match", "*")
        .body(media_type, body)
        .send()
        .await
}

story!(
    async fn a_body_that_cannot_be_read_is_told_from_one_that_is_not_valid(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in with_json() {
            let name = operation.name();
            let (media_type, example) = operation.json(&records).unwrap();
            let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
            let deep_within = format!("{{\"unknown\": {deep}}}");
            let trailing = format!("{example} {{}}");
            for text in ["{", "", "{\"a\": }", "nonsense", "{\"a\": \"\u{1}\"}", "{'a': 1}", "[1,]", &deep, &deep_within, &trailing] {
                let answer = send(&operation, &admin, &records, media_type, text.to_owned()).await;
                let start: String = text.chars().take(40).collect();
                assert_eq!(answer.status, 400, "{name} with {start}: {:#}", answer.body);
                answer.is_problem(400, "malformed-request");
            }
            let invalid_utf8 = admin.request(operation.method.clone(), &operation.at(&records));
            invalid_utf8.body(media_type, b"{\"a\": \"\xff\"}".to_vec()).send().await.is(400);
            for value in ["[]", "null", "7", "\"text\""] {
                let answer = send(&operation, &admin, &records, media_type, value.to_owned()).await;
                assert_eq!(answer.status, 422, "{name} with {value}: {:#}", answer.body);
            }
        }
    }
);

story!(
    async fn another_media_type_is_refused_with_the_one_that_is_taken(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in with_json() {
            let (media_type, example) = operation.json(&records).unwrap();
            let header = if operation.method == Method::PATCH { "accept-patch" } else { "accept" };
            let others = [
                "text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense",
                &format!("{media_type}; charset=utf-16"), "application/x-www-form-urlencoded",
                if operation.method == Method::PATCH { "application/json" } else { "application/merge-patch+json" },
            ];
            for other in others {
                let answer = send(&operation, &admin, &records, other, example.to_string()).await;
                assert_eq!(answer.status, 415, "{} with {other}: {:#}", operation.name(), answer.body);
                assert_eq!(answer.is_problem(415, "unsupported-media-type").header(header), media_type);
            }
            for encoding in ["gzip", "br", "zstd", "deflate"] {
                let request = admin.request(operation.method.clone(), &operation.at(&records));
                let request = request.header("Content-Encoding", encoding);
                request.body(media_type, example.to_string()).send().await.is(415);
            }
        }
    }
);

story!(
    async fn every_field_that_is_unknown_or_missing_or_of_another_type_is_named(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in with_json() {
            let name = operation.name();
            let (media_type, example) = operation.json(&records).unwrap();
            let Value::Object(example) = example else { panic!("{name}: the example is no object") };
            let wrong = async |body: &serde_json::Map<String, Value>, pointer: &str| {
                let answer = send(&operation, &admin, &records, media_type, json!(body).to_string()).await;
                assert_eq!(answer.status, 422, "{name} {pointer}: {:#}", answer.body);
                let named = answer.body["errors"].as_array().unwrap().iter();
                let named: Vec<_> = named.map(|error| error["pointer"].as_str().unwrap()).collect();
                assert!(
                    named.iter().any(|one| *one == pointer || one.starts_with(&format!("{pointer}/"))),
                    "{name}: {pointer} is not named: {:#}", answer.body
                );
            };
            let mut body = example.clone();
            body.insert("colour/of~it".to_owned(), json!("red"));
            wrong(&body, "/colour~1of~0it").await;
            for field in ["id", "organisation", "version", "createdAt"] {
                let schema = body_schema(&operation);
                if schema["properties"][field].is_null() {
                    let mut body = example.clone();
                    body.insert(field.to_owned(), json!("0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90"));
                    wrong(&body, &format!("/{field}")).await;
                }
            }
            for field in example.keys() {
                let mut body = example.clone();
                body.insert(field.clone(), json!({ "of": { "another": "type" } }));
                wrong(&body, &format!("/{field}")).await;
            }
            for field in body_schema(&operation)["required"].as_array().into_iter().flatten() {
                let field = field.as_str().unwrap();
                let mut body = example.clone();
                body.remove(field);
                wrong(&body, &format!("/{field}")).await;
            }
        }
    }
);

fn body_schema(operation: &Operation) -> &'static Value {
    let content = operation.spec["requestBody"]["content"]
        .as_object()
        .unwrap();
    resolve(&content.values().next().unwrap()["schema"])
}

/// Whether the published schema of a field takes a value.
fn takes(schema: &Value, value: &Value) -> bool {
    validator(schema).is_valid(value)
}

/// The text fields of an example, with their schemas.
fn texts(operation: &Operation, example: &Value) -> Vec<(String, &'static Value)> {
    let properties = &body_schema(operation)["properties"];
    let fields = example.as_object().into_iter().flatten();
    fields
        .filter(|(_, value)| value.is_string())
        .map(|(field, _)| (field.clone(), &properties[field]))
        .collect()
}

story!(
    async fn text_that_disguises_is_refused_and_text_of_any_script_is_kept_as_it_is(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        let (mut kept, mut dates) = (0, 0);
        for operation in with_json() {
            let (media_type, example) = operation.json(&records).unwrap();
            for (field, schema) in texts(&operation, &example) {
                let with = |text: &str| {
                    let mut body = example.clone();
                    body[&field] = json!(text);
                    body.to_string()
                };
                for text in ["A\u{0}da", "A\u{202E}da", "A\u{2066}da", "A\u{1b}[2Jda", "   ", "2026-02-30", "2026-13-01T00:00:00Z"] {
                    if !takes(schema, &json!(text)) {
                        let answer = send(&operation, &admin, &records, media_type, with(text)).await;
                        let place = format!("{} /{field} with {text:?}", operation.name());
                        assert_eq!(answer.status, 422, "{place}: {:#}", answer.body);
                        assert_eq!(answer.body["errors"][0]["pointer"], format!("/{field}"), "{place}: {:#}", answer.body);
                        assert!(!answer.body.to_string().contains("da\""), "{place}: the value comes back");
                    }
                }
                let beyond: &[&str] = match schema["format"].as_str() {
                    Some("date") => &["9999-12-31", "0500-01-01", "+12345-06-07", "1899-12-31", "2201-01-01"],
                    Some("date-time") => &["9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00+23:59",
                        "2200-12-31T23:59:59-01:00", "2027-06-30T23:59:60Z"],
                    _ => &[],
                };
                for text in beyond {
                    let answer = send(&operation, &admin, &records, media_type, with(text)).await;
                    let place = format!("{} /{field} with {text:?}", operation.name());
                    assert_eq!(answer.status, 422, "{place}: {:#}", answer.body);
                    assert_eq!(answer.body["errors"][0]["pointer"], format!("/{field}"), "{place}");
                    dates += 1;
                }
                assert!(!takes(schema, &json!("A\u{0}")), "{} takes NUL in {field}", operation.name());
                // Right-to-left letters, a combining accent, an emoji with a joiner, and edges of blank.
                let text = " שלום علي e\u{301}mile 👩\u{200d}⚕ ";
                if operation.creates() && takes(schema, &json!(text)) && !is_excepted("text", &operation.name()) {
                    let answer = send(&operation, &admin, &records, media_type, with(text)).await;
                    assert_eq!(answer.status, 201, "{} /{field}: {:#}", operation.name(), answer.body);
                    if let Some(back) = answer.body.get(&field) {
                        assert_eq!(back, text, "{} /{field}", operation.name());
                        kept += 1;
                    }
                }
            }
        }
        assert!(kept > 0 && dates > 0, "nothing was tried: the sweep proves nothing");
        admin.get("/v1/ledger?from=9999-12-31T23:59:59-12:00").await.is_problem(400, "invalid-parameter").names(&["/from"]);
    }
);

story!(
    async fn an_id_of_another_shape_or_of_another_kind_finds_nothing(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in Operation::which(|one| one.path.contains("{id}")) {
            let call = async |id: &str| {
                let mine = records.address(operation.path.split_once("{id}").unwrap().0);
                let rest = operation.path.split_once("{id}").unwrap().1;
                let rest = rest.replace(['{', '}'], "");
                let request = admin.request(operation.method.clone(), &format!("{mine}{id}{rest}"));
                request.header("If-Match", "*").send().await
            };
            for id in ["1", "abc", "0193a5b07b1c7e219d0a4f6d8c2b1a90", "%00", "..%2F..%2Fetc", "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a9g"] {
                let answer = call(id).await;
                assert!(matches!(answer.status, 400 | 404), "{} {id}: {:#}", operation.name(), answer.body);
            }
            if !operation.path.contains("users/{id}") {
                let answer = call(records.id("userId")).await;
                assert_eq!(answer.status, 404, "{} with a user's id: {:#}", operation.name(), answer.body);
            }
        }
    }
);

story!(
    async fn parameters_that_are_unknown_repeated_or_not_of_their_kind_are_refused(app) {
        let records = seed(app, "RXL").await;
        let admin = app.everybody().await;
        for operation in Operation::versioned() {
            let name = operation.name();
            let at = operation.at(&records);
            let join = if at.contains('?') { '&' } else { '?' };
            let call = async |query: &str| {
                let request = admin.request(operation.method.clone(), &format!("{at}{join}{query}"));
                let request = match operation.body(&records) {
                    Some((media_type, body)) => request.body(media_type, body),
                    None => request,
                };
                request.header("If-Match", "*").send().await
            };
            for unknown in ["colour=red", "%3Cscript%3E=1", "limit%00=1"] {
                let answer = call(unknown).await;
                assert_eq!(answer.status, 400, "{name}?{unknown}: {:#}", answer.body);
                assert!(!answer.body.to_string().contains("\\u0000"), "{:#}", answer.body);
            }
            call("colour=red").await.is_problem(400, "unknown-parameter");
            for parameter in operation.parameters().filter(|one| one["in"] == "query") {
                let key = parameter["name"].as_str().unwrap();
                let answer = call(&format!("{key}=1&{key}=2")).await;
                assert_eq!(answer.status, 400, "{name}?{key} twice: {:#}", answer.body);
                answer.is_problem(400, "repeated-parameter");
                // A value that the schema refuses, written as a query can.
                let schema = &parameter["schema"];
                for value in ["2026-02-30", "2026-02-30T00:00:00Z", "-1", "abc", "", "1.5", "a%00b"] {
                    let decoded = value.replace("%00", "\u{0}");
                    let number = value.parse::<i64>().map(Value::from);
                    let fits = takes(schema, &json!(decoded)) || number.is_ok_and(|number| takes(schema, &number));
                    if key != "after" && !fits {
                        let answer = call(&format!("{key}={value}")).await;
                        assert_eq!(answer.status, 400, "{name}?{key}={value}: {:#}", answer.body);
                    }
                }
            }
        }
    }
);
