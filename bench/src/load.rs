//! The callers: keep-alive connections that each send one request after another, and look at every answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, HOST, IF_MATCH};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::operations::Operation;

/// An answer.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The entity tag.
    pub tag: String,
    /// The body.
    pub body: Bytes,
}

/// One keep-alive connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    address: String,
}

impl Connection {
    /// Connects to a host and port.
    pub async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            address: address.to_owned(),
        })
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Result<Answer> {
        let host = self.address.parse()?;
        request.headers_mut().insert(HOST, host);
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status().as_u16();
        let tag = answer.headers().get(ETAG);
        let tag = tag.and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        Ok(Answer {
            tag: tag.to_owned(),
            status,
            body: answer.into_body().collect().await?.to_bytes(),
        })
    }

    /// Sends JSON (or nothing), with a token if there is one, and expects a success.
    pub async fn call(
        &mut self,
        method: Method,
        path: &str,
        token: &str,
        json: &str,
    ) -> Result<Answer> {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if !token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if !json.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(json.as_bytes())))?;
        let answer = self.send(request).await?;
        ensure!(
            answer.status < 300,
            "{method} {path}: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        Ok(answer)
    }

    /// Reads JSON.
    pub async fn read(&mut self, path: &str, token: &str) -> Result<serde_json::Value> {
        let answer = self.call(Method::GET, path, token, "").await?;
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

/// What the connections send.
pub struct Script {
    /// Where to.
    pub address: String,
    /// The token; without one for operations without one.
    pub token: String,
    /// What is sent.
    pub operation: Operation,
    /// The addresses of reads, or the records of changes.
    pub paths: Arc<Vec<String>>,
}

/// How a load went.
#[derive(Clone, Default)]
pub struct Load {
    /// Answered requests.
    pub requests: u64,
    /// Bytes of their bodies.
    pub bytes: u64,
    /// How long each took, in µs, sorted.
    pub micros: Vec<u32>,
    /// How long all took.
    pub seconds: f64,
}

impl Load {
    /// The time within which a share of the requests was answered, in µs.
    pub fn within(&self, share: f64) -> u32 {
        let last = self.micros.len().saturating_sub(1);
        let at = (last as f64 * share) as usize;
        self.micros.get(at).copied().unwrap_or(0)
    }
}

/// Sends requests over all connections for a while. Any other answer than the expected one is an error.
pub async fn run(script: &Arc<Script>, connections: usize, time: Duration) -> Result<Load> {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|number| tokio::spawn(caller(script.clone(), number, begun + time)))
        .collect();
    let mut load = Load::default();
    for task in tasks {
        let part = task.await??;
        load.requests += part.requests;
        load.bytes += part.bytes;
        load.micros.extend(part.micros);
    }
    load.seconds = begun.elapsed().as_secs_f64();
    load.micros.sort_unstable();
    ensure!(load.requests > 0, "nothing was answered in {time:?}");
    Ok(load)
}

async fn caller(script: Arc<Script>, number: usize, until: Instant) -> Result<Load> {
    let mut connection = Connection::open(&script.address).await?;
    let mut caller = Caller::new(&script, number)?;
    let mut load = Load::default();
    while Instant::now() < until {
        let request = caller.next()?;
        let sent = Instant::now();
        let answer = connection.send(request).await?;
        let took = sent.elapsed().as_micros();
        if answer.status != script.operation.status() {
            bail!(
                "{} was answered {}: {}",
                script.operation.word(),
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        load.requests += 1;
        load.bytes += answer.body.len() as u64;
        load.micros.push(u32::try_from(took).unwrap_or(u32::MAX));
        caller.tag = answer.tag;
    }
    Ok(load)
}

/// Numbers every name and key that this run makes up.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// What a connection sends next.
struct Caller<'a> {
    script: &'a Script,
    bearer: String,
    own: &'a str,
    /// The tag of the last answer, for If-Match.
    tag: String,
    random: u64,
}

impl<'a> Caller<'a> {
    fn new(script: &'a Script, number: usize) -> Result<Self> {
        let own = match script.operation {
            Operation::Create => "/v1/workstreams",
            _ => script
                .paths
                .get(number % script.paths.len().max(1))
                .context("no paths")?,
        };
        Ok(Self {
            bearer: format!("Bearer {}", script.token),
            own,
            tag: String::new(),
            random: (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15),
            script,
        })
    }

    fn next(&mut self) -> Result<Request<Full<Bytes>>> {
        let mut request = Request::builder();
        if !self.script.operation.is_anonymous() {
            request = request.header(AUTHORIZATION, &self.bearer);
        }
        let json = |body: String| Full::new(Bytes::from(body));
        Ok(match self.script.operation {
            Operation::Create => {
                let number = COUNTER.fetch_add(1, Ordering::Relaxed);
                let key = format!(
                    "bench-{}-{number}-{:016x}",
                    std::process::id(),
                    self.random()
                );
                let body = serde_json::json!({
                    "name": format!("Made in run {} as {number}", std::process::id()),
                    "purpose": crate::rows::purpose(number),
                });
                request
                    .method(Method::POST)
                    .uri(self.own)
                    .header(CONTENT_TYPE, "application/json")
                    .header("Idempotency-Key", key)
                    .body(json(body.to_string()))?
            }
            // The first request reads the tag; every other one changes what the one before left.
            Operation::Change if !self.tag.is_empty() => {
                let number = COUNTER.fetch_add(1, Ordering::Relaxed);
                let body = serde_json::json!({ "purpose": crate::rows::purpose(number) });
                request
                    .method(Method::PATCH)
                    .uri(self.own)
                    .header(CONTENT_TYPE, "application/merge-patch+json")
                    .header(IF_MATCH, &self.tag)
                    .body(json(body.to_string()))?
            }
            Operation::Change => request.uri(self.own).body(Full::default())?,
            Operation::Anonymous | Operation::Authenticated => request
                .method(Method::OPTIONS)
                .uri(self.own)
                .body(Full::default())?,
            _ => {
                let at = self.random() as usize % self.script.paths.len();
                let path = self.script.paths.get(at).context("no paths")?;
                request.uri(path).body(Full::default())?
            }
        })
    }

    /// Xorshift: good enough to spread requests over rows.
    fn random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}
