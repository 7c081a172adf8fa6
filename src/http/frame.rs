//! Around every request: its id, its caller, its allowance, its problem document, its log line.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ResponseHead, ServiceRequest, ServiceResponse};
use actix_web::guard::GuardContext;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use futures_util::FutureExt;
use uuid::Uuid;

use super::connection::AtWork;
use super::extract::Context;
use super::gate::Place;
use super::limits::Allowance;
use super::problem::{Problem, Type, types};
use crate::access;
use crate::app::State;
use crate::store::trust;
use crate::traces::Traced;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
/// The route of what no route takes.
const UNMATCHED: &str = "unmatched";
const LONGEST_URI: usize = 8 * 1024;
/// A request that takes longer than this is logged as a warning.
const SLOW: Duration = Duration::from_secs(1);
/// How much If-None-Match, If-Range and Range may hold each, in bytes.
pub const LONGEST_TAGS: usize = 2000;
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// What is known of a request until its answer has left: for the answer's headers and the log.
struct Trace {
    started: std::time::Instant,
    method: Method,
    path: String,
    correlation_id: Option<String>,
    context: Rc<Context>,
    state: Option<Data<State>>,
    traced: Traced,
}

/// The outermost middleware.
pub async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let state = request.app_data::<Data<State>>().cloned();
    let traces = state.as_ref().map(|state| &state.traces);
    let (trace_id, traced) = Traced::begin(traces, request.headers());
    let context = Rc::new(Context {
        request_id: echoed(request.headers(), &REQUEST_ID)
            .unwrap_or_else(|| Uuid::new_v4().to_string()),
        trace_id,
        path: format!("{method} {}", path_of(&request)),
        ..Context::default()
    });
    request.extensions_mut().insert(context.clone());
    let trace = Trace {
        started: std::time::Instant::now(),
        correlation_id: echoed(request.headers(), &CORRELATION_ID),
        state,
        traced,
        method,
        path,
        context,
    };

    let _in_progress = trace.state.as_ref().map(|state| state.metrics.begin());

    // actix routes HEAD only where it is declared; the encoder leaves the body out by itself.
    if trace.method == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let _at_work = AtWork::on(&request);
    let place = match trace.enter(&request) {
        Ok(place) => place,
        Err(full) => return Err(trace.instead(&full)),
    };
    let answering = trace.context.answering(next.call(request));
    let answering = AssertUnwindSafe(trace.traced.during(answering)).catch_unwind();
    let context = trace.context.clone();
    let answered = trust::patiently_but_for(|| context.receiving.get(), answering).await;
    if let Some(place) = place {
        place.leave();
    }
    let answered = match answered {
        Ok(answered) => answered,
        Err(why) => return Err(trace.instead(&Problem::unavailable(&why))),
    };
    let problem = match answered {
        Ok(Ok(response)) => {
            let response = with_problem(response.map_into_boxed_body());
            return Ok(trace.finish(response));
        }
        Ok(Err(error)) => match error.as_error::<Problem>() {
            Some(problem) => problem.clone(),
            None => by_status(error.as_response_error().status_code()),
        },
        Err(_) => Problem::internal("a handler panicked"),
    };
    Err(trace.instead(&problem))
}

/// The middleware inside of CORS: a front end may read every refusal, not only every answer.
pub async fn admission(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let allowance = match admit(&request).await {
        Ok(allowance) => allowance,
        Err(problem) => {
            let answer = problem.render(request.path());
            return Ok(request.into_response(answer));
        }
    };
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = with_problem(response);
    if let Some(allowance) = allowance {
        allowance.write(response.headers_mut());
    }
    Ok(response)
}

impl Trace {
    /// Takes a place among the requests that are worked on. Who asks how the service is, needs none.
    fn enter(&self, request: &ServiceRequest) -> Result<Option<Rc<Place>>, Problem> {
        match &self.state {
            Some(state) if !is_probe(path_of(request)) => state.gate.enter(request).map(Some),
            _ => Ok(None),
        }
    }

    fn finish(&self, mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let known = self.context.route.get();
        let known = known.and_then(|route| Some(route.split_once(' ')?.1.to_owned()));
        let route = known.or_else(|| response.request().match_pattern());
        let status = response.status();
        let route = route.as_deref().unwrap_or(UNMATCHED);
        self.tell(route, status, response.response_mut().head_mut());
        response
    }

    /// An answer for a request that is gone with its handler, and with it what a response needs.
    fn instead(&self, problem: &Problem) -> Error {
        let mut answer = problem.render(&self.path);
        let status = answer.status();
        let route = self.context.route().split_once(' ');
        let route = route.map_or(UNMATCHED, |(_, template)| template);
        self.tell(route, status, answer.head_mut());
        actix_web::error::InternalError::from_response("problem", answer).into()
    }

    /// Writes the headers that every answer has, the log line and the figures.
    fn tell(&self, route: &str, status: StatusCode, answer: &mut ResponseHead) {
        let elapsed = self.started.elapsed();
        // A method that nobody knows is no label: callers could make any number of them.
        let known = METHODS.into_iter().find(|known| self.method == *known);
        let method = known.unwrap_or("other");
        let matched = Some(route).filter(|route| *route != UNMATCHED);
        self.traced.end(known, matched, status);
        if let Some(state) = &self.state {
            state
                .metrics
                .request(method, route, status.as_u16(), elapsed);
            if state.ending.load(Ordering::Relaxed) {
                answer.set_connection_type(ConnectionType::Close);
            }
        }
        let headers = answer.headers_mut();
        let own_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(REQUEST_ID, &self.context.request_id);
        if let Some(id) = &self.correlation_id {
            set(CORRELATION_ID, id);
        }
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::REFERRER_POLICY, "no-referrer");
        // A page that is shown brings the one that its style needs.
        if !route.starts_with("/docs") && !own_policy {
            set(
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; frame-ancestors 'none'",
            );
        }
        // The path holds ids at most; the query can hold words that a person typed, and is left out.
        let route = self.context.route.get().map_or(route, String::as_str);
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    request_id = self.context.request_id,
                    trace_id = self.context.trace_id,
                    correlation_id = self.correlation_id.as_deref(),
                    method,
                    route,
                    status = status.as_u16(),
                    micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
                    "request"
                )
            };
        }
        match status.as_u16() {
            // Told to be tried again; whoever must act finds the cause beside it.
            503 => line!(warn),
            500.. => line!(error),
            _ if elapsed >= SLOW => line!(warn),
            _ => line!(info),
        }
    }
}

/// The path as it is routed: each address has one spelling here, however it was encoded.
fn path_of(request: &ServiceRequest) -> &str {
    request.match_info().as_str()
}

/// Whether a request's address is one of these, or one below it.
pub(super) fn is_below(request: &GuardContext<'_>, beginnings: &[&str]) -> bool {
    let extensions = request.req_data();
    let context = extensions.get::<Rc<Context>>();
    let address = context.map(|context| context.address()).unwrap_or_default();
    beginnings.iter().any(|beginning| {
        let rest = address.strip_prefix(beginning);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// A header that is a UUID, and so is safe to send back and to log.
fn echoed(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    Uuid::try_parse(text)
        .ok()
        .filter(|_| text.len() == 36)
        .map(|_| text.to_owned())
}

/// What is checked before routing: the address, what the caller accepts, who calls, how often.
async fn admit(request: &ServiceRequest) -> Result<Option<Allowance>, Problem> {
    let method = request.method();
    if request
        .uri()
        .path_and_query()
        .is_some_and(|uri| uri.as_str().len() > LONGEST_URI)
    {
        return Err(Problem::new(
            &types::URI_TOO_LONG,
            "An address may have 8192 bytes at the most",
        ));
    }
    for name in [header::IF_NONE_MATCH, header::IF_RANGE, header::RANGE] {
        let values = request.headers().get_all(&name);
        if values.map(|value| value.len()).sum::<usize>() > LONGEST_TAGS {
            let detail = format!("{name} may have {LONGEST_TAGS} bytes at the most");
            return Err(Problem::new(&types::MALFORMED_REQUEST, detail));
        }
    }
    if path_of(request).starts_with("/oauth/") && *method == Method::POST {
        let Some(state) = request.app_data::<Data<State>>() else {
            return Ok(None);
        };
        let address = state.config.address_of(request.request());
        return state.limits.token(&format!("address {address}")).map(Some);
    }
    if !path_of(request).starts_with("/v1/") {
        return unversioned(request);
    }
    let state = request.app_data::<Data<State>>();
    // What a file is, is known when it has been found.
    let is_file = |state: &Data<State>| state.contract.answers_files(path_of(request));
    if !accepts(request.headers(), "application/json") && !state.is_some_and(is_file) {
        return Err(Problem::new(
            &types::NOT_ACCEPTABLE,
            "Answers are application/json",
        ));
    }
    let Some(state) = state else {
        return Ok(None);
    };
    let address = state.config.address_of(request.request());
    let principal = access::authenticate(state, request.request()).await;
    let allowance = match &principal {
        Ok(principal) => match principal.key() {
            Some(key) => state.limits.caller(&key),
            None => state.limits.anonymous(&address, !method.is_safe()),
        },
        Err(_) => state.limits.anonymous(&address, false),
    }?;
    request
        .extensions_mut()
        .insert(access::Authenticated::from(principal));
    Ok(Some(allowance))
}

/// Whether somebody asks how the service is.
fn is_probe(path: &str) -> bool {
    path.starts_with("/health/") || path.starts_with("/metrics")
}

/// Documents and pages count like anonymous reads. Probes do not, since one that is refused would take
/// a healthy instance out of service; the token endpoint counts for itself.
fn unversioned(request: &ServiceRequest) -> Result<Option<Allowance>, Problem> {
    let path = path_of(request);
    match request.app_data::<Data<State>>() {
        Some(state) if !is_probe(path) && !path.starts_with("/oauth/") => {
            let address = state.config.address_of(request.request());
            state.limits.anonymous(&address, false).map(Some)
        }
        _ => Ok(None),
    }
}

/// Whether a media type is among what the caller accepts. The closest of the ranges that fit decides (RFC 9110,
/// section 12.5.1); without any range, everything is accepted.
pub fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    wanted(headers, media_type).is_some()
}

/// Of several media types, the one that the caller wants most; of those that are wanted alike, the first.
pub fn preferred<'a>(headers: &HeaderMap, offered: &[&'a str]) -> Option<&'a str> {
    let wanted = |one: &&'a str| Some((wanted(headers, one)?, *one));
    let first = |best: Option<(Wanted, &'a str)>, one: (Wanted, &'a str)| match best {
        Some(best) if best.0 >= one.0 => Some(best),
        _ => Some(one),
    };
    let best = offered.iter().filter_map(wanted).fold(None, first);
    best.map(|(_, one)| one)
}

/// How much a media type is wanted, in thousandths, and how closely it is named.
type Wanted = (u16, u8);

/// How much the caller wants a media type; nothing if it is not accepted.
fn wanted(headers: &HeaderMap, media_type: &str) -> Option<Wanted> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let family = essence.split('/').next().unwrap_or_default();
    let lines = headers.get_all(header::ACCEPT);
    let lines = lines.filter_map(|value| value.to_str().ok());
    let ranges: Vec<&str> = lines
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .collect();
    let closest = ranges.iter().filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let closeness = match parts.next()?.to_ascii_lowercase().as_str() {
            range if range == essence => 2,
            "*/*" => 0,
            range if range.strip_suffix("/*") == Some(family) => 1,
            _ => return None,
        };
        Some((closeness, parts.find_map(weight).unwrap_or(1000)))
    });
    if ranges.is_empty() {
        return Some((1000, 0));
    }
    let (closeness, weight) = closest.max()?;
    (weight > 0).then_some((weight, closeness))
}

/// The weight of a range, in thousandths; one that cannot be read is none.
fn weight(parameter: &str) -> Option<u16> {
    let text = parameter.strip_prefix("q=")?;
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let fits = matches!(whole, "0" | "1") && decimals.len() <= 3;
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok().filter(|_| fits)?;
    Some(if whole == "1" { 1000 } else { thousandths })
}

/// Gives every error its problem document, whichever layer made it.
fn with_problem(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if status.as_u16() < 400 {
        return response;
    }
    // The token endpoints tell some errors in the words of RFC 6749.
    let (request, path) = (response.request(), response.request().path());
    let theirs = request.match_info().as_str().starts_with("/oauth/");
    let ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| {
            value == "application/problem+json" || theirs && value == "application/json"
        });
    let answer = match response
        .response()
        .error()
        .and_then(|error| error.as_error::<Problem>())
    {
        Some(problem) => problem.render(path),
        None if ours => return response,
        None if request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) =>
        {
            let detail =
                "Calls from this origin, by this method or with these headers are not allowed";
            Problem::new(&types::MALFORMED_REQUEST, detail).render(path)
        }
        None => by_status(status).render(path),
    };
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, answer)
}

fn by_status(status: StatusCode) -> Problem {
    let kind: &'static Type = types::ALL
        .iter()
        .copied()
        .find(|kind| kind.status == status.as_u16())
        .unwrap_or(if status.is_server_error() {
            &types::INTERNAL
        } else {
            &types::MALFORMED_REQUEST
        });
    Problem::new(kind, kind.title)
}

/// Whatever no route takes: OPTIONS, a method that is not served here, or no such address.
pub async fn default_service(
    request: HttpRequest,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let allowed = state.contract.methods(request.match_info().as_str());
    match (allowed, request.method()) {
        (Some(allowed), &Method::OPTIONS) => Ok(HttpResponse::NoContent()
            .insert_header((header::ALLOW, allowed))
            .finish()),
        (Some(allowed), method) => Err(method_not_allowed(method, allowed)),
        (None, _) => Err(Problem::new(&types::NOT_FOUND, "There is no such address")),
    }
}

/// The problem that an address takes other methods only.
pub(super) fn method_not_allowed(method: &Method, allowed: String) -> Problem {
    let detail = format!("{method} is not served here");
    Problem::new(&types::METHOD_NOT_ALLOWED, detail).with_header(header::ALLOW, allowed)
}
