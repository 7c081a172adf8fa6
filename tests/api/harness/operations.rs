//! The operations of the document, and how to call each of them with a request that its example makes
//! valid, on a record that `people.rs` has made.

use reqwest::Method;
use serde_json::Value;

use super::Person;
use super::conformance::document;
use super::forms::{FORM, Form};
use super::people::Records;
use super::request::Request;

/// An operation of the document.
#[derive(Clone)]
pub struct Operation {
    pub method: Method,
    /// The path's template.
    pub path: &'static str,
    pub spec: &'static Value,
}

/// Follows a reference within the document.
pub fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(target) => document()
            .pointer(target.trim_start_matches('#'))
            .unwrap_or(&Value::Null),
        None => value,
    }
}

impl Operation {
    /// Every operation.
    pub fn all() -> Vec<Self> {
        let paths = document()["paths"].as_object().unwrap();
        let each = paths.iter().flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, spec)| Self {
                    method: method.to_uppercase().parse().unwrap(),
                    path,
                    spec,
                })
        });
        let all: Vec<_> = each.collect();
        assert!(all.len() > 10, "the document has no operations");
        all
    }

    /// Every operation below /v1.
    pub fn versioned() -> Vec<Self> {
        Self::all()
            .into_iter()
            .filter(|operation| operation.path.starts_with("/v1/"))
            .collect()
    }

    /// Those of the versioned operations that fit; there is always one.
    pub fn which(fits: impl Fn(&Self) -> bool) -> Vec<Self> {
        let found: Vec<_> = Self::versioned()
            .into_iter()
            .filter(|operation| fits(operation))
            .collect();
        assert!(
            !found.is_empty(),
            "no operation fits: the sweep would prove nothing"
        );
        found
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn parameters(&self) -> impl Iterator<Item = &'static Value> {
        self.spec["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(resolve)
    }

    /// Whether the parameter is documented.
    pub fn takes(&self, place: &str, name: &str) -> bool {
        self.parameters()
            .any(|one| one["in"] == place && one["name"] == name)
    }

    /// The permission that the document asks for.
    pub fn permission(&self) -> Option<&'static str> {
        self.spec["security"]
            .as_array()?
            .iter()
            .find_map(|one| one["bearer"][0].as_str())
    }

    /// Whether it can be called without a token.
    pub fn is_open(&self) -> bool {
        self.spec["security"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one.as_object().unwrap().is_empty())
    }

    /// Whether it adds a record.
    pub fn creates(&self) -> bool {
        self.method == Method::POST && !self.spec["responses"]["201"].is_null()
    }

    /// Whether it answers pages.
    pub fn lists(&self) -> bool {
        self.method == Method::GET && self.takes("query", "after")
    }

    /// Whether the answer has an ETag.
    pub fn is_tagged(&self) -> bool {
        !self.spec["responses"]["200"]["headers"]["ETag"].is_null()
    }

    /// The media type and the example of the body.
    pub fn example(&self) -> Option<(&'static str, &'static Value)> {
        let (media_type, content) = self.spec["requestBody"]["content"]
            .as_object()?
            .iter()
            .next()?;
        let example = if content["example"].is_null() {
            &resolve(&content["schema"])["example"]
        } else {
            &content["example"]
        };
        assert!(
            !example.is_null(),
            "{}: give the body's type #[schema(example = json!(…))]",
            self.name()
        );
        Some((media_type, example))
    }

    /// The body's example, with the ids of records that are there.
    pub fn body(&self, records: &Records) -> Option<(&'static str, String)> {
        let (media_type, example) = self.example()?;
        let body = match example {
            // The places of a file are those of the caller.
            Value::String(text) => text.replace("RXL", &records.organisation),
            other if media_type == "multipart/form-data" => {
                let fields = records.filled(other, &self.name());
                return Some((FORM, form(&fields, "What the file says.")));
            }
            other => records.filled(other, &self.name()).to_string(),
        };
        Some((media_type, body))
    }

    /// Another body that means the same to no reader of bytes: another request under the same key.
    pub fn another_body(&self, records: &Records) -> Option<String> {
        let (media_type, body) = self.body(records)?;
        Some(match media_type == FORM {
            true => body.replace("What the file says.", "What another file says."),
            false => format!("{body} "),
        })
    }

    /// The media types of what it answers with, as the caller likes.
    pub fn kinds(&self) -> Vec<&'static str> {
        let content = self.spec["responses"]["200"]["content"].as_object();
        let kinds = content.into_iter().flat_map(|content| content.keys());
        kinds.filter_map(|kind| kind.split(';').next()).collect()
    }

    /// Whether the body is worked on while it arrives, and may be large.
    pub fn takes_large(&self) -> bool {
        let content = self.spec["requestBody"]["content"].as_object();
        let mut schemas = content
            .into_iter()
            .flatten()
            .map(|(_, one)| resolve(&one["schema"]));
        schemas.any(|schema| {
            schema["maxLength"]
                .as_u64()
                .is_some_and(|most| most > 100_000_000)
        })
    }

    /// Whether it answers with a file.
    pub fn answers_file(&self) -> bool {
        let content = self.spec["responses"]["200"]["content"].as_object();
        content.is_some_and(|content| content.len() > 1 && content.contains_key("application/pdf"))
    }

    /// The body's example where the body is JSON.
    pub fn json(&self, records: &Records) -> Option<(&'static str, Value)> {
        let (media_type, body) = self.body(records)?;
        is_json(media_type).then(|| (media_type, serde_json::from_str(&body).unwrap()))
    }

    /// The address of the seeded record, with the query parameters that are required.
    pub fn at(&self, records: &Records) -> String {
        let mut address = records.address(self.path);
        let needed = self
            .parameters()
            .filter(|one| one["in"] == "query" && one["required"] == true);
        for (index, parameter) in needed.enumerate() {
            let name = parameter["name"].as_str().unwrap();
            let schema = resolve(&parameter["schema"]);
            let example = [
                &parameter["example"],
                &schema["example"],
                &schema["examples"][0],
                &schema["enum"][0],
            ];
            let value = example.into_iter().find(|value| !value.is_null());
            let value = value.unwrap_or_else(|| {
                panic!("{}: the parameter {name} needs an example", self.name())
            });
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let pair: String = form_urlencoded::Serializer::new(String::new())
                .append_pair(name, &value)
                .finish();
            address.push_str(if index == 0 { "?" } else { "&" });
            address.push_str(&pair);
        }
        address
    }

    /// The request with another body of the same media type.
    pub fn sending(
        &self,
        caller: &Person,
        records: &Records,
        body: impl Into<reqwest::Body>,
    ) -> Request {
        let (media_type, _) = self.body(records).unwrap();
        caller
            .request(self.method.clone(), &self.at(records))
            .body(media_type, body)
    }

    /// The request without a precondition.
    pub fn bare(&self, caller: &Person, records: &Records) -> Request {
        let request = caller.request(self.method.clone(), &self.at(records));
        match self.body(records) {
            Some((media_type, body)) => request.body(media_type, body),
            None => request,
        }
    }

    /// The request, with a precondition if one is needed: whatever version there is.
    pub fn request(&self, caller: &Person, records: &Records) -> Request {
        let request = self.bare(caller, records);
        match self.method.as_str() {
            "PATCH" | "PUT" | "DELETE" => request.header("If-Match", "*"),
            _ => request,
        }
    }
}

/// Whether a body of this media type is one JSON text.
pub fn is_json(media_type: &str) -> bool {
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

/// A form of these fields, and the file that the field `file` names.
fn form(fields: &Value, text: &str) -> String {
    let fields = fields.as_object().unwrap().iter();
    let form = fields.fold(Form::new(), |form, (name, value)| {
        let value = value.as_str().unwrap();
        match name.as_str() {
            "file" => form.file(value, None, text.as_bytes()),
            _ => form.field(name, value),
        }
    });
    String::from_utf8(form.body()).unwrap()
}
