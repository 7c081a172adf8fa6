//! Nothing that a released document promised is taken back: `openapi/released/*.json`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::here;
use crate::harness::conformance::document;

/// Whether a schema is read by callers or written by them: what narrows the one widens the other.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Answer,
}

/// Compares two documents, and keeps a list of what the newer one takes back.
struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    seen: BTreeSet<(String, bool)>,
    found: Vec<String>,
}

fn taken_back(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison {
        old,
        new,
        seen: BTreeSet::new(),
        found: Vec::new(),
    };
    comparison.paths();
    comparison.found
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(target) => document
            .pointer(target.trim_start_matches('#'))
            .unwrap_or(&Value::Null),
        None => value,
    }
}

fn words(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Array(items) => items.iter().map(|item| item.to_string()).collect(),
        Value::Null => BTreeSet::new(),
        other => BTreeSet::from([other.to_string()]),
    }
}

impl<'a> Comparison<'a> {
    fn say(&mut self, place: &str, what: &str) {
        self.found.push(format!("{place}: {what}"));
    }

    fn paths(&mut self) {
        for (path, item) in self.old["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let place = format!("{} {path}", method.to_uppercase());
                match &self.new["paths"][path][method] {
                    Value::Null => self.say(&place, "the operation is gone"),
                    newer => self.operation(&place, operation, newer),
                }
            }
        }
    }

    fn operation(&mut self, place: &str, old: &'a Value, new: &'a Value) {
        let (before, after) = (words(&old["security"]), words(&new["security"]));
        for way in before.difference(&after) {
            self.say(place, &format!("{way} no longer opens it"));
        }
        self.parameters(place, old, new);
        let (body, newer) = (&old["requestBody"], &new["requestBody"]);
        if newer["required"] == true && body["required"] != true {
            self.say(place, "a body is required now");
        }
        for (media_type, content) in body["content"].as_object().into_iter().flatten() {
            let place = format!("{place} body {media_type}");
            match &newer["content"][media_type] {
                Value::Null => self.say(&place, "is no longer taken"),
                now => self.schema(&place, Side::Request, &content["schema"], &now["schema"]),
            }
        }
        for (status, answer) in old["responses"].as_object().into_iter().flatten() {
            let place = format!("{place} {status}");
            let newer = resolved(self.new, &new["responses"][status]);
            if newer.is_null() {
                // A caller that no longer gets an error has lost nothing.
                if status.starts_with('2') {
                    self.say(&place, "is no longer answered");
                }
                continue;
            }
            let answer = resolved(self.old, answer);
            for (media_type, content) in answer["content"].as_object().into_iter().flatten() {
                match &newer["content"][media_type] {
                    Value::Null => self.say(&place, &format!("no longer answers {media_type}")),
                    now => self.schema(&place, Side::Answer, &content["schema"], &now["schema"]),
                }
            }
            for header in answer["headers"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name)
            {
                if newer["headers"][header].is_null() {
                    self.say(&place, &format!("the header {header} is gone"));
                }
            }
        }
    }

    fn parameters(&mut self, place: &str, old: &'a Value, new: &'a Value) {
        let list = |operation: &'a Value| operation["parameters"].as_array().into_iter().flatten();
        let same = |a: &Value, b: &Value| a["name"] == b["name"] && a["in"] == b["in"];
        for parameter in list(old) {
            let place = format!("{place} parameter {}", parameter["name"]);
            // An unknown parameter is refused, so one that is gone breaks its callers.
            match list(new).find(|newer| same(parameter, newer)) {
                None => self.say(&place, "is gone"),
                Some(newer) => self.schema(
                    &place,
                    Side::Request,
                    &parameter["schema"],
                    &newer["schema"],
                ),
            }
        }
        for newer in list(new).filter(|newer| newer["required"] == true) {
            if !list(old).any(|parameter| same(parameter, newer) && parameter["required"] == true) {
                self.say(
                    place,
                    &format!("the parameter {} is required now", newer["name"]),
                );
            }
        }
    }

    fn schema(&mut self, place: &str, side: Side, old: &'a Value, new: &'a Value) {
        if let Some(name) = old["$ref"].as_str()
            && !self
                .seen
                .insert((format!("{name} {}", new["$ref"]), side == Side::Request))
        {
            return;
        }
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        let (before, after) = (words(&old["type"]), words(&new["type"]));
        let fits = match side {
            Side::Request => after.is_superset(&before) || after.is_empty(),
            Side::Answer => before.is_superset(&after) || before.is_empty(),
        };
        if !fits {
            self.say(
                place,
                &format!("the type was {} and is {}", old["type"], new["type"]),
            );
        }
        self.choices(place, side, old, new);
        self.limits(place, side, old, new);
        self.fields(place, side, old, new);
        if !old["items"].is_null() {
            self.schema(
                &format!("{place}/items"),
                side,
                &old["items"],
                &new["items"],
            );
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            let list =
                |value: &'a Value| value[key].as_array().map(Vec::as_slice).unwrap_or_default();
            let (before, after) = (list(old), list(new));
            let fewer = if side == Side::Request {
                after.len() < before.len()
            } else {
                after.len() > before.len()
            };
            if fewer && key != "allOf" {
                self.say(
                    place,
                    &format!(
                        "{key} has {} alternatives instead of {}",
                        after.len(),
                        before.len()
                    ),
                );
            }
            for (index, (old, new)) in before.iter().zip(after).enumerate() {
                self.schema(&format!("{place}/{key}/{index}"), side, old, new);
            }
        }
    }

    /// Words that callers send must stay; words that they read may become more, as the guide says.
    fn choices(&mut self, place: &str, side: Side, old: &Value, new: &Value) {
        if side == Side::Answer || new["enum"].is_null() {
            return;
        }
        let (before, after) = (words(&old["enum"]), words(&new["enum"]));
        if before.is_empty() {
            self.say(place, "takes certain words only");
        }
        for word in before.difference(&after) {
            self.say(place, &format!("no longer takes {word}"));
        }
    }

    fn limits(&mut self, place: &str, side: Side, old: &Value, new: &Value) {
        if side == Side::Answer {
            return;
        }
        for key in ["maxLength", "maxItems", "maximum"] {
            if let Some(now) = new[key].as_f64()
                && old[key].as_f64().is_none_or(|before| now < before)
            {
                self.say(place, &format!("{key} was {} and is {now}", old[key]));
            }
        }
        for key in ["minLength", "minItems", "minimum"] {
            if let Some(now) = new[key].as_f64()
                && old[key].as_f64().is_none_or(|before| now > before)
            {
                self.say(place, &format!("{key} was {} and is {now}", old[key]));
            }
        }
        for key in ["pattern", "format"] {
            if !new[key].is_null() && new[key] != old[key] {
                self.say(
                    place,
                    &format!("{key} was {} and is {}", old[key], new[key]),
                );
            }
        }
    }

    fn fields(&mut self, place: &str, side: Side, old: &'a Value, new: &'a Value) {
        let (before, after) = (words(&old["required"]), words(&new["required"]));
        let changed: Vec<&String> = match side {
            Side::Request => after.difference(&before).collect(),
            Side::Answer => before.difference(&after).collect(),
        };
        for field in changed {
            let what = if side == Side::Request {
                "is required now"
            } else {
                "is no longer always there"
            };
            self.say(place, &format!("{field} {what}"));
        }
        for (field, schema) in old["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}/{field}");
            match &new["properties"][field] {
                Value::Null => self.say(&place, "the field is gone"),
                newer => self.schema(&place, side, schema, newer),
            }
        }
    }
}

#[test]
fn nothing_that_was_released_is_taken_back() {
    let folder = here("openapi/released");
    let mut documents = vec![("the document itself".to_owned(), document().clone())];
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        documents.push((
            entry.path().display().to_string(),
            serde_json::from_str(&text).unwrap(),
        ));
    }
    for (name, released) in documents {
        let found = taken_back(&released, document());
        assert!(
            found.is_empty(),
            "{name} promised what is no longer kept: {found:#?}"
        );
    }
}

#[test]
fn each_operation_that_would_go_is_missed() {
    for (path, item) in document()["paths"].as_object().unwrap() {
        let mut less = document().clone();
        less["paths"].as_object_mut().unwrap().remove(path);
        assert_eq!(
            taken_back(document(), &less).len(),
            item.as_object().unwrap().len(),
            "{path}"
        );
    }
}

fn small() -> Value {
    json!({
        "paths": { "/v1/things": { "post": {
            "security": [{ "bearer": ["things:manage"] }],
            "parameters": [{ "name": "sort", "in": "query", "schema": { "enum": ["name", "newest"] } }],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/New" } } } },
            "responses": {
                "201": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
                "409": { "description": "no" }
            }
        } } },
        "components": { "schemas": {
            "New": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "maxLength": 50 }, "kind": { "type": ["string", "null"] } } },
            "Thing": { "type": "object", "required": ["id", "name"], "properties": {
                "id": { "type": "string" }, "name": { "type": "string" },
                "tags": { "type": "array", "items": { "type": "string" } } } }
        } }
    })
}

/// What is taken back when one place of the small document is changed.
fn after(pointer: &str, value: Value) -> Vec<String> {
    let mut new = small();
    *new.pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer}")) = value;
    taken_back(&small(), &new)
}

const POST: &str = "/paths/~1v1~1things/post";

#[test]
fn what_callers_rely_on_is_missed() {
    let schema = |rest: &str| format!("/components/schemas/{rest}");
    for (pointer, value) in [
        (
            format!("{POST}/security"),
            json!([{ "bearer": ["things:other"] }]),
        ),
        (format!("{POST}/parameters"), json!([])),
        (format!("{POST}/parameters/0/schema/enum"), json!(["name"])),
        (
            format!("{POST}/parameters/0"),
            json!({ "name": "sort", "in": "query", "required": true, "schema": {} }),
        ),
        (
            format!("{POST}/requestBody/content"),
            json!({ "text/csv": {} }),
        ),
        (
            format!("{POST}/requestBody"),
            json!({ "required": true, "content": small().pointer(&format!("{POST}/requestBody/content")) }),
        ),
        (format!("{POST}/responses"), json!({ "202": {} })),
        (schema("New/required"), json!(["name", "kind"])),
        (schema("New/properties/name/maxLength"), json!(40)),
        (schema("New/properties/kind/type"), json!("string")),
        (schema("New/properties/kind"), Value::Null),
        (schema("Thing/required"), json!(["id"])),
        (schema("Thing/properties/name"), Value::Null),
        (
            schema("Thing/properties/name/type"),
            json!(["string", "null"]),
        ),
        (schema("Thing/properties/tags/items/type"), json!("integer")),
    ] {
        assert!(
            !after(&pointer, value.clone()).is_empty(),
            "{pointer} = {value} goes unnoticed"
        );
    }
}

#[test]
fn what_is_added_is_welcome() {
    let schema = |rest: &str| format!("/components/schemas/{rest}");
    for (pointer, value) in [
        (
            format!("{POST}/security"),
            json!([{ "bearer": ["things:manage"] }, {}]),
        ),
        (
            format!("{POST}/parameters/0/schema/enum"),
            json!(["name", "newest", "oldest"]),
        ),
        (schema("New/required"), json!([])),
        (schema("New/properties/name/maxLength"), json!(60)),
        (schema("Thing/required"), json!(["id", "name", "tags"])),
    ] {
        assert_eq!(
            after(&pointer, value.clone()),
            Vec::<String>::new(),
            "{pointer} = {value}"
        );
    }
}
