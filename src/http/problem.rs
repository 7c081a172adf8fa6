//! Everything that can go wrong, as RFC 9457 problem documents: one table, each row a documented page.

use std::collections::BTreeMap;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use sea_orm::{DbErr, RuntimeErr, SqlErr};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::extract::Context;
use crate::telemetry::without_values;
use crate::values::Label;

/// A row of the table of problems.
#[derive(Debug, PartialEq, Eq)]
pub struct Type {
    /// The last part of the problem's address, `/problems/{name}`.
    pub name: &'static str,
    /// The HTTP status with which it is answered.
    pub status: u16,
    /// What happened, in a few plain words.
    pub title: &'static str,
    /// What the caller can do about it; shown on the problem's page.
    pub advice: &'static str,
}

macro_rules! problems {
    ($($constant:ident = $name:literal, $status:literal, $title:literal, $advice:literal;)+) => {
        /// The problems by name, for code that raises one.
        pub mod types {
            use super::Type;
            $(
                #[doc = $title]
                pub const $constant: Type =
                    Type { name: $name, status: $status, title: $title, advice: $advice };
            )+
            /// Every problem that this service can answer.
            pub const ALL: &[&Type] = &[$(&$constant),+];
        }
    };
}

problems! {
    MALFORMED_REQUEST = "malformed-request", 400, "The request could not be read",
        "Mend the part that the detail names: the JSON text, a header, a parameter or the address itself.";
    UNKNOWN_PARAMETER = "unknown-parameter", 400, "The address has a query parameter that is not known here",
        "Remove the parameter, or look up its name in the OpenAPI document. A parameter is never silently ignored, because an ignored filter shows too much.";
    REPEATED_PARAMETER = "repeated-parameter", 400, "A query parameter is given more than once",
        "Give each parameter once.";
    INVALID_PARAMETER = "invalid-parameter", 400, "A parameter has a value that is not allowed",
        "Compare the value with the parameter's schema in the OpenAPI document.";
    INVALID_CURSOR = "invalid-cursor", 400, "The cursor does not belong to this list",
        "Follow the address in the Link header as it stands. A cursor is bound to the caller's organisation, the filter and the sort order; start again without `after` when any of these changes.";
    INVALID_IDEMPOTENCY_KEY = "invalid-idempotency-key", 400, "The Idempotency-Key cannot be used",
        "Send 1 to 255 visible ASCII characters, as they are or in double quotes. A UUID is a good choice.";
    UNAUTHENTICATED = "unauthenticated", 401, "Credentials are needed",
        "Send an access token in the Authorization header: `Authorization: Bearer …`. Tokens come from `/oauth/token`.";
    INVALID_TOKEN = "invalid-token", 401, "The access token is not accepted",
        "Ask for a new token. A token is refused when it has expired, was revoked, was issued for another service, or was altered.";
    INVALID_CLIENT = "invalid-client", 401, "The client credentials are not accepted",
        "Check the client's id and secret. Secrets are shown once; make a new one if it is lost.";
    INSUFFICIENT_SCOPE = "insufficient-scope", 403, "The caller may not do this",
        "The detail names the permission that is needed. `GET /v1/permissions` says which roles hold it; an engagement administrator gives out roles.";
    ROOT_ONLY = "root-only", 403, "This is done for all of England at once",
        "Ask an engagement administrator of the root organisation, ENGLAND.";
    NOT_ON_PANEL = "not-on-panel", 403, "Only the panel of this opportunity may do this",
        "An engagement officer can add you to the panel by changing the opportunity.";
    SAME_PERSON = "same-person", 403, "A second person is needed",
        "What one person wrote, another one approves. Ask a colleague who holds the permission.";
    NOT_YOURS = "not-yours", 403, "Only the person whose matter it is may do this",
        "You can read this because you were asked to look at it. Leave the answer to the person, or to the staff who act for them.";
    MEMBERS_ONLY = "members-only", 403, "This is for those who belong to the peer support network",
        "A partner who takes part joins with `POST /v1/peer-support/membership/join`. Nobody who works for the organisation reads what is shared there.";
    PERSON_NEEDED = "person-needed", 403, "A person has to decide this",
        "Two people decide this together, and an API client is not one of them. Call with a token of a person's own.";
    NOT_YOURS_TO_GIVE = "not-yours-to-give", 403, "Nobody gives what they don't hold",
        "The detail names the permission. Ask somebody who holds it, or leave it out.";
    NOT_FOUND = "not-found", 404, "There is nothing here",
        "The address is wrong, or what was here belongs to another organisation. The two are not told apart.";
    METHOD_NOT_ALLOWED = "method-not-allowed", 405, "This address does not take this method",
        "The Allow header lists the methods that it takes.";
    NOT_ACCEPTABLE = "not-acceptable", 406, "No representation that the caller accepts",
        "Answers are `application/json`, but for a page (`text/html`), a PDF (`application/pdf`) and a table (`text/csv`). Leave Accept out, or let it include the type that the detail names.";
    REQUEST_TIMEOUT = "request-timeout", 408, "The body did not arrive in time",
        "Send the request again over a better connection, with the same Idempotency-Key. Nothing was changed.";
    TRANSITION_NOT_ALLOWED = "transition-not-allowed", 409, "This cannot be done in the present state",
        "`state` says where the record is and `allowed` what can be done from there. `docs/lifecycles.md` shows each lifecycle as a picture.";
    RULE_NOT_MET = "rule-not-met", 409, "Something else has to be done first",
        "`errors` lists each condition that is not met, with the field that would meet it.";
    ALREADY_EXISTS = "already-exists", 409, "There is one already",
        "Use the record that exists, or choose another value for the field that has to be unique.";
    IMPORT_ID_REUSED = "import-id-reused", 409, "The import id was used for another file",
        "Send the first file again to have its answer, or give the new file another `importId`.";
    STILL_REFERRED_TO = "still-referred-to", 409, "Other records depend on this one",
        "Remove or end what depends on it first.";
    NO_PLACES_LEFT = "no-places-left", 409, "Every place has been taken",
        "Offer the applicant a place on the reserve list, or raise the number of places.";
    ROUND_NOT_FINISHED = "round-not-finished", 409, "Some applicants have no answer yet",
        "Every applicant gets an outcome and the offer of feedback before the round can end. `errors` names the applications that still wait.";
    APPLICATIONS_CLOSED = "applications-closed", 409, "This opportunity is not taking applications",
        "Applications are taken while an opportunity is published, from its opening to its closing time.";
    REQUEST_IN_PROGRESS = "request-in-progress", 409, "A request with the same Idempotency-Key is still being worked on",
        "Wait for the time in Retry-After and send the same request again; the answer will be that of the first.";
    NO_ROOM_FOR_FILES = "no-room-for-files", 409, "The organisation has no room for more files",
        "Withdrawn files keep their place, since they stay readable. Ask the operator for more room; the detail says how much there is.";
    BUSY = "conflicting-change", 409, "Another change got in the way",
        "Send the request again. Nothing was changed.";
    PRECONDITION_FAILED = "precondition-failed", 412, "The record has changed since it was read",
        "Read it again, look at what changed, and repeat the change with the new ETag in If-Match. Weak ETags (`W/`) never match.";
    CONTENT_TOO_LARGE = "content-too-large", 413, "The body is too large",
        "The detail gives the limit in bytes.";
    URI_TOO_LONG = "uri-too-long", 414, "The address is too long",
        "Shorten the query.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", 415, "The body has a media type that is not taken here",
        "Send `application/json`, or `application/merge-patch+json` with PATCH, or `text/csv` (for responses also `application/x-ndjson`) for an import, or `multipart/form-data` with a file. The Accept or Accept-Patch header of this answer says which.";
    RANGE_NOT_SATISFIABLE = "range-not-satisfiable", 416, "The file has no such part",
        "Ask for a range within the length that Content-Range tells, or leave Range out.";
    INVALID_FIELDS = "invalid-fields", 422, "Some fields are not valid",
        "`errors` lists each field by its JSON Pointer, with a code and what is needed.";
    KEY_REUSED = "idempotency-key-reused", 422, "The Idempotency-Key was used for another request",
        "Make a new key for each new request, and repeat a key only with the same body.";
    PRECONDITION_REQUIRED = "precondition-required", 428, "If-Match is needed",
        "Read the record, and send its ETag in If-Match with the change, so that nobody's work is overwritten unseen.";
    TOO_MANY_REQUESTS = "too-many-requests", 429, "Too many requests",
        "Wait for the time in Retry-After. The RateLimit headers say how much is left.";
    HEADERS_TOO_LARGE = "headers-too-large", 431, "The headers are too large",
        "Send fewer or smaller headers.";
    INTERNAL = "internal", 500, "Something went wrong on our side",
        "Try again. If it stays, tell the operator the request id of this answer.";
    UNAVAILABLE = "unavailable", 503, "The service cannot answer just now",
        "Wait for the time in Retry-After, then send the request again with the same Idempotency-Key: it is done once, however often it is sent.";
}

/// One field that is not valid, or one condition that is not met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) to the field in the request's body; empty for the body as a whole.
    #[schema(example = "/givenName", max_length = 1000)]
    pub pointer: String,
    /// A word for programs.
    #[schema(example = "required", max_length = 60)]
    pub code: String,
    /// What is needed, in plain words. The value that was sent is never repeated.
    #[schema(example = "this field is required", max_length = 2000)]
    pub message: String,
}

impl FieldError {
    /// A field error; `pointer` starts with a slash, or is empty for the whole body.
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            message: message.into(),
        }
    }
}

/// A problem on its way to the caller. The frame adds `instance` when it renders it.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: &'static Type,
    detail: String,
    errors: Vec<FieldError>,
    members: BTreeMap<&'static str, Value>,
    headers: Vec<(header::HeaderName, String)>,
}

/// The body of every answer with a status of 400 or more (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
#[schema(example = json!({
    "type": "/problems/not-found", "title": "There is nothing here", "status": 404,
    "detail": "No partner with this id", "instance": "/v1/partners/0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90"
}))]
pub struct ProblemBody<'a> {
    /// The kind of problem; the address answers with a page that says what to do.
    #[serde(rename = "type")]
    #[schema(max_length = 200)]
    kind: String,
    /// What happened, the same for every problem of the type.
    #[schema(max_length = 200)]
    title: &'a str,
    /// The HTTP status, once more.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened this time.
    #[schema(max_length = 2000)]
    detail: &'a str,
    /// The address that was called.
    #[schema(max_length = 4000)]
    instance: &'a str,
    /// Every field that is not valid, every condition that is not met.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    #[schema(required = false, max_items = 1000)]
    errors: &'a [FieldError],
    /// The record's present state, when that is what stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a Value>,
    /// What can be done from the present state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Label>>, max_items = 50)]
    allowed: Option<&'a Value>,
}

impl Problem {
    /// A problem of the given type, with what happened this time.
    pub fn new(kind: &'static Type, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            members: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// A record that is not there, or not the caller's: the two are not told apart.
    pub fn not_found(noun: &str) -> Self {
        Self::new(&types::NOT_FOUND, format!("No {noun} with this id"))
    }

    /// Fields that are not valid.
    pub fn fields(mut errors: Vec<FieldError>) -> Self {
        errors.sort();
        errors.dedup();
        let count = errors.len();
        let detail = match count {
            1 => "One field is not valid".to_owned(),
            _ => format!("{count} fields are not valid"),
        };
        Self {
            errors,
            ..Self::new(&types::INVALID_FIELDS, detail)
        }
    }

    /// One field that is not valid.
    pub fn field(pointer: &str, code: &str, message: &str) -> Self {
        Self::fields(vec![FieldError::new(pointer, code, message)])
    }

    /// Conditions that have to be met first.
    pub fn unmet(detail: impl Into<String>, errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(&types::RULE_NOT_MET, detail)
        }
    }

    /// Something that no caller can mend. The cause goes to the log, never to the caller.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let (request, cause) = (Context::current(), without_values(cause));
        let request_id = request.as_ref().map(|request| request.request_id.as_str());
        tracing::error!(cause, request_id, "internal error");
        Self::new(
            &types::INTERNAL,
            "The request could not be completed. Nothing was changed.",
        )
    }

    /// Adds the fields or conditions concerned.
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// Adds a member of its own to the document: `state` or `allowed`.
    pub fn with(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        self.members.insert(member, value.into());
        self
    }

    /// Adds a header to the answer.
    pub fn with_header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// What happened this time.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The row of the table that this problem belongs to.
    pub fn kind(&self) -> &'static Type {
        self.kind
    }

    /// The answer, for the address that was called.
    pub fn render(&self, instance: &str) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        for (name, value) in &self.headers {
            answer.insert_header((name.clone(), value.as_str()));
        }
        let body = ProblemBody {
            kind: format!("/problems/{}", self.kind.name),
            title: self.kind.title,
            status: self.kind.status,
            detail: &self.detail,
            instance,
            errors: &self.errors,
            state: self.members.get("state"),
            allowed: self.members.get("allowed"),
        };
        answer
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("application/problem+json")
            .body(serde_json::to_string(&body).unwrap_or_default())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.name, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// What a violated constraint means to the caller, by the name that the migration gave it.
/// SQLite names the columns instead of the index, so both spellings are looked for.
const CONSTRAINTS: &[(&str, &str, &str, &str)] = &[
    (
        "friends_and_family_returns_organisation_setting_period_key",
        "friends_and_family_returns.period",
        "/period",
        "there is a return of this setting and month",
    ),
    (
        "workstreams_organisation_name_key",
        "workstreams.name",
        "/name",
        "a workstream of this name exists",
    ),
    (
        "applications_opportunity_id_partner_id_key",
        "applications.partner_id",
        "/opportunityId",
        "this partner has applied already",
    ),
    (
        "users_organisation_issuer_subject_key",
        "users.subject",
        "/subject",
        "this person is a user already",
    ),
    (
        "appointments_application_id_key",
        "appointments.application_id",
        "/applicationId",
        "this application has led to an appointment already",
    ),
    (
        "induction_checklists_organisation_revision_key",
        "induction_checklists.revision",
        "",
        "another revision was added at the same moment",
    ),
    (
        "agreement_texts_organisation_kind_revision_key",
        "agreement_texts.revision",
        "",
        "another wording was published at the same moment",
    ),
];

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => {
                let errors = CONSTRAINTS
                    .iter()
                    .filter(|(index, columns, ..)| text.contains(index) || text.contains(columns))
                    .map(|(_, _, pointer, message)| FieldError::new(*pointer, "exists", *message))
                    .collect();
                return Self::new(
                    &types::ALREADY_EXISTS,
                    "A value that must be unique is taken",
                )
                .with_errors(errors);
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                return Self::new(
                    &types::STILL_REFERRED_TO,
                    "Other records depend on this one",
                );
            }
            _ => {}
        }
        match availability(&error) {
            Availability::Retry => {
                Self::new(&types::BUSY, "Another change was made at the same time")
            }
            Availability::Refused => Self::new(
                &types::INVALID_FIELDS,
                "A value is outside what can be kept",
            ),
            Availability::Down => Self::unavailable(&error),
            Availability::Bug => Self::internal(described(&error)),
        }
    }
}

impl Problem {
    /// There is no room for more just now, for this cause.
    pub fn full(cause: &'static str, detail: &str) -> Self {
        tracing::warn!(cause, "unavailable");
        Self::new(&types::UNAVAILABLE, detail).with_header(header::RETRY_AFTER, "1")
    }

    /// The database cannot be reached or does not answer in time.
    pub fn unavailable(cause: &dyn std::fmt::Display) -> Self {
        let (request, cause) = (Context::current(), without_values(cause));
        let request_id = request.as_ref().map(|request| request.request_id.as_str());
        tracing::warn!(cause, request_id, "unavailable");
        crate::store::trust::trouble();
        Self::new(&types::UNAVAILABLE, "The database does not answer just now")
            .with_header(header::RETRY_AFTER, "2")
    }
}

/// An error of the database for the log: its kind and the names that it gives. What it says of a value that
/// could not be read is left out, since it quotes the value.
fn described(error: &DbErr) -> String {
    use sea_orm::sqlx::Error as Sqlx;
    let cause = match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            cause.as_ref()
        }
        DbErr::Type(text) | DbErr::Json(text) => {
            let kind = text.split(": ").next().unwrap_or_default();
            return format!("a value that was kept cannot be read: {kind}");
        }
        DbErr::TryIntoErr { from, into, .. } => {
            return format!("a value that was kept as {from} cannot be read as {into}");
        }
        error => return error.to_string(),
    };
    match cause {
        Sqlx::Database(inner) => {
            let code = inner.code();
            let names = [code.as_deref(), inner.table(), inner.constraint()];
            let names = names.into_iter().flatten().collect::<Vec<_>>();
            format!("{error} ({})", names.join(", "))
        }
        Sqlx::ColumnDecode { index, .. } => format!("column {index} cannot be read"),
        Sqlx::Decode(_) | Sqlx::Encode(_) => "a value cannot be read or kept".to_owned(),
        _ => error.to_string(),
    }
}

enum Availability {
    Refused,
    Retry,
    Down,
    Bug,
}

/// Tells a database that is away from a statement that is wrong, by SQLSTATE class.
/// 40001 and 40P01: serialisation and deadlock. 25006: a primary that became a standby. 25P02 and 25P03: a
/// transaction that a cancelled request has left on the connection, or that waited too long.
/// 08, 53, 57: connection, resources, operator intervention and timeouts.
fn availability(error: &DbErr) -> Availability {
    use sea_orm::sqlx::Error as Sqlx;
    let cause = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return Availability::Down,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            cause
        }
        _ => return Availability::Bug,
    };
    match cause.as_ref() {
        Sqlx::Io(_)
        | Sqlx::Tls(_)
        // What answers is no database: a proxy that has none behind it.
        | Sqlx::Protocol(_)
        | Sqlx::PoolTimedOut
        | Sqlx::PoolClosed
        | Sqlx::WorkerCrashed => Availability::Down,
        Sqlx::Database(inner) => match inner.code().as_deref() {
            Some("40001" | "40P01") => Availability::Retry,
            // Data exceptions: a date before all calendars.
            Some(code) if code.len() == 5 && code.starts_with("22") => Availability::Refused,
            Some("25006" | "25P02" | "25P03") => Availability::Down,
            // SQLite: busy, locked, out of memory, a failing disk, a full disk. Extended codes hold these in
            // their lowest byte.
            Some(code)
                if code.len() < 5
                    && code
                        .parse::<u32>()
                        .is_ok_and(|code| [5, 6, 7, 10, 13].contains(&(code & 0xFF))) =>
            {
                Availability::Down
            }
            Some(code) if code.len() == 5 && ["08", "53", "57"].contains(&&code[..2]) => {
                Availability::Down
            }
            _ => Availability::Bug,
        },
        _ => Availability::Bug,
    }
}

/// The page behind a problem's address, for the person who follows it.
pub fn problem_page(name: &str) -> Option<String> {
    let kind = types::ALL.iter().find(|kind| kind.name == name)?;
    Some(format!(
        "<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\n\
         <body><main><h1>{title}</h1>\n<p><code>{name}</code>, HTTP status {status}</p>\n\
         <h2>What to do</h2>\n<p>{advice}</p></main></body></html>\n",
        title = kind.title,
        status = kind.status,
        advice = kind.advice,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_problem_has_a_name_of_its_own_and_a_page() {
        let mut names: Vec<_> = types::ALL.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), types::ALL.len());
        assert!(
            types::ALL
                .iter()
                .all(|kind| problem_page(kind.name).is_some())
        );
    }
}
