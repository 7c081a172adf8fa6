//! What holds for all operations that answer with a file: its types, its headers, its parts.

use serde_json::{Map, Value, json};

use super::responses::header;
use crate::files::{LARGEST, media_types};

/// The type under which an operation says that it answers with a file.
const FILE: &str = "application/octet-stream";

/// Completes an operation that answers with a file; says whether it is one.
pub(super) fn complete(operation: &mut Value) -> bool {
    let Some(whole) = operation.pointer_mut("/responses/200") else {
        return false;
    };
    let is_file = whole["content"]
        .as_object()
        .is_some_and(|content| content.contains_key(FILE));
    if !is_file {
        return false;
    }
    let schema = json!({ "type": "string", "format": "binary", "maxLength": LARGEST });
    let content: Map<String, Value> = media_types()
        .map(|media_type| (media_type.to_owned(), json!({ "schema": schema })))
        .collect();
    whole["content"] = Value::Object(content.clone());
    let mut headers = Map::new();
    for (name, about) in [
        ("ETag", "The file's digest, for If-None-Match and If-Range"),
        (
            "Accept-Ranges",
            "That parts of it can be asked for: `bytes`",
        ),
        ("Content-Disposition", "The name of the file (RFC 6266)"),
        (
            "Repr-Digest",
            "The SHA-256 digest of the whole file (RFC 9530)",
        ),
        (
            "Link",
            "Where the version is described, and what has taken its place (RFC 8288)",
        ),
    ] {
        headers.insert(name.to_owned(), header(about));
    }
    whole["headers"] = Value::Object(headers.clone());
    headers.insert(
        "Content-Range".to_owned(),
        header("Which part of the file this is"),
    );
    operation["responses"]["206"] = json!({
        "description": "The part of the file that was asked for", "headers": headers, "content": content
    });
    let mut parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for (name, about) in [
        (
            "Range",
            "The part that is wanted, such as `bytes=0-1023` (RFC 9110); one that cannot be read is ignored",
        ),
        (
            "If-Range",
            "The ETag of what the caller has of it: if it is not current, the answer is the whole",
        ),
    ] {
        parameters.push(
            json!({ "name": name, "in": "header", "required": false, "description": about,
            "schema": { "type": "string", "maxLength": 2000 } }),
        );
    }
    operation["parameters"] = Value::Array(parameters);
    true
}
