//! Bodies that come in: JSON, and CSV for imports.

use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use super::extract::{Context, digest_of, unless_missing};
use super::gate::Place;
use super::problem::{FieldError, Problem, types};
use crate::app::State;

/// The largest JSON body in bytes.
pub const BODY_LIMIT: usize = 256 * 1024;
/// How long a body may take to arrive: a caller that stalls must not hold a worker's memory.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// The largest CSV file in bytes.
pub const CSV_LIMIT: usize = 8 * 1024 * 1024;

/// A JSON body, valid by its type and its rules. With PATCH it is a merge patch.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Validate + ToSchema + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            match read(&request, &mut payload).await {
                Ok(value) => Ok(Self(value)),
                Err(problem) => Err(unless_missing(&request, problem).await),
            }
        })
    }
}

async fn read<T>(request: &HttpRequest, payload: &mut Payload) -> Result<T, Problem>
where
    T: DeserializeOwned + Validate + ToSchema,
{
    let (wanted, accept) = match request.method() {
        &Method::PATCH => ("application/merge-patch+json", "accept-patch"),
        _ => ("application/json", "accept"),
    };
    expect_media_type(request, wanted, accept)?;
    let bytes = read_bytes(request, payload, BODY_LIMIT).await?;
    let _ = Context::of(request).body_digest.set(digest_of(&bytes));
    parse(request, &bytes)
}

/// Turns JSON into a value that is valid by its type and its rules, or tells every field that is wrong.
pub fn parse<T>(request: &HttpRequest, bytes: &[u8]) -> Result<T, Problem>
where
    T: DeserializeOwned + Validate + ToSchema,
{
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize::<_, T>(&mut from);
    let value = match parsed {
        Ok(value) => {
            from.end().map_err(|error| malformed(&error))?;
            // The types are more lenient than what is published: serde takes a list in the place of an
            // object, chrono a date without its zeros.
            let listed = held_against_schema::<T>(request, bytes)?;
            if !listed.is_empty() {
                return Err(Problem::fields(listed));
            }
            value
        }
        // Whether it is JSON is for the diagnosis to say: the types take a number in the place of a word for none.
        Err(error) => return Err(diagnose::<T>(request, bytes, &error)),
    };
    value
        .validate()
        .map_err(|errors| Problem::fields(rule_errors("", &errors)))?;
    Ok(value)
}

/// A CSV file as it was sent; what is in it is the operation's business.
pub struct Csv(pub Vec<u8>);

impl FromRequest for Csv {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            expect_media_type(&request, "text/csv", "accept")?;
            let bytes = read_bytes(&request, &mut payload, CSV_LIMIT).await?;
            let _ = Context::of(&request).body_digest.set(digest_of(&bytes));
            Ok(Self(bytes.to_vec()))
        })
    }
}

/// Refuses a body of another media type than the one that is wanted, and one that is compressed.
pub fn expect_media_type(
    request: &HttpRequest,
    wanted: &str,
    accept: &'static str,
) -> Result<(), Problem> {
    expect_one_of(request, &[wanted], accept).map(|_| ())
}

/// Which of some media types a body has; the problem names them all.
pub fn expect_one_of<'a>(
    request: &HttpRequest,
    taken: &[&'a str],
    accept: &'static str,
) -> Result<&'a str, Problem> {
    let refuse = |detail: String| {
        Problem::new(&types::UNSUPPORTED_MEDIA_TYPE, detail)
            .with_header(header::HeaderName::from_static(accept), taken.join(", "))
    };
    if let Some(encoding) = request.headers().get(header::CONTENT_ENCODING)
        && encoding != "identity"
    {
        return Err(refuse("The body must not be compressed".to_owned()));
    }
    if request.headers().get_all(header::CONTENT_TYPE).count() > 1 {
        return Err(refuse("The body has one media type".to_owned()));
    }
    let sent = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let mut parts = sent.unwrap_or_default().split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let charset = parts.find_map(|part| {
        part.to_ascii_lowercase()
            .strip_prefix("charset=")
            .map(str::to_owned)
    });
    let utf8 = charset.is_none_or(|name| name.trim_matches('"') == "utf-8");
    let mut taken_as = taken
        .iter()
        .filter(|kind| essence.eq_ignore_ascii_case(kind));
    taken_as.next().copied().filter(|_| utf8).ok_or_else(|| {
        let all = taken.join(" or ");
        refuse(format!("The body has to be {all} in UTF-8"))
    })
}

/// Reads a body up to a limit; a larger one is refused as soon as it is known to be larger.
pub async fn read_bytes(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> Result<BytesMut, Problem> {
    let too_large = || {
        Problem::new(
            &types::CONTENT_TOO_LARGE,
            format!("A body may have {limit} bytes at the most"),
        )
    };
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    // The time until it is there is the caller's: others may work meanwhile.
    let place = request.extensions().get::<Rc<Place>>().cloned();
    if let Some(place) = &place {
        place.leave();
    }
    let mut bytes = BytesMut::new();
    let late = tokio::time::sleep(PATIENCE);
    tokio::pin!(late);
    loop {
        let chunk = tokio::select! {
            chunk = payload.next() => chunk,
            () = &mut late => {
                let detail = format!("The body did not arrive within {} seconds", PATIENCE.as_secs());
                return Err(Problem::new(&types::REQUEST_TIMEOUT, detail));
            }
        };
        let Some(chunk) = chunk else { break };
        let chunk = chunk.map_err(|_| {
            Problem::new(
                &types::MALFORMED_REQUEST,
                "The body ended before it was complete",
            )
        })?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    if let Some(place) = place {
        place.take()?;
    }
    Ok(bytes)
}

fn malformed(error: &serde_json::Error) -> Problem {
    let detail = match error.classify() {
        serde_json::error::Category::Eof => "The JSON text ends too early".to_owned(),
        _ => format!(
            "The body is not JSON, or nests too deep, at line {}, column {}",
            error.line(),
            error.column()
        ),
    };
    Problem::new(&types::MALFORMED_REQUEST, detail)
}

/// Every field that the type's published schema refuses.
fn held_against_schema<T: ToSchema>(
    request: &HttpRequest,
    bytes: &[u8],
) -> Result<Vec<FieldError>, Problem> {
    // The type stops at the first field that it refuses: what comes after it may be no JSON at all.
    let value = serde_json::from_slice(bytes).map_err(|error| malformed(&error))?;
    let state = request.app_data::<Data<State>>();
    Ok(state
        .map(|state| state.contract.diagnose(&T::name(), &value))
        .unwrap_or_default())
}

/// Lists every field that is wrong; the type itself stops at the first.
fn diagnose<T: ToSchema>(
    request: &HttpRequest,
    bytes: &[u8],
    first: &serde_path_to_error::Error<serde_json::Error>,
) -> Problem {
    let listed = match held_against_schema::<T>(request, bytes) {
        Ok(listed) => listed,
        Err(problem) => return problem,
    };
    if !listed.is_empty() {
        return Problem::fields(listed);
    }
    let mut pointer = pointer_of(first.path());
    if let Some(name) = given_twice(first.inner()) {
        pointer.push_str(&format!("/{name}"));
    }
    Problem::field(&pointer, "invalid", &without_value(first.inner()))
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Seq { index } => Some(format!("/{index}")),
            _ => None,
        })
        .collect()
}

/// The field that is given twice, if that is what is wrong; its path ends at what holds it.
fn given_twice(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let rest = text.strip_prefix("duplicate field `")?;
    rest.split('`').next().map(str::to_owned)
}

/// Our own types' messages never hold the value; serde's own may, and are replaced.
fn without_value(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let own = text.split(" at line ").next().unwrap_or_default();
    match own {
        own if own.starts_with("duplicate field") => "this field is given twice".to_owned(),
        own if own.starts_with("not a valid")
            || own.starts_with("a UUID")
            || own.starts_with("from ") =>
        {
            own.to_owned()
        }
        _ => "the value does not fit this field".to_owned(),
    }
}

/// Rules of a type (`validator`), by JSON Pointer. Rust names become camelCase once, here.
pub(super) fn rule_errors(prefix: &str, errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    for (name, kind) in errors.errors() {
        let pointer = match name.as_ref() {
            "__all__" => prefix.to_owned(),
            name => format!("{prefix}/{}", camel_case(name)),
        };
        match kind {
            ValidationErrorsKind::Struct(inner) => found.extend(rule_errors(&pointer, inner)),
            ValidationErrorsKind::List(rows) => {
                for (index, inner) in rows {
                    found.extend(rule_errors(&format!("{pointer}/{index}"), inner));
                }
            }
            ValidationErrorsKind::Field(rows) => found.extend(rows.iter().map(|row| {
                let field = row.params.get("pointer").and_then(|value| value.as_str());
                let message = row.message.as_deref().unwrap_or("this is not valid");
                FieldError::new(
                    field.map_or(pointer.clone(), |f| format!("{prefix}{f}")),
                    row.code.as_ref(),
                    message,
                )
            })),
        }
    }
    found
}

/// A Rust name as JSON has it.
pub fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut text, word| {
        let mut letters = word.chars();
        text.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        text.push_str(letters.as_str());
        text
    })
}
