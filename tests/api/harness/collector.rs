//! What takes traces, as a collector does (OTLP over HTTP), and keeps them for a story to look at.

use std::time::Duration;

use actix_web::web::{Bytes, Data, post};
use actix_web::{App, HttpResponse, HttpServer};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::sync::mpsc;

/// Whatever takes longer than this never comes.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Collector {
    pub url: String,
    /// Every span that came, and every byte.
    pub spans: Vec<Span>,
    pub bytes: Vec<u8>,
    arriving: mpsc::UnboundedReceiver<Bytes>,
}

async fn take(body: Bytes, arrived: Data<mpsc::UnboundedSender<Bytes>>) -> HttpResponse {
    // Nobody may be left to look.
    let _ = arrived.send(body);
    HttpResponse::Ok()
        .content_type("application/x-protobuf")
        .finish()
}

impl Collector {
    pub fn start() -> Self {
        let (arrived, arriving) = mpsc::unbounded_channel();
        let arrived = Data::new(arrived);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(arrived.clone())
                .route("/v1/traces", post().to(take))
        });
        let server = server.workers(1).bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1/traces", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        Self {
            url,
            spans: Vec::new(),
            bytes: Vec::new(),
            arriving,
        }
    }

    fn keep(&mut self, body: &Bytes) {
        self.bytes.extend_from_slice(body);
        let sent = ExportTraceServiceRequest::decode(&body[..]).unwrap();
        let scopes = sent
            .resource_spans
            .into_iter()
            .flat_map(|one| one.scope_spans);
        self.spans.extend(scopes.flat_map(|one| one.spans));
    }

    /// Takes in everything that has come.
    pub fn all(&mut self) -> &[Span] {
        while let Ok(body) = self.arriving.try_recv() {
            self.keep(&body);
        }
        &self.spans
    }

    /// Waits for a span with this name.
    pub async fn named(&mut self, name: &str) -> Span {
        loop {
            if let Some(span) = self.all().iter().find(|span| span.name == name) {
                return span.clone();
            }
            let next = tokio::time::timeout(PATIENCE, self.arriving.recv()).await;
            let body = next.unwrap_or_else(|_| panic!("no span {name}: {:#?}", self.spans));
            self.keep(&body.unwrap());
        }
    }
}
