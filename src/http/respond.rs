//! Results as answers: the status, ETag and Location follow from the type.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use super::extract::digest_of;
use super::frame::accepts;
use super::kept::Sent;
use super::page::Page;
use super::problem::{Problem, types};

/// A representation with an address and a version, so that it can be cached and changed safely.
pub trait Versioned: Serialize {
    /// The entity tag, without quotes; it changes with every change of the representation.
    fn tag(&self) -> String;
    /// The path of the resource.
    fn location(&self) -> String;
}

/// 200 with an ETag; 304 when the caller has this version.
pub struct Found<T>(pub T);
/// 200 with the new ETag, after a change or a transition.
pub struct Changed<T>(pub T);
/// 200 with the outcome of something that leaves no resource of its own behind: an import, a ranking.
pub struct Done<T>(pub T);
/// 201 with Location and ETag.
pub struct Created<T>(pub T);
/// 204.
pub struct Removed;
/// 200 with something to read that is no JSON, tagged with its digest; 304 when the caller has it.
pub struct Shown {
    media_type: &'static str,
    policy: Option<String>,
    name: String,
    bytes: Vec<u8>,
}
/// 200 with a page and a Link to the next one.
pub struct Listed<T>(pub Page<T>);
/// The same, from a page that may have been sent to others before.
pub struct ListedForAll(pub Arc<Sent>);

/// Personal answers are never kept by a cache without asking again.
pub const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
/// What answers differ by.
pub const VARY: HeaderValue = HeaderValue::from_static("Authorization, Accept");

fn body<T: Serialize>(status: StatusCode, value: &T) -> HttpResponse {
    match serde_json::to_vec(value) {
        Ok(text) => json(status, text),
        Err(error) => HttpResponse::from_error(Problem::internal(error)),
    }
}

fn json(status: StatusCode, text: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, PRIVATE))
        .insert_header((header::VARY, VARY))
        .content_type("application/json")
        .body(text)
}

/// 200 with a page for people, with personal data in it.
pub struct PersonalPage(pub String);

impl Responder for PersonalPage {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        if !accepts(request.headers(), "text/html") {
            let problem = Problem::new(&types::NOT_ACCEPTABLE, "The page is text/html");
            return HttpResponse::from_error(problem);
        }
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, PRIVATE))
            .insert_header((header::VARY, VARY))
            .content_type("text/html; charset=utf-8")
            .body(self.0)
    }
}

fn tagged<T: Versioned>(status: StatusCode, value: &T) -> HttpResponse {
    let mut answer = body(status, value);
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", value.tag())) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// Whether If-None-Match names the tag, by weak comparison (RFC 9110, section 13.1.2).
pub fn known(request: &HttpRequest, tag: &str) -> bool {
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value.split(',').map(str::trim).any(|one| {
                one == "*" || one.strip_prefix("W/").unwrap_or(one).trim_matches('"') == tag
            })
        })
}

impl<T: Versioned> Responder for Found<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let tag = self.0.tag();
        if known(request, &tag) {
            return HttpResponse::NotModified()
                .insert_header((header::ETAG, format!("\"{tag}\"")))
                .insert_header((header::CACHE_CONTROL, PRIVATE))
                .insert_header((header::VARY, VARY))
                .finish();
        }
        tagged(StatusCode::OK, &self.0)
    }
}

impl Shown {
    /// A page for a browser, and what the browser may do with it.
    pub fn page(name: &str, bytes: Vec<u8>, policy: String) -> Self {
        Self {
            media_type: "text/html; charset=utf-8",
            policy: Some(policy),
            name: format!("{name}.html"),
            bytes,
        }
    }

    /// XML of a kind, under the name of a file. What XML may not hold at all is replaced (XML 1.0, section 2.2).
    pub fn xml(media_type: &'static str, name: String, written: &str) -> Self {
        let written = written.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}");
        Self {
            media_type,
            policy: None,
            name,
            bytes: written.into_bytes(),
        }
    }

    /// A PDF.
    pub fn pdf(name: &str, bytes: Vec<u8>) -> Self {
        Self {
            media_type: "application/pdf",
            policy: None,
            name: format!("{name}.pdf"),
            bytes,
        }
    }
}

impl Responder for Shown {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        if !accepts(request.headers(), self.media_type) {
            let detail = format!("The answer is {}", self.media_type);
            return HttpResponse::from_error(Problem::new(&types::NOT_ACCEPTABLE, detail));
        }
        let digest = digest_of(&self.bytes);
        let tag: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let known = known(request, &tag);
        let mut answer = match known {
            true => HttpResponse::NotModified(),
            false => HttpResponse::Ok(),
        };
        answer
            .insert_header((header::ETAG, format!("\"{tag}\"")))
            .insert_header((header::CACHE_CONTROL, PRIVATE))
            .insert_header((header::VARY, VARY));
        if known {
            return answer.finish();
        }
        if let Some(policy) = self.policy {
            answer.insert_header((header::CONTENT_SECURITY_POLICY, policy));
        }
        // The name is made of words of this service and an id.
        let name = format!("inline; filename=\"{}\"", self.name);
        answer
            .insert_header((header::CONTENT_DISPOSITION, name))
            .content_type(self.media_type)
            .body(self.bytes)
    }
}

/// 200 with a file to save, such as a table that was asked for as comma-separated values.
pub fn attachment(media_type: &'static str, name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CACHE_CONTROL, PRIVATE))
        .insert_header((header::VARY, VARY))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(bytes)
}

impl<T: Versioned> Responder for Changed<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        tagged(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize> Responder for Done<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        body(StatusCode::OK, &self.0)
    }
}

impl<T: Versioned> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = tagged(StatusCode::CREATED, &self.0);
        if let Ok(location) = HeaderValue::from_str(&self.0.location()) {
            answer.headers_mut().insert(header::LOCATION, location);
        }
        answer
    }
}

impl Responder for Removed {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

impl<T: Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match Sent::of(&self.0) {
            Ok(sent) => ListedForAll(Arc::new(sent)).respond_to(request),
            Err(problem) => HttpResponse::from_error(problem),
        }
    }
}

impl Responder for ListedForAll {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Sent { body, next } = self.0.as_ref();
        let mut answer = json(StatusCode::OK, body.clone());
        if let Some(next) = next {
            let kept: String = request
                .query_string()
                .split('&')
                .filter(|pair| !pair.is_empty() && !pair.starts_with("after="))
                .map(|pair| format!("{pair}&"))
                .collect();
            let link = format!("<{}?{kept}after={next}>; rel=\"next\"", request.path());
            if let Ok(link) = HeaderValue::from_str(&link) {
                answer.headers_mut().insert(header::LINK, link);
            }
        }
        answer
    }
}
