//! Traces (OpenTelemetry), sent to a collector when a setting says where it is; otherwise nothing is made.
//!
//! A span tells what was done and for how long, in fixed words: method, route template, status, operation and
//! table. Never an address, a query, an id of a record, a value or who calls.

mod sending;

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use futures_util::future::Either;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{
    FutureExt, Span as _, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt, Tracer,
    TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, Span};
use uuid::Uuid;

pub use sending::Sent;

use crate::config::Config;
use crate::store::Engine;

/// How long the last spans may take to leave at the end.
const FAREWELL: Duration = Duration::from_secs(2);
const TRACEPARENT: &str = "traceparent";

/// What makes traces, if anything does.
#[derive(Default)]
pub struct Traces {
    source: Option<Source>,
    /// What became of the spans.
    pub sent: Sent,
}

struct Source {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    scheme: &'static str,
}

impl Traces {
    /// Starts what sends traces, if the settings name a collector.
    pub fn start(config: &Config) -> Result<Self, String> {
        if config.traces_url.is_empty() {
            return Ok(Self::default());
        }
        let sent = Sent::default();
        let resource = Resource::builder()
            .with_service_name(env!("CARGO_PKG_NAME"))
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        // Whoever calls may have decided already; otherwise some of all traces are chosen by their id.
        let chosen = Sampler::TraceIdRatioBased(config.traces_ratio);
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_sampler(Sampler::ParentBased(Box::new(chosen)))
            .with_span_processor(sending::processor(&config.traces_url, &sent)?)
            .build();
        let source = Source {
            tracer: provider.tracer(env!("CARGO_PKG_NAME")),
            provider,
            scheme: match config.public_url.starts_with("https:") {
                true => "https",
                false => "http",
            },
        };
        Ok(Self {
            source: Some(source),
            sent,
        })
    }

    /// Lets background work make traces of its own.
    pub fn around<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        match &self.source {
            Some(source) => {
                let context = Context::new().with_value(source.tracer.clone());
                Either::Left(work.with_context(context))
            }
            None => Either::Right(work),
        }
    }

    /// Sends what is left. Blocks for a moment at the most.
    pub fn end(&self) {
        if let Some(source) = &self.source
            && let Err(error) = source.provider.shutdown_with_timeout(FAREWELL)
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// A request, as part of its trace.
pub struct Traced {
    scheme: &'static str,
    /// Holds the span, if this trace was chosen to be sent.
    context: Option<Context>,
}

impl Traced {
    /// A request comes in, with the trace that its caller says it belongs to (W3C Trace Context), or one of its own.
    /// Answers the trace's id as well: 32 hexadecimal digits.
    pub fn begin(traces: Option<&Traces>, headers: &HeaderMap) -> (String, Self) {
        let parent = parent(headers);
        let Some(source) = traces.and_then(|traces| traces.source.as_ref()) else {
            let given = parent.map(|parent| parent.trace_id().to_string());
            let id = given.unwrap_or_else(|| Uuid::new_v4().simple().to_string());
            let untraced = Self {
                scheme: "",
                context: None,
            };
            return (id, untraced);
        };
        let around = parent.map(|parent| Context::new().with_remote_span_context(parent));
        let span = source.tracer.build_with_context(
            SpanBuilder::from_name("HTTP").with_kind(SpanKind::Server),
            &around.unwrap_or_default(),
        );
        let id = span.span_context().trace_id().to_string();
        let tracer = source.tracer.clone();
        let context = span
            .is_recording()
            .then(|| Context::new().with_value(tracer).with_span(span));
        let traced = Self {
            scheme: source.scheme,
            context,
        };
        (id, traced)
    }

    /// Runs what answers the request, so that what it does is told below it.
    pub fn during<F: Future>(&self, answer: F) -> impl Future<Output = F::Output> + use<F> {
        match &self.context {
            Some(context) => Either::Left(answer.with_context(context.clone())),
            None => Either::Right(answer),
        }
    }

    /// The request is answered. `method` is one of the known ones; a route is the template that matched.
    pub fn end(&self, method: Option<&'static str>, route: Option<&str>, status: StatusCode) {
        let Some(context) = &self.context else { return };
        let span = context.span();
        let word = method.unwrap_or("HTTP");
        span.set_attribute(KeyValue::new(
            "http.request.method",
            method.unwrap_or("_OTHER"),
        ));
        span.set_attribute(KeyValue::new("url.scheme", self.scheme));
        let code = status.as_u16();
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(code)));
        match route {
            Some(route) => {
                span.update_name(format!("{word} {route}"));
                span.set_attribute(KeyValue::new("http.route", route.to_owned()));
            }
            None => span.update_name(word),
        }
        if status.is_server_error() {
            span.set_attribute(KeyValue::new("error.type", code.to_string()));
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// The caller's span. What else they say of it (`tracestate`) is their own words, and is not read.
fn parent(headers: &HeaderMap) -> Option<SpanContext> {
    struct Sent<'a>(&'a str);
    impl Extractor for Sent<'_> {
        fn get(&self, name: &str) -> Option<&str> {
            (name == TRACEPARENT).then_some(self.0)
        }
        fn keys(&self) -> Vec<&str> {
            vec![TRACEPARENT]
        }
    }
    let sent = Sent(headers.get(TRACEPARENT)?.to_str().ok()?);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &sent);
    let parent = context.span().span_context().clone();
    parent.is_valid().then_some(parent)
}

/// What is done at the database on behalf of whatever is traced, until what is returned is dropped.
pub fn step(engine: Engine, operation: &'static str, table: Option<&'static str>) -> Option<Span> {
    Context::map_current(|context| {
        let tracer = context.get::<SdkTracer>()?;
        if !context.span().is_recording() {
            return None;
        }
        let system = match engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgresql",
        };
        let mut attributes = vec![
            KeyValue::new("db.system.name", system),
            KeyValue::new("db.operation.name", operation),
        ];
        attributes.extend(table.map(|table| KeyValue::new("db.collection.name", table)));
        let span = match table {
            Some(table) => SpanBuilder::from_name(format!("{operation} {table}")),
            None => SpanBuilder::from_name(operation),
        };
        let span = span.with_kind(SpanKind::Client).with_attributes(attributes);
        Some(tracer.build_with_context(span, context))
    })
}

/// Runs a piece of background work as a trace of its own.
pub async fn root<F: Future>(name: &'static str, work: F) -> F::Output {
    let tracer = Context::map_current(|context| context.get::<SdkTracer>().cloned());
    match tracer {
        Some(tracer) => {
            let span = tracer.build_with_context(SpanBuilder::from_name(name), &Context::new());
            let context = Context::new().with_value(tracer).with_span(span);
            work.with_context(context).await
        }
        None => work.await,
    }
}

/// Adds a fixed word to what is traced.
pub fn note(name: &'static str, word: &'static str) {
    Context::map_current(|context| context.span().set_attribute(KeyValue::new(name, word)));
}
