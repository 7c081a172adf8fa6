//! The unversioned routes, except those of OAuth.
#![expect(
    clippy::disallowed_types,
    reason = "a problem's name is a word, not an id"
)]

use std::sync::atomic::Ordering;

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::State;
use crate::http::{Problem, Routes, problem_page, types};

/// Whether the service is well.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "status": "ready" }))]
pub struct Health {
    /// `alive` or `ready`.
    #[schema(max_length = 20)]
    status: &'static str,
}

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(live)
        .service(ready)
        .service(metrics)
        .service(document)
        .service(problem)
        .service(security_txt)
        .service(api_catalog);
}

/// Say whether the process is alive
///
/// Answers as long as the process can answer at all; it does not look at the database.
#[utoipa::path(tag = "Operating", security(()), responses((status = OK, description = "Alive", body = Health)))]
#[get("/health/live")]
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "alive" })
}

/// Say whether requests can be served
///
/// Answers 200 when the database answers and takes changes, no migration is missing, and the service is not about
/// to end; otherwise 503.
#[utoipa::path(tag = "Operating", security(()), responses((status = OK, description = "Ready", body = Health)))]
#[get("/health/ready")]
async fn ready(state: Data<State>) -> Result<HttpResponse, Problem> {
    if state.ending.load(Ordering::Relaxed) {
        let ending = Problem::new(&types::UNAVAILABLE, "The service is about to end");
        return Err(ending.with_header(header::RETRY_AFTER, "2"));
    }
    match state.store.database.ready().await {
        Ok(true) => Ok(HttpResponse::Ok().json(Health { status: "ready" })),
        Ok(false) => Err(Problem::unavailable(&"a migration is missing")),
        Err(unfit) => Err(Problem::unavailable(&unfit)),
    }
}

/// Read the metrics
///
/// Figures for a monitoring system, without personal data. Answers when the database does not, too.
#[utoipa::path(tag = "Operating", security(()), responses(
    (status = OK, description = "Metrics in the OpenMetrics text format", body = String,
     content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8")))]
#[get("/metrics")]
async fn metrics(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(state.metrics.text(&state).await)
}

/// Read the OpenAPI document
///
/// The same document that `/docs` shows and that every answer is checked against in the tests.
#[utoipa::path(tag = "Operating", security(()), responses(
    (status = OK, description = "This document", body = Object)))]
#[get("/openapi.json")]
async fn document(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(state.contract.text().to_owned())
}

/// Read what a problem means and what to do
///
/// The page to which the `type` of a problem document leads.
#[utoipa::path(tag = "Operating", security(()),
    params(("name" = String, Path, description = "The last part of a problem's `type`", max_length = 60, example = "not-found")),
    responses((status = OK, description = "A page for people", body = String, content_type = "text/html; charset=utf-8")))]
#[get("/problems/{name}")]
async fn problem(name: Path<String>) -> Result<HttpResponse, Problem> {
    match problem_page(&name) {
        Some(page) => Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(page)),
        None => Err(Problem::new(
            &types::NOT_FOUND,
            "There is no problem of this name",
        )),
    }
}

/// Read whom to tell about a weakness (RFC 9116)
///
/// Where to write when you have found a way to see or do what you should not.
#[utoipa::path(tag = "Operating", security(()), responses(
    (status = OK, description = "security.txt", body = String, content_type = "text/plain; charset=utf-8")))]
#[get("/.well-known/security.txt")]
async fn security_txt(state: Data<State>) -> HttpResponse {
    let expires = state.store.clock.now() + chrono::Duration::days(180);
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(format!(
            "Contact: {}\nExpires: {}\nPreferred-Languages: en\n",
            state.config.security_contact,
            expires.format("%Y-%m-%dT%H:%M:%SZ"),
        ))
}

/// Find the interfaces of this service (RFC 9727)
///
/// A linkset that leads to the document, its pages and the health of the service.
#[utoipa::path(tag = "Operating", security(()), responses(
    (status = OK, description = "A linkset", body = Object, content_type = "application/linkset+json",
     headers(("Link" = String, description = "The catalogue itself")))))]
#[get("/.well-known/api-catalog")]
async fn api_catalog(state: Data<State>) -> HttpResponse {
    let base = &state.config.public_url;
    let linkset = json!({ "linkset": [{
        "anchor": format!("{base}/v1"),
        "service-desc": [{ "href": format!("{base}/openapi.json"), "type": "application/json" }],
        "service-doc": [{ "href": format!("{base}/docs/"), "type": "text/html" }],
        "status": [{ "href": format!("{base}/health/ready"), "type": "application/json" }],
    }]});
    HttpResponse::Ok()
        .insert_header((
            header::LINK,
            format!("<{base}/.well-known/api-catalog>; rel=\"api-catalog\""),
        ))
        .content_type("application/linkset+json")
        .body(linkset.to_string())
}
