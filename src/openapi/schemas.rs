//! What holds for all schemas: bounds that follow from the format, and each type written once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// Keys below which values stand, not schemas.
const VALUES: [&str; 5] = ["example", "examples", "default", "enum", "const"];
/// The whole numbers that every JSON reader keeps exactly.
const EXACT: i64 = (1 << 53) - 1;

/// Visits every object of a document that is not part of an example.
fn visit(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            change(object);
            for (key, inner) in object.iter_mut() {
                if !VALUES.contains(&key.as_str()) {
                    visit(inner, change);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, change)),
        _ => {}
    }
}

fn is(schema: &Map<String, Value>, kind: &str) -> bool {
    match &schema.get("type") {
        Some(Value::String(word)) => word == kind,
        Some(Value::Array(words)) => words.iter().any(|word| word == kind),
        _ => false,
    }
}

/// The longest text of a format.
fn longest(format: &str) -> Option<u64> {
    match format {
        "uuid" => Some(36),
        "date" => Some(10),
        "date-time" => Some(35),
        "time" => Some(21),
        "email" => Some(254),
        "uri" | "uri-reference" => Some(2000),
        _ => None,
    }
}

/// Gives strings and whole numbers the bounds that their format has anyway.
pub(super) fn bound(document: &mut Value) {
    visit(document, &mut |schema| {
        let format = schema
            .get("format")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let closed = ["enum", "const", "maxLength"]
            .iter()
            .any(|key| schema.contains_key(*key));
        if is(schema, "string")
            && !closed
            && let Some(most) = longest(&format)
        {
            schema.insert("maxLength".to_owned(), json!(most));
        }
        if is(schema, "integer") && !schema.contains_key("enum") {
            let format = schema.entry("format").or_insert(json!("int64"));
            let most = if format == "int32" {
                i32::MAX.into()
            } else {
                EXACT
            };
            for (key, other, value) in [
                ("minimum", "exclusiveMinimum", -most),
                ("maximum", "exclusiveMaximum", most),
            ] {
                if !schema.contains_key(other) {
                    schema.entry(key).or_insert(json!(value));
                }
            }
        }
    });
}

fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// Writes each type once: where a generic type holds a copy of a named one, it refers to it.
pub(super) fn refer(document: &mut Value) {
    let components = document["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    // The copies have the names of generic types, `Page_Workstream`; the originals are what they wrap.
    let originals: BTreeMap<String, &String> = components
        .iter()
        .filter(|(name, _)| !name.contains('_'))
        .map(|(name, schema)| (schema.to_string(), name))
        .collect();
    let aliases: BTreeMap<String, String> = components
        .iter()
        .filter(|(name, _)| name.contains('_'))
        .filter_map(|(name, schema)| {
            Some((
                reference(name),
                reference(originals.get(&schema.to_string())?),
            ))
        })
        .collect();
    let schemas = document["components"]["schemas"]
        .as_object_mut()
        .into_iter()
        .flatten();
    for (_, schema) in schemas.filter(|(name, _)| name.contains('_')) {
        visit(schema, &mut |inner| {
            let text = Value::Object(inner.clone()).to_string();
            if let Some(name) = originals.get(&text) {
                *inner = Map::from_iter([("$ref".to_owned(), json!(reference(name)))]);
            }
        });
    }
    visit(document, &mut |schema| {
        if let Some(Value::String(target)) = schema.get_mut("$ref")
            && let Some(original) = aliases.get(target)
        {
            target.clone_from(original);
        }
    });
}

/// Leaves out components that nothing refers to.
pub(super) fn prune(document: &mut Value) {
    loop {
        let mut used = BTreeSet::new();
        visit(document, &mut |schema| {
            used.extend(
                schema
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
        });
        let mut removed = false;
        for kind in ["schemas", "responses"] {
            if let Some(components) = document["components"][kind].as_object_mut() {
                let before = components.len();
                components.retain(|name, _| used.contains(&format!("#/components/{kind}/{name}")));
                removed |= components.len() < before;
            }
        }
        if !removed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_schemas(schemas: Value) -> Value {
        json!({ "components": { "schemas": schemas } })
    }

    #[test]
    fn bounds_follow_from_the_format_and_leave_examples_alone() {
        let mut document = json!({
            "when": { "type": ["string", "null"], "format": "date-time" },
            "count": { "type": "integer", "format": "int64", "minimum": 1 },
            "word": { "type": "string", "enum": ["a"] },
            "example": { "type": "integer" }
        });
        bound(&mut document);
        assert_eq!(document["when"]["maxLength"], 35);
        assert_eq!(document["count"]["minimum"], 1);
        assert_eq!(document["count"]["maximum"], EXACT);
        assert!(document["word"].get("maxLength").is_none());
        assert!(document["example"].get("minimum").is_none());
    }

    #[test]
    fn copies_become_references_and_what_is_left_over_goes() {
        let thing = json!({ "type": "object", "description": "A thing." });
        let mut document = with_schemas(json!({
            "Thing": thing,
            "Change_Thing": thing,
            "Page_Thing": { "properties": { "items": { "items": thing } } },
            "Unused": { "type": "string" }
        }));
        document["body"] = json!({ "$ref": "#/components/schemas/Change_Thing" });
        document["list"] = json!({ "$ref": "#/components/schemas/Page_Thing" });
        refer(&mut document);
        prune(&mut document);
        let thing_ref = json!({ "$ref": "#/components/schemas/Thing" });
        assert_eq!(document["body"], thing_ref);
        let page = json!({ "properties": { "items": { "items": thing_ref } } });
        assert_eq!(
            document["components"]["schemas"],
            json!({ "Thing": thing, "Page_Thing": page })
        );
    }
}
