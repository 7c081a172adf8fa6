//! What holds for all operations, tried on all of them. The document says which there are, so a new
//! operation is swept from the day on which it is added.

mod access;
mod concurrency;
mod idempotency;
mod limits;
mod listing;
mod problems;
mod transport;

use crate::harness::Operation;

/// Operations that anyone may call and that ask for no permission.
pub const WITHOUT_PERMISSION: &[&str] = &[
    "GET /.well-known/api-catalog",
    "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/security.txt",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /openapi.json",
    "GET /problems/{name}",
    // The client shows who it is in the body, or by HTTP Basic.
    "POST /oauth/introspect",
    "POST /oauth/revoke",
    "POST /oauth/token",
];

/// Operations that a sweep cannot drive: the sweep, the operation, and why. It may only shrink.
pub const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "listing",
        "GET /v1/opportunities/{id}/revisions",
        "revisions come by changes; tests/api/revisions.rs makes some",
    ),
    (
        "listing",
        "GET /v1/organisations",
        "organisations come by import; tests/api/organisations.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/organisations/{code}/units",
        "wards come by import; tests/api/organisations.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/access-needs",
        "needs are added below a partner; tests/api/partners walks their pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/enrolments",
        "a partner is on a route once at a time; tests/api/partners walks their pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/contact-preferences",
        "a consent stands once; tests/api/partners walks their pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/messages",
        "messages come from other changes; tests/api/partners walks their pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/duplicates",
        "it compares partners; tests/api/partners walks its pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/history",
        "entries come from other changes and reads; tests/api/partners walks its pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/disclosures",
        "a partner applies once for each opportunity; tests/api/disclosures.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/payment-exports",
        "an export takes what is authorised; tests/api/payment_exports.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/payment-exports/{id}/claims",
        "claims come with the export; tests/api/payment_exports.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/inductions",
        "inductions come with appointments; tests/api/inductions.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/disclosures/one-to-ones",
        "one-to-ones are planned elsewhere; tests/api/one_to_ones.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/disclosures/one-to-one-actions",
        "actions are agreed elsewhere; tests/api/disclosures.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/disclosures/checks",
        "checks are asked for elsewhere; tests/api/disclosures.rs walks pages of the same making",
    ),
    (
        "listing",
        "GET /v1/partners/{id}/disclosures/inductions",
        "a role has one induction; tests/api/disclosures.rs walks pages of the same making",
    ),
    (
        "listing",
        "GET /v1/format-requests",
        "requests are made below a document; tests/api/documents.rs lists them",
    ),
    (
        "listing",
        "GET /v1/published-stories",
        "stories are published one by one; tests/api/stories.rs walks their pages",
    ),
    (
        "tenancy",
        "GET /v1/published-stories/{id}",
        "what is published is for everyone; tests/api/stories.rs reads it, and what is not",
    ),
    (
        "tenancy",
        "GET /v1/published-stories/{id}/content",
        "what is published is for everyone; tests/api/stories.rs reads it, and what is not",
    ),
    (
        "listing",
        "GET /v1/feedback/friends-and-family/imports/{id}/rejections",
        "rejections come with the import; tests/api/friends_and_family.rs walks their pages",
    ),
    (
        "listing",
        "GET /v1/feedback/friends-and-family/returns",
        "there is one return for each setting and month; tests/api/friends_and_family.rs lists them",
    ),
    (
        "text",
        "POST /v1/adaptations/{id}/make-opportunity",
        "only an approved adaptation becomes one; tests/api/templates.rs makes some",
    ),
    (
        "concurrency",
        "PATCH /v1/applications/{id}",
        "only a draft changes, by its applicant; tests/api/applications.rs changes one at stale versions",
    ),
    (
        "listing",
        "GET /v1/you-said-we-did",
        "improvements are published one by one; tests/api/listening.rs publishes some",
    ),
    (
        "idempotency",
        "POST /v1/feedback/friends-and-family/may-we-ask",
        "it asks and changes nothing; tests/api/friends_and_family.rs asks twice",
    ),
    (
        "head",
        "GET /v1/partners/{id}/history",
        "reading the history is in the history",
    ),
    (
        "listing",
        "GET /v1/changes",
        "entries come from other changes; its own stories walk it",
    ),
    (
        "listing",
        "GET /v1/ledger",
        "entries come from other changes; its own stories walk it",
    ),
];

/// Whether a sweep leaves an operation out.
fn is_excepted(sweep: &str, operation: &str) -> bool {
    EXCEPTIONS
        .iter()
        .any(|(named, name, _)| *named == sweep && *name == operation)
}

/// Operations in rounds, each of which gets records of its own: in a round, no two are of the same resource, so none
/// finds its record changed by another one.
fn rounds(operations: Vec<Operation>) -> Vec<Vec<Operation>> {
    let resource = |one: &Operation| one.path.split('/').nth(2);
    let mut rounds: Vec<Vec<Operation>> = Vec::new();
    for operation in operations {
        let free = rounds.iter_mut().find(|round| {
            round
                .iter()
                .all(|other| resource(other) != resource(&operation))
        });
        match free {
            Some(round) => round.push(operation),
            None => rounds.push(vec![operation]),
        }
    }
    rounds
}

#[test]
fn exceptions_name_operations_that_are_there_and_say_why() {
    let there: Vec<String> = Operation::all().iter().map(|one| one.name()).collect();
    for (sweep, operation, reason) in EXCEPTIONS {
        assert!(
            there.iter().any(|name| name == operation),
            "{sweep}: there is no {operation} any more"
        );
        assert!(reason.len() > 10, "{sweep} {operation}: say why");
    }
}
