//! What holds for all operations: parameters, headers, errors, and who may call.

use serde_json::{Map, Value, json};

use super::files;
use super::responses::{errors, header, once_more};
use crate::access::{Role, TABLE};
use crate::http::LONGEST_TAGS;

/// An operation with what decides about its completion.
struct Facts<'a> {
    method: &'a str,
    path: &'a str,
    /// Below /v1, where callers are known and counted.
    versioned: bool,
    /// A step of a lifecycle: a POST below a record that adds nothing.
    step: bool,
}

fn parameter(name: &str, place: &str, required: bool, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": place, "required": required, "description": description, "schema": schema })
}

/// The schema that an answer's body has, looked up if it is named.
fn body_of(response: &Value, schemas: &Value) -> Value {
    let schema = &response["content"]["application/json"]["schema"];
    match schema["$ref"]
        .as_str()
        .and_then(|target| target.rsplit('/').next())
    {
        Some(name) => schemas[name].clone(),
        None => schema.clone(),
    }
}

/// Whether the body is a record with a version, so that the answer has an ETag.
fn is_versioned(response: &Value, schemas: &Value) -> bool {
    let body = body_of(response, schemas);
    let parts = body["allOf"].as_array().cloned().unwrap_or_default();
    let has = |part: &Value| !part["properties"]["version"].is_null();
    has(&body)
        || parts.iter().any(|part| {
            let named = part["$ref"]
                .as_str()
                .and_then(|target| target.rsplit('/').next());
            has(named.map_or(part, |name| &schemas[name]))
        })
}

/// Whether the body is a page of a list.
fn is_page(response: &Value, schemas: &Value) -> bool {
    let properties = &body_of(response, schemas)["properties"];
    !properties["items"].is_null() && !properties["next"].is_null()
}

/// Completes one operation.
pub(super) fn complete(method: &str, path: &str, operation: &mut Value, schemas: &Value) {
    let facts = Facts {
        method,
        path,
        versioned: path.starts_with("/v1/"),
        step: method == "post"
            && path.contains("/{id}/")
            && operation["responses"]["201"].is_null(),
    };
    if method == "patch"
        && let Some(content) = operation["requestBody"]["content"].as_object_mut()
        && let Some(body) = content.remove("application/json")
    {
        content.insert("application/merge-patch+json".to_owned(), body);
    }
    let sends_file = files::complete(operation);
    let tagged = answers(&facts, operation, schemas);
    parameters(&facts, tagged, operation);
    let has_body = !operation["requestBody"].is_null();
    let mut statuses = errors(method, facts.versioned, facts.step, has_body);
    if sends_file {
        statuses.push(416);
    }
    statuses.retain(|status| operation["responses"][status.to_string()].is_null());
    for status in statuses {
        operation["responses"][status.to_string()] =
            json!({ "$ref": format!("#/components/responses/Problem{status}") });
    }
    security(operation);
}

fn parameters(facts: &Facts<'_>, tagged: bool, operation: &mut Value) {
    let mut parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for one in parameters.iter_mut().filter(|one| one["in"] == "query") {
        let schema = &mut one["schema"];
        let is_free = |schema: &Value| {
            schema["type"] == "string"
                && ["pattern", "enum", "format"]
                    .iter()
                    .all(|rule| schema[*rule].is_null())
        };
        // No query may hold it: PostgreSQL cannot keep it in text.
        if is_free(schema) {
            schema["pattern"] = json!("^[^\\u0000]*$");
        }
    }
    let has = |parameters: &[Value], name: &str| parameters.iter().any(|one| one["name"] == name);
    if facts.path.contains("{id}") && !has(&parameters, "id") {
        let schema =
            json!({ "type": "string", "format": "uuid", "minLength": 36, "maxLength": 36 });
        parameters.insert(0, parameter("id", "path", true, "The record's id", schema));
    }
    if facts.path.contains("{code}") && !has(&parameters, "code") {
        let about = "The organisation's ODS code";
        let schema = json!({ "$ref": "#/components/schemas/OdsCode" });
        parameters.insert(0, parameter("code", "path", true, about, schema));
    }
    if facts.versioned && facts.method == "post" {
        let about = "Makes the request safe to repeat: the same key gives the same answer, and the \
                     work is done once. Visible ASCII, plain or in double quotes";
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 257,
            "pattern": "^([!#-~][!-~]{0,254}|\"[!-~]{1,255}\")$" });
        parameters.push(parameter("Idempotency-Key", "header", false, about, schema));
    }
    let changes = matches!(facts.method, "patch" | "put" | "delete");
    if facts.versioned && (changes || facts.step) && !has(&parameters, "If-Match") {
        let about = "The ETag of the version that the caller has seen";
        let schema = json!({ "type": "string", "maxLength": 255 });
        parameters.push(parameter("If-Match", "header", changes, about, schema));
    }
    if tagged && facts.method == "get" {
        let about = "ETags that the caller has; if one is current, the answer is 304";
        let schema = json!({ "type": "string", "maxLength": LONGEST_TAGS });
        parameters.push(parameter("If-None-Match", "header", false, about, schema));
    }
    if !parameters.is_empty() {
        operation["parameters"] = Value::Array(parameters);
    }
}

/// Completes the answers that are no errors; says whether one has an ETag.
fn answers(facts: &Facts<'_>, operation: &mut Value, schemas: &Value) -> bool {
    let mut tagged = false;
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        let mut headers = response["headers"].as_object().cloned().unwrap_or_default();
        once_more(&mut headers);
        if is_versioned(response, schemas) || headers.contains_key("ETag") {
            tagged = true;
            headers.insert(
                "ETag".to_owned(),
                header("The version, for If-Match and If-None-Match"),
            );
        }
        if status == "201" && facts.versioned {
            headers.insert("Location".to_owned(), header("Where the new record is"));
        }
        if is_page(response, schemas) {
            headers.insert(
                "Link".to_owned(),
                header("The next page (RFC 8288), if there is one"),
            );
        }
        for schema in headers
            .values_mut()
            .filter_map(|one| one["schema"].as_object_mut())
        {
            schema.entry("maxLength").or_insert(json!(2000));
        }
        response["headers"] = Value::Object(headers);
        let bodies = response.get_mut("content").and_then(Value::as_object_mut);
        for (media_type, content) in bodies.into_iter().flatten() {
            if !media_type.contains("json") && content["schema"]["maxLength"].is_null() {
                content["schema"]["maxLength"] = json!(10_000_000);
            }
        }
    }
    if tagged && facts.method == "get" {
        let mut headers = Map::new();
        once_more(&mut headers);
        headers.insert("ETag".to_owned(), header("The version that the caller has"));
        operation["responses"]["304"] = json!({
            "description": "The caller has this version (If-None-Match)", "headers": headers
        });
    }
    tagged
}

/// Who may call: the permission by any token, by client credentials, and without any credentials
/// where the table grants it to the public.
fn security(operation: &mut Value) {
    let Some(schemes) = operation["security"].as_array().cloned() else {
        return;
    };
    let scopes: Vec<Value> = schemes
        .iter()
        .filter_map(|one| one.get("bearer").cloned())
        .collect();
    let open = TABLE
        .iter()
        .filter(|row| row.grants.iter().any(|(role, _)| *role == Role::Public))
        .any(|row| scopes.iter().any(|held| held == &json!([row.scope])));
    let mut all = schemes;
    all.extend(scopes.into_iter().map(|scope| json!({ "oauth2": scope })));
    if open {
        all.push(json!({}));
    }
    operation["security"] = Value::Array(all);
}
