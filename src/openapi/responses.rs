//! The errors, each written once, and the headers that every answer can have.

use serde_json::{Map, Value, json};

/// The statuses of errors, with what they mean here.
const STATUSES: [(u16, &str); 17] = [
    (400, "The request cannot be read"),
    (401, "Credentials are missing or not accepted"),
    (403, "The caller may not do this"),
    (404, "There is nothing here for the caller"),
    (406, "No acceptable representation"),
    (408, "The body did not arrive in time"),
    (409, "The present state does not allow it"),
    (412, "The record has changed since it was read"),
    (413, "The body is too large"),
    (414, "The address is too long"),
    (415, "The body has the wrong media type"),
    (416, "The file has no such part"),
    (422, "Some fields are not valid"),
    (428, "If-Match is needed"),
    (429, "Too many requests"),
    (500, "Something went wrong on our side"),
    (503, "The service cannot answer just now"),
];

/// The errors that an operation can answer, by what it does.
pub(super) fn errors(method: &str, versioned: bool, step: bool, has_body: bool) -> Vec<u16> {
    let mut statuses = vec![400, 401, 403, 404, 414, 429, 500, 503];
    if has_body {
        statuses.extend([408, 413, 415]);
    }
    if versioned {
        statuses.push(406);
    }
    if versioned && method != "get" {
        statuses.extend([409, 422]);
    }
    if matches!(method, "patch" | "put" | "delete") {
        statuses.extend([412, 428]);
    } else if step {
        statuses.push(412);
    }
    statuses
}

/// A header of an answer.
pub(super) fn header(description: &str) -> Value {
    json!({ "description": description, "schema": { "type": "string", "maxLength": 2000 } })
}

/// The headers that every answer can have.
pub(super) fn once_more(headers: &mut Map<String, Value>) {
    for (name, about) in [
        (
            "X-Request-ID",
            "The id under which the log knows the request",
        ),
        (
            "RateLimit",
            "What is left of the allowance, where requests are counted",
        ),
        (
            "RateLimit-Policy",
            "The allowance, where requests are counted",
        ),
    ] {
        headers.insert(name.to_owned(), header(about));
    }
}

/// Every error as a named response.
pub(super) fn problems() -> Value {
    let problem = |(status, title): (u16, &str)| {
        let mut headers = Map::new();
        once_more(&mut headers);
        if status == 401 {
            let about = "Which credentials are needed (RFC 6750)";
            headers.insert("WWW-Authenticate".to_owned(), header(about));
        }
        if [409, 429, 503].contains(&status) {
            let about = "Seconds to wait, where waiting helps";
            headers.insert("Retry-After".to_owned(), header(about));
        }
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let response = json!({
            "description": title,
            "headers": headers,
            "content": { "application/problem+json": { "schema": schema } },
        });
        (format!("Problem{status}"), response)
    };
    Value::Object(STATUSES.into_iter().map(problem).collect())
}
