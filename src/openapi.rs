//! What every operation of the document shares, added in one place: errors, headers, ids, paging.

mod files;
mod operations;
mod responses;
mod schemas;

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::access::TABLE;
use crate::http::ProblemBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Equal Partners",
        description = "Patient and public involvement in the NHS: recruit partners, support them, listen, \
                       decide together, act, and tell people what changed.\n\n\
                       Every error is a problem document (RFC 9457) whose `type` leads to a page that says what to do. \
                       Changes need `If-Match` with the ETag last read. Every POST takes an `Idempotency-Key`, so \
                       that it can be repeated safely; keys are kept for 48 hours. Lists come in pages: follow \
                       the `Link` header. Times are UTC, dates are days in London, money is whole pence.",
        license(name = "MIT", identifier = "MIT"),
        contact(name = "Equal Partners", url = "https://example.org/equal-partners", email = "equal-partners@example.org"),
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "Opportunities", description = "Roles for patient and public partners, from draft to filled"),
        (name = "Applications", description = "From an application to an answer for everyone"),
        (name = "Appointments", description = "Partners in their roles"),
        (name = "Rate cards", description = "What is paid, from a day to a day"),
        (name = "Claims", description = "What partners spent, what is paid for their time, what was agreed beforehand"),
        (name = "Payment exports", description = "What finance is told to pay"),
        (name = "Inductions", description = "What a partner is shown and told before a role begins"),
        (name = "Checks", description = "Checks before a role, by the DBS and by referees"),
        (name = "One-to-ones", description = "Talks between a partner and whoever supports them"),
        (name = "Peer support", description = "Partners among themselves; nobody who works for the organisation reads it"),
        (name = "Insights", description = "What was heard, in words that tell of nobody, and its themes"),
        (name = "Improvements", description = "You said, we did: what is done about what was heard, and what came of it"),
        (name = "Provenance", description = "What led to what, from what was said to what changed"),
        (name = "PALS", description = "What people bring to the Patient Advice and Liaison Service, and the return about complaints"),
        (name = "Stories", description = "Patient stories: approved, consented to, presented, published, taken back"),
        (name = "Agreements", description = "What a partner and the organisation agree on, and its wording"),
        (name = "Partners", description = "The people, and what belongs to them"),
        (name = "Workstreams", description = "Areas of work that want partners"),
        (name = "Documents", description = "Guides, templates, strategies, policies and forms, in versions and accessible formats"),
        (name = "Friends and Family Test", description = "One question, six answers: what comes in, what is published"),
        (name = "Reports", description = "Counts and sums, with small numbers suppressed"),
        (name = "Templates", description = "Texts that workstreams adapt, with blocks that stay as they are"),
        (name = "Organisations", description = "NHS organisations by ODS code"),
        (name = "Users", description = "People who call, and their roles"),
        (name = "API clients", description = "Systems that call"),
        (name = "Me", description = "Who calls, and what they may do"),
        (name = "Ledger", description = "What happened, in an order that cannot be altered"),
        (name = "Tokens", description = "OAuth 2.0"),
        (name = "Operating", description = "Health, metrics, documents"),
    ),
)]
struct Base;

/// The document without its paths.
pub fn base() -> utoipa::openapi::OpenApi {
    Base::openapi()
}

/// How callers show who they are.
fn security_schemes() -> Value {
    let scopes: Map<String, Value> = TABLE
        .iter()
        .map(|row| (row.scope.to_owned(), json!(row.meaning)))
        .collect();
    json!({
        "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "at+jwt",
            "description": "An access token; this service's own are JWTs of type at+jwt (RFC 9068), \
                            made and checked as RFC8725 asks" },
        "oauth2": { "type": "oauth2",
            "description": "Client credentials of an API client; the access token is a JWT, made and \
                            checked as RFC8725 asks",
            "flows": { "clientCredentials": { "tokenUrl": "/oauth/token", "scopes": scopes } } },
    })
}

/// Completes the document: each fact that holds for all operations is added here and nowhere else.
pub fn complete(document: utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    document["servers"] = json!([{
        "url": "/", "description": "This deployment, in test or in production", "x-internal": false
    }]);
    schemas::refer(&mut document);
    let components = document["components"]["schemas"].take();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            operations::complete(method, path, operation, &components);
        }
    }
    document["components"] = json!({
        "schemas": components,
        "responses": responses::problems(),
        "securitySchemes": security_schemes(),
    });
    schemas::bound(&mut document);
    schemas::prune(&mut document);
    document
}
