//! What comes in with the address and the headers: ids, codes, preconditions.

use std::cell::{Cell, OnceCell};
use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use aws_lc_rs::digest::{SHA256, digest};

use super::frame::method_not_allowed;
use super::problem::{Problem, types};
use crate::app::State;
use crate::organisations;
use crate::store::{Identifies, Scope};
use crate::values::{OdsCode, hyphenated};

tokio::task_local! {
    /// The request that the running task answers.
    static CURRENT: Rc<Context>;
}

/// What is known of a request from its first line to its last log line.
#[derive(Debug, Default)]
pub struct Context {
    /// The caller's X-Request-ID, or one made here.
    pub request_id: String,
    /// The trace it belongs to (W3C Trace Context): the caller's, or one that begins here. 32 hexadecimal digits.
    pub trace_id: String,
    /// Method and path, in the one spelling that is routed.
    pub path: String,
    /// Method and route template, such as `PATCH /v1/partners/{id}`.
    pub route: OnceCell<String>,
    /// The Idempotency-Key as sent, without quotes.
    pub idempotency_key: OnceCell<String>,
    /// SHA-256 of the body, once it has been read.
    pub body_digest: OnceCell<[u8; 32]>,
    /// SHA-256 of If-Match, as sent.
    pub seen_digest: OnceCell<[u8; 32]>,
    /// Whether a file is arriving, which may take long: it has deadlines of its own.
    pub receiving: Cell<bool>,
}

/// SHA-256 of some bytes.
pub fn digest_of(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

impl Context {
    /// The context that the frame made for this request.
    pub fn of(request: &HttpRequest) -> Rc<Self> {
        request
            .extensions()
            .get::<Rc<Self>>()
            .cloned()
            .unwrap_or_default()
    }

    /// Whether only the head of the answer is asked for; the request itself says GET.
    pub fn is_head(&self) -> bool {
        self.path.starts_with("HEAD ")
    }

    /// The path, in the one spelling that is routed.
    pub fn address(&self) -> &str {
        self.path.split_once(' ').map_or("", |(_, address)| address)
    }

    /// The context of the request that the running task answers; nothing in the background.
    pub fn current() -> Option<Rc<Self>> {
        CURRENT.try_with(Rc::clone).ok()
    }

    /// Runs what answers a request, so that whatever is logged meanwhile can name it.
    pub fn answering<F: Future>(
        self: &Rc<Self>,
        answer: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.clone(), answer)
    }

    /// Method and route template, or nothing outside a route.
    pub fn route(&self) -> &str {
        self.route.get().map_or("", String::as_str)
    }
}

/// Answers whether the record that the path names is there for the caller.
struct Existence(Box<dyn Fn(HttpRequest) -> Answered>, &'static str);
type Answered = Pin<Box<dyn Future<Output = Result<bool, Problem>>>>;

/// The `{id}` of the path.
pub struct Id<T>(pub T);

impl<T: Identifies + 'static> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        let Ok(id) = text.parse::<T>() else {
            return ready(Err(Problem::not_found(T::NOUN)));
        };
        let check = move |request: HttpRequest| -> Answered {
            Box::pin(async move {
                let scope = request.extensions().get::<Rc<Scope>>().cloned();
                match (request.app_data::<Data<State>>(), scope) {
                    (Some(state), Some(scope)) => Ok(state
                        .store
                        .reader(&scope)
                        .find::<T::Entity>(id)
                        .await?
                        .is_some()),
                    _ => Ok(true),
                }
            })
        };
        request
            .extensions_mut()
            .insert(Existence(Box::new(check), T::NOUN));
        ready(Ok(Self(id)))
    }
}

/// The `{id}` of the path where records of several kinds have ids.
pub struct AnyId(pub uuid::Uuid);

impl FromRequest for AnyId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        let id = hyphenated(text).map(Self);
        ready(id.ok_or_else(|| Problem::not_found("record")))
    }
}

/// The `{code}` of the path: an organisation's ODS code.
pub struct Code(pub OdsCode);

impl FromRequest for Code {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("code").unwrap_or_default();
        let Ok(code) = text.parse::<OdsCode>() else {
            let detail = "The code in the address is not 3 to 10 capital letters and digits";
            return ready(Err(unfit(request, detail)));
        };
        let asked = code.clone();
        let check = move |request: HttpRequest| -> Answered {
            let code = asked.clone();
            Box::pin(async move {
                match request.app_data::<Data<State>>() {
                    Some(state) => organisations::operations::exists(&state.store, &code).await,
                    None => Ok(true),
                }
            })
        };
        request
            .extensions_mut()
            .insert(Existence(Box::new(check), organisations::NOUN));
        ready(Ok(Self(code)))
    }
}

/// Refuses an address whose `{id}` can name no record.
pub fn check_id(request: &HttpRequest) -> Result<(), Problem> {
    match request.match_info().get("id") {
        Some(text) if hyphenated(text).is_none() => Err(unfit(
            request,
            "The id in the address is not a UUID in its hyphenated form",
        )),
        _ => Ok(()),
    }
}

/// What is wrong with an address whose variable part does not fit: another address may have these
/// words, and take other methods only.
fn unfit(request: &HttpRequest, detail: &str) -> Problem {
    let state = request.app_data::<Data<State>>();
    let allowed = state.and_then(|state| state.contract.methods(request.match_info().as_str()));
    match allowed {
        Some(allowed) if !allowed.split(", ").any(|one| one == request.method()) => {
            method_not_allowed(request.method(), allowed)
        }
        _ => Problem::new(&types::MALFORMED_REQUEST, detail),
    }
}

/// A body that is not valid counts only for a record that is there: 404 goes before 400, 415 and 422.
pub async fn unless_missing(request: &HttpRequest, problem: Problem) -> Problem {
    let check = request.extensions_mut().remove::<Existence>();
    let Some(Existence(check, noun)) = check else {
        return problem;
    };
    match check(request.clone()).await {
        Ok(true) => problem,
        Ok(false) => Problem::not_found(noun),
        Err(other) => other,
    }
}

/// The If-Match precondition. Whether it is needed is decided where the record is saved, so that a
/// missing record or an invalid body is told first (RFC 9110, section 13.2.1).
#[derive(Clone, Debug)]
pub enum IfMatch {
    /// Not sent.
    Absent,
    /// `*`: whatever version there is.
    Any,
    /// One of these tags. Weak tags are left out, since they never match.
    Tags(Vec<String>),
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(header::IF_MATCH) {
            return ready(Ok(Self::Absent));
        }
        // A line that cannot be read names no version: it must not count as no precondition at all.
        let tags: Vec<_> = request
            .headers()
            .get_all(header::IF_MATCH)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().to_owned())
            .collect();
        ready(Ok(match tags.iter().any(|tag| tag == "*") {
            true => Self::Any,
            false => Self::Tags(
                tags.iter()
                    .filter_map(|tag| tag.strip_prefix('"')?.strip_suffix('"').map(str::to_owned))
                    .collect(),
            ),
        }))
    }
}

/// What follows the version in the tag of a representation that depends on who reads it, and when.
const FORMS: &[&str] = &[
    "",
    "own",
    "other",
    "panel",
    "public",
    "closed",
    "public-closed",
];

impl IfMatch {
    /// For a change: the caller must have seen the present version.
    pub fn required(&self, version: i64) -> Result<(), Problem> {
        match self {
            Self::Absent => Err(Problem::new(
                &types::PRECONDITION_REQUIRED,
                "Send the record's ETag in If-Match",
            )),
            seen => seen.honoured(version),
        }
    }

    /// For a transition, which its own lifecycle guards: checked if sent.
    pub fn honoured(&self, version: i64) -> Result<(), Problem> {
        let matches = match self {
            Self::Absent | Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| {
                // What follows a tilde is about other records, which are not what is changed.
                let (tag, others) = tag.split_once('~').unwrap_or((tag, ""));
                let (seen, form) = tag.split_once('-').unwrap_or((tag, ""));
                let ours = others.bytes().all(|byte| byte.is_ascii_alphanumeric());
                seen == version.to_string() && FORMS.contains(&form) && ours
            }),
        };
        match matches {
            true => Ok(()),
            false => Err(Problem::new(
                &types::PRECONDITION_FAILED,
                "If-Match does not name the present version",
            )),
        }
    }
}
