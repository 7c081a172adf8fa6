//! An upload: a form with a file among its fields (RFC 7578).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use tokio::time::timeout;
use utoipa::__dev::ComposeSchema;
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, SchemaType};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use validator::Validate;

use super::LARGEST;
use super::incoming::{Incoming, too_large};
use super::kinds::wrong;
use crate::app::State;
use crate::http::{
    Context, LONGEST, Pace, Place as Seat, Problem, Shared, at_most, digest_of, expect_media_type,
    late, parse, rest_of, soon, types, unless_missing,
};
use crate::store::Scope;
use crate::values::Line;

/// The field that holds the file.
const FILE: &str = "file";
/// How much all other fields may hold, in bytes.
const FIELDS: usize = 64 * 1024;
/// How much a form may have besides its file and its fields, in bytes: boundaries, heads of parts.
const FRAME: u64 = 64 * 1024;
const MOST_FIELDS: usize = 40;

/// The file of a form, in the type of its fields: it stands for itself, since its bytes go elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct FilePart;

impl ComposeSchema for FilePart {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("A file with its name."))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .max_length(Some(LARGEST))
            .into()
    }
}

impl ToSchema for FilePart {}

impl<'de> Deserialize<'de> for FilePart {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|_| Self)
    }
}

/// The fields of a form, valid by their type and its rules, and the file, which is nobody's yet. `T` has the field
/// `file: FilePart`.
pub struct Upload<T> {
    /// What the fields say.
    pub fields: T,
    /// The file.
    pub file: Incoming,
}

impl<T: DeserializeOwned + Validate + ToSchema + 'static> FromRequest for Upload<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            match receive(&request, payload).await {
                Ok(upload) => Ok(upload),
                Err(problem) => Err(unless_missing(&request, problem).await),
            }
        })
    }
}

/// What has arrived of a form.
#[derive(Default)]
struct Form {
    fields: BTreeMap<String, String>,
    file: Option<Incoming>,
    file_digest: [u8; 32],
}

async fn receive<T>(request: &HttpRequest, payload: Payload) -> Result<Upload<T>, Problem>
where
    T: DeserializeOwned + Validate + ToSchema,
{
    expect_media_type(request, "multipart/form-data", "accept")?;
    let state = request.app_data::<Data<State>>().cloned();
    let state = state.ok_or_else(|| Problem::internal("the state is not set up"))?;
    let most = state.files.largest() + FIELDS as u64 + FRAME;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > most) {
        return Err(too_large(state.files.largest()));
    }
    let scope = request.extensions().get::<Rc<Scope>>().cloned();
    let organisation = scope.and_then(|scope| scope.organisation.clone());
    let _room = state.files.room(&organisation.unwrap_or_default())?;
    let context = Context::of(request);
    // The time until it is there is the caller's: others may work meanwhile.
    let seat = request.extensions().get::<Rc<Seat>>().cloned();
    if let Some(seat) = &seat {
        seat.leave();
    }
    context.receiving.set(true);
    let payload = Rc::new(RefCell::new(payload));
    let arrived = timeout(LONGEST, arrive(&state, request, payload.clone(), most)).await;
    // Who has stalled is not waited for again.
    if let Ok(Err(problem)) = &arrived
        && *problem.kind() != types::REQUEST_TIMEOUT
    {
        rest_of(&payload).await;
    }
    context.receiving.set(false);
    let form = arrived.unwrap_or_else(|_| Err(late()))?;
    if let Some(seat) = seat {
        seat.take()?;
    }
    let Form {
        fields,
        file,
        file_digest,
    } = form;
    // The boundary, which no two requests share, is left out: the same form is the same body.
    let said = serde_json::to_vec(&fields).map_err(Problem::internal)?;
    let _ = context
        .body_digest
        .set(digest_of(&[file_digest.to_vec(), said.clone()].concat()));
    let fields = parse::<T>(request, &said)?;
    let file = file.ok_or_else(|| wrong("required", "this field is required"))?;
    Ok(Upload { fields, file })
}

async fn arrive(
    state: &State,
    request: &HttpRequest,
    payload: Shared,
    most: u64,
) -> Result<Form, Problem> {
    let mut parts = Multipart::new(request.headers(), at_most(payload, most));
    let mut form = Form::default();
    let mut left = FIELDS;
    while let Some(part) = soon(parts.next()).await? {
        let part = part.map_err(|error| unreadable(&error, state.files.largest()))?;
        let name = part.name().unwrap_or_default().to_owned();
        if form.fields.contains_key(&name) {
            return Err(Problem::field(
                &format!("/{name}"),
                "invalid",
                "this field is given twice",
            ));
        }
        if form.fields.len() >= MOST_FIELDS {
            return Err(Problem::field(
                "",
                "tooMany",
                "the form has too many fields",
            ));
        }
        let text = match name == FILE {
            true => {
                let (file, digest, text) = take_file(state, part).await?;
                (form.file, form.file_digest) = (Some(file), digest);
                text
            }
            false => take_text(state, part, &name, &mut left).await?,
        };
        // What a form leaves empty is not there.
        if !text.is_empty() {
            form.fields.insert(name, text);
        }
    }
    Ok(form)
}

async fn take_file(
    state: &State,
    mut part: Field,
) -> Result<(Incoming, [u8; 32], String), Problem> {
    let name = part
        .content_disposition()
        .and_then(|head| head.get_filename());
    let name = name
        .ok_or_else(|| wrong("required", "the file needs a name"))?
        .to_owned();
    // Some programs send where it was; nobody needs to know, and nothing may ever go there.
    if name.contains(['/', '\\', '\0']) || Line::parse(name.as_str()).is_err() {
        return Err(wrong("name", "a name of one line without a path is needed"));
    }
    let declared = part
        .content_type()
        .map(|kind| kind.essence_str().to_owned());
    let (place, store) = (state.files.clone(), state.store.clone());
    let mut file = Incoming::begin(place, store, name.clone(), declared.as_deref()).await?;
    let mut pace = Pace::start();
    while let Some(bytes) = soon(part.next()).await? {
        let bytes = bytes.map_err(|error| unreadable(&error, state.files.largest()))?;
        file.take(&bytes).await?;
        pace.goes_on(bytes.len())?;
    }
    let digest = file.end().await?;
    Ok((file, digest, name))
}

async fn take_text(
    state: &State,
    mut part: Field,
    name: &str,
    left: &mut usize,
) -> Result<String, Problem> {
    let mut text = BytesMut::new();
    while let Some(bytes) = soon(part.next()).await? {
        let bytes = bytes.map_err(|error| unreadable(&error, state.files.largest()))?;
        *left = left.checked_sub(bytes.len()).ok_or_else(|| {
            let detail = format!("The fields of a form may have {FIELDS} bytes together");
            Problem::new(&types::CONTENT_TOO_LARGE, detail)
        })?;
        text.extend_from_slice(&bytes);
    }
    String::from_utf8(text.to_vec())
        .map_err(|_| Problem::field(&format!("/{name}"), "invalid", "text in UTF-8 is needed"))
}

fn unreadable(error: &MultipartError, largest: u64) -> Problem {
    match error {
        MultipartError::Payload(PayloadError::Overflow) => too_large(largest),
        MultipartError::Payload(_) | MultipartError::Incomplete => Problem::new(
            &types::MALFORMED_REQUEST,
            "The body ended before it was complete",
        ),
        _ => Problem::new(&types::MALFORMED_REQUEST, "The body is no form with parts"),
    }
}
