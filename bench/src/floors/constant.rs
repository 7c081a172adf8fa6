//! The same bytes for everyone: what HTTP and the check of a token cost.

use std::path::Path;

use actix_web::http::{Method, header};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, Scope};
use anyhow::{Context, Result};

use super::gate::Bearer;
use crate::operations::Operation;

/// An answer of the service to each operation.
#[derive(Clone)]
pub struct Samples(Vec<(Operation, Bytes)>);

impl Samples {
    /// Reads the answers, a file each.
    pub fn read(folder: &Path) -> Result<Self> {
        let read = |operation: &Operation| {
            let file = folder.join(operation.word());
            let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
            Ok((*operation, Bytes::from(bytes)))
        };
        let samples: Result<_> = Operation::ALL.iter().map(read).collect();
        samples.map(Self)
    }

    fn of(&self, operation: Operation) -> Bytes {
        let sample = self.0.iter().find(|(one, _)| *one == operation);
        sample.map(|(_, bytes)| bytes.clone()).unwrap_or_default()
    }

    /// The routes.
    pub fn scope(&self) -> Scope {
        let (all, active, led) = (
            self.of(Operation::List),
            self.of(Operation::ListActive),
            self.of(Operation::ListByLead),
        );
        let list = move |request: HttpRequest, _: Bearer| {
            let body = match request.query_string() {
                query if query.contains("leadId=") => &led,
                query if query.contains("status=") => &active,
                _ => &all,
            };
            let answer = answer(HttpResponse::Ok(), body);
            async { answer }
        };
        let one = |operation: Operation| {
            let body = self.of(operation);
            move |_: Bearer| {
                let answer = answer(HttpResponse::Ok(), &body);
                async { answer }
            }
        };
        let written = |operation: Operation| {
            let body = self.of(operation);
            move |_: Bearer, _: Bytes| {
                let answer = match operation {
                    Operation::Create => answer(HttpResponse::Created(), &body),
                    _ => answer(HttpResponse::Ok(), &body),
                };
                async { answer }
            }
        };
        let published = self.of(Operation::Published);
        let public = move || {
            let answer = answer(HttpResponse::Ok(), &published);
            async { answer }
        };
        web::scope("/v1")
            .route("/workstreams", web::get().to(list))
            .route("/workstreams", web::post().to(written(Operation::Create)))
            .route("/workstreams/{id}", web::get().to(one(Operation::Get)))
            .route(
                "/workstreams/{id}",
                web::patch().to(written(Operation::Change)),
            )
            .route("/opportunities", web::get().to(public))
            .route("/permissions", web::method(Method::OPTIONS).to(options))
    }
}

/// The token is looked at where one is sent.
async fn options(_: Option<Bearer>) -> HttpResponse {
    let allow = (header::ALLOW, "GET, HEAD, OPTIONS");
    HttpResponse::NoContent().insert_header(allow).finish()
}

fn answer(mut answer: actix_web::HttpResponseBuilder, body: &Bytes) -> HttpResponse {
    answer
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::ETAG, "\"1\""))
        .body(body.clone())
}
