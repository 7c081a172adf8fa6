//! What every operation and every schema of the document must have.

use std::collections::BTreeSet;

use equal_partners::access::TABLE;
use serde_json::{Value, json};

use crate::harness::conformance::document;
use crate::harness::operations::{Operation, resolve};

#[track_caller]
fn none(wrong: Vec<String>) {
    assert!(
        wrong.is_empty(),
        "{} to mend:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_operation_says_what_it_does_and_who_may_do_it() {
    let mut wrong = Vec::new();
    let mut ids = BTreeSet::new();
    let tags: BTreeSet<&str> = document()["tags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    for operation in Operation::all() {
        let (name, spec) = (operation.name(), operation.spec);
        let mut check = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{name}: {what}"));
            }
        };
        let text = |key: &str| spec[key].as_str().unwrap_or_default();
        check(
            ids.insert(text("operationId").to_owned()),
            "its operationId is not unique: rename the handler",
        );
        let summary = text("summary");
        check(
            summary.starts_with(|c: char| c.is_ascii_uppercase()),
            "the doc comment's first line is the summary",
        );
        check(
            !summary.ends_with('.') && summary.len() <= 80,
            "the summary is a short line without a full stop",
        );
        check(
            !text("description").is_empty(),
            "describe it: a blank `///` line and a sentence or two",
        );
        let tagged = spec["tags"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        check(
            matches!(tagged, [tag] if tags.contains(tag.as_str().unwrap_or_default())),
            "it needs one tag that src/openapi.rs describes",
        );
        let security = spec["security"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        check(
            !security.is_empty(),
            "say who may call: security((\"bearer\" = [Permission])) or security(())",
        );
        for scope in security
            .iter()
            .flat_map(|one| one.as_object().unwrap().values())
            .flat_map(|list| list.as_array().unwrap())
        {
            check(
                TABLE.iter().any(|row| scope == row.scope),
                &format!("{scope} is no permission"),
            );
        }
        let answers = spec["responses"].as_object().unwrap();
        check(
            answers.keys().any(|status| status.starts_with('2')),
            "no success is documented",
        );
        for status in ["400", "401", "403", "404", "429", "500"] {
            check(
                answers.contains_key(status),
                &format!("{status} is not documented"),
            );
        }
        for (status, answer) in answers {
            check(
                !resolve(answer)["description"]
                    .as_str()
                    .unwrap_or_default()
                    .is_empty(),
                &format!("describe {status}"),
            );
        }
        for part in operation
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{'))
        {
            let part = part.trim_end_matches('}');
            check(
                operation
                    .parameters()
                    .any(|one| one["in"] == "path" && one["name"] == part),
                &format!("the path's {part} needs params((\"{part}\" = …, Path, description = …))"),
            );
        }
        for parameter in operation.parameters() {
            let described = !parameter["description"]
                .as_str()
                .unwrap_or_default()
                .is_empty();
            check(
                described,
                &format!("describe the parameter {}", parameter["name"]),
            );
        }
    }
    none(wrong);
}

#[test]
fn every_request_body_has_an_example_that_its_schema_accepts() {
    let mut wrong = Vec::new();
    for operation in Operation::all() {
        let name = operation.name();
        for (media_type, content) in operation.spec["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let mut schema = content["schema"].clone();
            let example = match content["example"].is_null() {
                true => resolve(&content["schema"])["example"].clone(),
                false => content["example"].clone(),
            };
            if example.is_null() {
                wrong.push(format!("{name}: give the body's type #[schema(example = json!(…))] that is a valid request"));
                continue;
            }
            if !media_type.contains("json") {
                continue;
            }
            schema["components"] = document()["components"].clone();
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .build(&schema)
                .unwrap();
            for error in validator.iter_errors(&example) {
                wrong.push(format!(
                    "{name}: the example's {}: {error}",
                    error.instance_path()
                ));
            }
        }
    }
    none(wrong);
}

#[test]
fn every_input_refuses_unknown_fields() {
    let wrong = Operation::all().into_iter().filter_map(|operation| {
        let content = operation.spec["requestBody"]["content"].as_object()?;
        let open = content.iter().any(|(media_type, content)| {
            let schema = resolve(&content["schema"]);
            media_type.contains("json")
                && schema["type"] == "object"
                && schema["additionalProperties"] != false
        });
        open.then(|| {
            format!(
                "{}: its body needs #[serde(deny_unknown_fields)]",
                operation.name()
            )
        })
    });
    none(wrong.collect());
}

/// Walks all schemas, and leaves out what are values.
fn walk<'a>(value: &'a Value, place: &str, look: &mut impl FnMut(&'a Value, &str)) {
    look(value, place);
    let values = ["example", "examples", "default", "enum", "const"];
    match value {
        Value::Object(object) => {
            for (key, inner) in object
                .iter()
                .filter(|(key, _)| !values.contains(&key.as_str()))
            {
                walk(inner, &format!("{place}/{}", key.replace('/', "~1")), look);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                walk(inner, &format!("{place}/{index}"), look);
            }
        }
        _ => {}
    }
}

fn is(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind
        || schema["type"]
            .as_array()
            .is_some_and(|words| words.iter().any(|word| word == kind))
}

#[test]
fn every_value_has_bounds_and_every_reference_leads_somewhere() {
    let mut wrong = Vec::new();
    walk(document(), "", &mut |value, place| {
        let has = |names: &[&str]| names.iter().any(|name| !value[*name].is_null());
        if is(value, "string") && !has(&["maxLength", "enum", "const"]) {
            wrong.push(format!(
                "{place}: a text without limit; use a type of src/values/text.rs, or max_length = …"
            ));
        }
        if is(value, "array") && !has(&["maxItems"]) {
            wrong.push(format!(
                "{place}: a list without limit; say #[schema(max_items = …)]"
            ));
        }
        if is(value, "integer")
            && !(has(&["minimum", "exclusiveMinimum"]) && has(&["maximum", "exclusiveMaximum"]))
        {
            wrong.push(format!(
                "{place}: a number without limits; say #[schema(minimum = …, maximum = …)]"
            ));
        }
        if let Some(target) = value["$ref"].as_str()
            && document().pointer(target.trim_start_matches('#')).is_none()
        {
            wrong.push(format!("{place} leads to {target}, which is not there; a choice in a query needs #[param(inline)]"));
        }
    });
    none(wrong);
}

#[test]
fn operations_without_a_permission_are_listed_by_name() {
    // A new one is a decision: it can be called by everybody, without limit of scope.
    let open: BTreeSet<String> = Operation::all()
        .into_iter()
        .filter(|operation| operation.permission().is_none())
        .map(|operation| operation.name())
        .collect();
    let listed: BTreeSet<String> = crate::sweeps::WITHOUT_PERMISSION
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    let missing: Vec<_> = open.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "name these in WITHOUT_PERMISSION of tests/api/sweeps/mod.rs, or ask for a permission: {missing:#?}"
    );
    for name in &open {
        let operation = Operation::all()
            .into_iter()
            .find(|one| one.name() == *name)
            .unwrap();
        assert_eq!(operation.spec["security"], json!([{}]), "{name}");
    }
}
