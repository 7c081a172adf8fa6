//! Requests, and answers with what stories ask of them.

use std::sync::Arc;

use equal_partners::http::Contract;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A request in the making.
pub struct Request {
    builder: reqwest::RequestBuilder,
    document: Arc<Contract>,
}

impl Request {
    pub fn new(builder: reqwest::RequestBuilder, document: Arc<Contract>) -> Self {
        Self { builder, document }
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        Self {
            builder: self.builder.header(name, value),
            ..self
        }
    }

    pub fn json(self, body: Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn merge_patch(self, body: Value) -> Self {
        self.body("application/merge-patch+json", body.to_string())
    }

    pub fn body(self, media_type: &str, body: impl Into<reqwest::Body>) -> Self {
        Self {
            builder: self.builder.header("Content-Type", media_type).body(body),
            ..self
        }
    }

    pub async fn send(self) -> Answer {
        let (client, request) = self.builder.build_split();
        let request = request.unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let answer = Answer {
            status,
            headers,
            bytes,
            body,
        };
        super::app::check(&self.document, &method, &path, &answer);
        answer
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The JSON body; null if there is none.
    pub body: Value,
}

impl Answer {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// A problem of a type, by status and name.
    #[expect(
        clippy::wrong_self_convention,
        reason = "`answer.is_problem(…)` says what it is and goes on with it"
    )]
    #[track_caller]
    pub fn is_problem(self, status: u16, name: &str) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        assert_eq!(
            self.body["type"],
            format!("/problems/{name}"),
            "{:#}",
            self.body
        );
        self
    }

    /// A problem that names exactly these fields.
    #[track_caller]
    pub fn names(self, pointers: &[&str]) -> Self {
        let named: Vec<&str> = self.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|e| e["pointer"].as_str())
            .collect();
        assert_eq!(named, pointers, "{:#}", self.body);
        self
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no {name}: {:?}", self.headers))
            .to_str()
            .unwrap()
    }

    #[track_caller]
    pub fn etag(&self) -> &str {
        self.header("etag")
    }

    #[track_caller]
    pub fn id(&self) -> &str {
        self.body["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no id: {:#}", self.body))
    }
}
