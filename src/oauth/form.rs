//! A form-encoded body, each parameter once (RFC 6749, section 3.2).

use std::collections::BTreeMap;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use super::refusal::Refusal;
use crate::http::{Problem, read_bytes, types};

/// The largest form in bytes: a token and credentials.
const LIMIT: usize = 16 * 1024;
/// The parameters that mean something here, and how long they may be in bytes.
const KNOWN: [(&str, usize); 6] = [
    ("grant_type", 100),
    ("scope", 4000),
    ("client_id", 36),
    ("client_secret", 200),
    ("token", 8192),
    ("token_type_hint", 100),
];
const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters of a form. Those that nobody knows are ignored, as the standard demands.
#[derive(Debug)]
pub struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    /// A parameter; without a value it counts as left out.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A parameter that is needed.
    pub fn need(&self, name: &str, otherwise: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::request(otherwise))
    }

    fn read(query: &str, body: &[u8]) -> Result<Self, Refusal> {
        if !query.is_empty() {
            return Err(Refusal::request(
                "Parameters belong in the body, never in the address",
            ));
        }
        let text =
            std::str::from_utf8(body).map_err(|_| Refusal::request("The body is not UTF-8"))?;
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let Some((known, longest)) = KNOWN.iter().find(|(known, _)| *known == name) else {
                continue;
            };
            if value.contains(['\0', char::REPLACEMENT_CHARACTER]) || value.len() > *longest {
                return Err(Refusal::request(
                    "A parameter is too long, or holds characters that are not allowed",
                ));
            }
            if fields.insert(*known, value.into_owned()).is_some() {
                return Err(Refusal::request("A parameter is given twice"));
            }
        }
        Ok(Self(fields))
    }
}

/// A form as it came in: readable or not.
pub struct Form(pub Result<Fields, Refusal>);

impl FromRequest for Form {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !is_form(&request) {
                let detail = format!("The body has to be {FORM}");
                return Err(Problem::new(&types::UNSUPPORTED_MEDIA_TYPE, detail)
                    .with_header(header::ACCEPT, FORM));
            }
            let body = read_bytes(&request, &mut payload, LIMIT).await?;
            Ok(Self(Fields::read(request.query_string(), &body)))
        })
    }
}

fn is_form(request: &HttpRequest) -> bool {
    let text = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let plain = text(header::CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    essence.eq_ignore_ascii_case(FORM) && plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_stands_once_and_in_the_body() {
        let read = |query: &str, body: &str| Fields::read(query, body.as_bytes());
        let fields = read("", "scope=a+b&client_id=&token=%C3%A9&x=1&x=2").unwrap();
        assert_eq!(
            (
                fields.get("scope"),
                fields.get("client_id"),
                fields.get("token"),
                fields.get("x")
            ),
            (Some("a b"), None, Some("é"), None)
        );
        assert!(read("", &format!("client_id={}", "a".repeat(37))).is_err());
        assert!(read("", "scope=a&scope=a").is_err());
        assert!(read("client_id=a", "scope=a").is_err());
        assert!(read("", "scope=%00").is_err());
        assert!(read("", "scope=%FF").is_err());
        assert!(Fields::read("", b"scope=\xFF").is_err());
    }
}
