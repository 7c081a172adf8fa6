//! Every answer of every story against the published document: the status is documented, and so are
//! the media type, the body and the headers.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use equal_partners::http::Contract;
use jsonschema::Validator;
use reqwest::Method;
use serde_json::Value;

use super::request::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(equal_partners::app::document);
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// The document as every test sees it.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The template of a path, and its operation.
pub fn operation(method: &str, path: &str) -> Option<(String, &'static Value)> {
    let asked: Vec<&str> = path.split('/').collect();
    let literal = |template: &str| {
        template
            .split('/')
            .filter(|part| !part.starts_with('{'))
            .count()
    };
    DOCUMENT["paths"]
        .as_object()?
        .iter()
        .filter(|(template, _)| {
            let parts: Vec<&str> = template.split('/').collect();
            parts.len() == asked.len()
                && parts
                    .iter()
                    .zip(&asked)
                    .all(|(a, b)| a == b || a.starts_with('{'))
        })
        .max_by_key(|(template, _)| literal(template))
        .and_then(|(template, item)| Some((template.clone(), item.get(method.to_lowercase())?)))
}

fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(pointer) => DOCUMENT.pointer(pointer.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// What checks values against a schema of the document; each is made once.
pub fn validator(schema: &Value) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().unwrap();
    let made = validators.entry(schema.to_string()).or_insert_with(|| {
        let mut whole = schema.clone();
        whole["components"] = DOCUMENT["components"].clone();
        let built = jsonschema::options()
            .should_validate_formats(true)
            .build(&whole);
        Arc::new(built.unwrap_or_else(|error| panic!("{schema}: {error}")))
    });
    made.clone()
}

pub fn check(_: &Contract, method: &Method, path: &str, answer: &Answer) {
    let head = *method == Method::HEAD;
    let method = if head { &Method::GET } else { method };
    let problem = answer
        .headers
        .get("content-type")
        .is_some_and(|kind| kind == "application/problem+json");
    if answer.status >= 400 && !path.starts_with("/oauth/") {
        assert!(
            problem,
            "{method} {path} answered {} without a problem document",
            answer.status
        );
        assert_eq!(answer.body["status"], answer.status, "{method} {path}");
        assert_eq!(answer.body["instance"], path, "{method} {path}");
    }
    assert!(
        answer.headers.contains_key("x-request-id"),
        "{method} {path} has no X-Request-ID"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let Some((template, operation)) = operation(method.as_str(), path) else {
        return;
    };
    let documented = &operation["responses"][answer.status.to_string()];
    assert!(
        !documented.is_null(),
        "{method} {template} answered {}, which is not documented: {:#}",
        answer.status,
        answer.body
    );
    let documented = resolve(documented);
    for (name, _) in documented["headers"].as_object().into_iter().flatten() {
        let always = matches!(
            name.as_str(),
            "ETag" | "Location" | "X-Request-ID" | "WWW-Authenticate"
        );
        assert!(
            !always || answer.headers.contains_key(name.as_str()),
            "{method} {template} {} lacks {name}",
            answer.status
        );
    }
    if answer.bytes.is_empty() {
        let needs_none = head || documented["content"].is_null();
        assert!(
            needs_none,
            "{method} {template} answered {} without a body",
            answer.status
        );
        return;
    }
    let kind = answer.header("content-type");
    let content = documented["content"]
        .as_object()
        .expect("a body that is not documented");
    let (_, media) = content
        .iter()
        .find(|(name, _)| name.replace(' ', "") == kind.replace(' ', ""))
        .unwrap_or_else(|| {
            panic!(
                "{method} {template} answered {} as {kind}, which is not documented",
                answer.status
            )
        });
    if !kind.contains("json") {
        return;
    }
    assert!(
        !answer.body.is_null(),
        "{method} {template} answered {} with JSON that is none",
        answer.status
    );
    let key = format!("{method} {template} {} {kind}", answer.status);
    let wrong: Vec<String> = validator(&media["schema"])
        .iter_errors(&answer.body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        wrong.is_empty(),
        "{key} does not fit its schema: {wrong:#?}\n{:#}",
        answer.body
    );
}
