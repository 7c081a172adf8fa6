//! Where routes are registered: with the service, or with the document. Each worker of the service needs the
//! first only, and describing takes time and memory.

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::fn_guard;
use actix_web::web::{self, ServiceConfig};
use utoipa::openapi::path::Paths;
use utoipa::openapi::{Components, OpenApi, RefOr, Schema};
use utoipa_actix_web::OpenApiFactory;

use super::frame::is_below;

/// Takes routes.
pub enum Routes<'a> {
    /// To serve them.
    Served(&'a mut ServiceConfig),
    /// To describe them.
    Described(&'a mut Description),
}

/// What the routes say of themselves.
#[derive(Default)]
pub struct Description {
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Routes<'_> {
    /// Adds an operation.
    pub fn service(
        &mut self,
        operation: impl HttpServiceFactory + OpenApiFactory + 'static,
    ) -> &mut Self {
        match self {
            Self::Served(config) => {
                config.service(operation);
            }
            Self::Described(description) => {
                description.paths.merge(operation.paths());
                operation.schemas(&mut description.schemas);
            }
        }
        self
    }

    /// Adds the routes of a part.
    pub fn configure(&mut self, routes: fn(&mut Routes<'_>)) -> &mut Self {
        routes(self);
        self
    }

    /// Adds routes that are tried for addresses with one of these beginnings only.
    pub fn behind(
        &mut self,
        beginnings: &'static [&'static str],
        routes: fn(&mut Routes<'_>),
    ) -> &mut Self {
        let Self::Served(config) = self else {
            return self.configure(routes);
        };
        let guard = fn_guard(|request| is_below(request, beginnings));
        let inner = |config: &mut ServiceConfig| routes(&mut Routes::Served(config));
        config.service(web::scope("").guard(guard).configure(inner));
        self
    }
}

impl Description {
    /// The document with these routes in it.
    pub fn onto(self, mut document: OpenApi) -> OpenApi {
        document.paths.merge(self.paths);
        let components = document.components.get_or_insert_with(Components::new);
        components.schemas.extend(self.schemas);
        document
    }
}
