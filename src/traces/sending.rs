//! Spans leave in batches, on a thread of their own. A collector that does not take them costs nobody but the spans.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::Context;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanExporter as Exporter, SpanProcessor,
};
use prometheus_client::metrics::counter::Counter;

use crate::telemetry::without_values;

/// Spans that wait at the most; about 2 MB.
const MOST: usize = 4096;
const BATCH: usize = 512;
/// A batch leaves after this, however few spans are in it.
const PACE: Duration = Duration::from_secs(1);
/// A collector that takes longer than this for a batch has not taken it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of a collector's answer, which is empty as a rule.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// What became of the spans. A copy counts the same ones.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Taken by the collector.
    pub taken: Counter,
    /// Sent, but not taken.
    pub refused: Counter,
    /// Not kept, because too many waited.
    pub dropped: Counter,
    waiting: Arc<AtomicUsize>,
    failing: Arc<AtomicBool>,
}

impl Sent {
    fn came(&self, count: usize, outcome: &OTelSdkResult) {
        let failed = outcome.is_err();
        let counter = match failed {
            true => &self.refused,
            false => &self.taken,
        };
        counter.inc_by(count as u64);
        // Told when it changes: a line for each batch would flood the log.
        let before = self.failing.swap(failed, Ordering::Relaxed);
        match outcome {
            Err(error) if !before => {
                tracing::warn!(
                    error = without_values(error),
                    "the collector takes no traces"
                );
            }
            Ok(()) if before => tracing::info!("the collector takes traces again"),
            _ => {}
        }
    }
}

/// What takes spans as they end, and sends them to a collector.
pub fn processor(url: &str, sent: &Sent) -> Result<impl SpanProcessor + use<>, String> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .build();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client(agent.into()))
        .with_endpoint(url)
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(PATIENCE)
        .build()
        .map_err(|error| format!("EQUAL_PARTNERS_TRACES_URL: {error}"))?;
    let counted = Counted {
        exporter,
        sent: sent.clone(),
    };
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(MOST)
        .with_max_export_batch_size(BATCH)
        .with_scheduled_delay(PACE);
    Ok(Bounded {
        batches: BatchSpanProcessor::builder(counted)
            .with_batch_config(batches.build())
            .build(),
        sent: sent.clone(),
    })
}

/// The way out; blocks its thread, which is the batches' own.
#[derive(Debug)]
struct Client(ureq::Agent);

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let answer = self.0.run(Request::from_parts(head, &body[..]))?;
        let (head, mut body) = answer.into_parts();
        let body = body.with_config().limit(LONGEST_ANSWER).read_to_vec()?;
        Ok(Response::from_parts(head, body.into()))
    }
}

/// Counts what leaves.
#[derive(Debug)]
struct Counted {
    exporter: SpanExporter,
    sent: Sent,
}

impl Exporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        self.sent.waiting.fetch_sub(count, Ordering::Relaxed);
        let outcome = self.exporter.export(batch).await;
        self.sent.came(count, &outcome);
        outcome
    }

    fn shutdown(&self) -> OTelSdkResult {
        self.exporter.shutdown()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Counts what does not fit: the batches would drop it, and tell nobody how much.
#[derive(Debug)]
struct Bounded {
    batches: BatchSpanProcessor,
    sent: Sent,
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if self.sent.waiting.fetch_add(1, Ordering::Relaxed) >= MOST {
            self.sent.waiting.fetch_sub(1, Ordering::Relaxed);
            self.sent.dropped.inc();
            return;
        }
        self.batches.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}
