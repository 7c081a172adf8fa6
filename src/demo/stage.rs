//! Where the script is played: the service itself, without a network, and a clock that the script moves.

use std::collections::HashMap;

use actix_web::Error;
use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, header};
use actix_web::test::TestRequest;
use actix_web::web::Data;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::access::NewToken;
use crate::app::{self, State};
use crate::http::Problem;
use crate::store::jobs;

/// A line of the script.
///
/// In addresses and in texts that are nothing else, `{name}` stands for the id of a record that was
/// kept under this name, `{date 7}` for the seventh day of the story, `{time 7 14:30}` for a time on it.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Line {
    /// A new day begins, counted from the first one, 0.
    Day { day: i64 },
    /// Somebody sends a request.
    Request {
        /// Their subject; nobody's for an anonymous caller.
        by: Option<String>,
        /// Method and address. A PATCH is made on the version that is there.
        #[serde(rename = "do")]
        request: String,
        /// The body.
        body: Option<Value>,
        /// The fields of a form, in the place of a body.
        form: Option<Value>,
        /// The file that goes with the form, by its name in the folder of documents.
        file: Option<String>,
        /// The lines of a file of JSON, in the place of a body; one with `copies` stands for so many.
        lines: Option<Vec<Value>>,
        /// The name under which the record that was made is kept.
        keep: Option<String>,
    },
}

/// The stage; `S` is the service.
pub(super) struct Stage<S> {
    service: S,
    state: Data<State>,
    begin: DateTime<Utc>,
    /// The organisation of each person, by subject.
    people: HashMap<String, String>,
    /// The ids of what was made, by the names that the script gives.
    kept: HashMap<String, String>,
}

/// What is sent.
enum Sent {
    Nothing,
    Json(Value),
    /// Fields, and a file by its name.
    Form(Value, String),
    /// A JSON text on each line.
    Lines(Vec<Value>),
}

/// What stands between the parts of a form.
const BOUNDARY: &str = "demonstration";

/// The texts of the documents, by the names of their files.
const FILES: [(&str, &str); 10] = [
    (
        "expenses-policy.txt",
        include_str!("documents/expenses-policy.txt"),
    ),
    ("guide-1.txt", include_str!("documents/guide-1.txt")),
    ("guide-2.txt", include_str!("documents/guide-2.txt")),
    (
        "guide-easy-read.txt",
        include_str!("documents/guide-easy-read.txt"),
    ),
    (
        "interview-tips.txt",
        include_str!("documents/interview-tips.txt"),
    ),
    ("one-to-one.txt", include_str!("documents/one-to-one.txt")),
    (
        "role-description.txt",
        include_str!("documents/role-description.txt"),
    ),
    ("strategy.txt", include_str!("documents/strategy.txt")),
    (
        "strategy-appendices.txt",
        include_str!("documents/strategy-appendices.txt"),
    ),
    (
        "strategy-summary.txt",
        include_str!("documents/strategy-summary.txt"),
    ),
];

/// A form of these fields with a file.
fn form(fields: &Value, file: &str) -> Result<String, String> {
    let text = FILES.iter().find(|(name, _)| *name == file);
    let (_, text) = text.ok_or_else(|| format!("there is no file {file}"))?;
    let mut body = String::new();
    for (name, value) in fields.as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
    ));
    Ok(body)
}

/// Lines as a file has them, each as often as it says.
fn written(lines: Vec<Value>) -> String {
    let mut file = String::new();
    for mut line in lines {
        let copies = line
            .as_object_mut()
            .and_then(|fields| fields.remove("copies"));
        let copies = copies.and_then(|copies| copies.as_u64()).unwrap_or(1);
        (0..copies).for_each(|_| file.push_str(&format!("{line}\n")));
    }
    file
}

/// Between two requests, so that what comes later is later.
const PAUSE: Duration = Duration::minutes(1);

/// Sets the stage at the beginning of the story.
pub(super) async fn set(
    state: State,
    begin: DateTime<Utc>,
    first: &[(&str, &str)],
) -> Stage<impl AsyncFn(TestRequest) -> Result<ServiceResponse, Error> + use<>> {
    let state = Data::new(state);
    let people = first
        .iter()
        .map(|(who, of)| ((*who).to_owned(), (*of).to_owned()));
    Stage {
        service: app::in_process(state.clone()).await,
        people: people.collect(),
        kept: HashMap::new(),
        begin,
        state,
    }
}

impl<S: AsyncFn(TestRequest) -> Result<ServiceResponse, Error>> Stage<S> {
    /// Plays one part of the script.
    pub(super) async fn play(&mut self, part: &str, text: &str) -> Result<(), Problem> {
        let lines: Vec<Line> = serde_json::from_str(text).map_err(Problem::internal)?;
        for (number, line) in lines.into_iter().enumerate() {
            let done = match line {
                Line::Day { day } => self.day(day).await,
                Line::Request {
                    by,
                    request,
                    body,
                    form,
                    file,
                    lines,
                    keep,
                } => {
                    let sent = match (body, form.zip(file), lines) {
                        (Some(body), None, None) => Sent::Json(body),
                        (None, Some((form, file)), None) => Sent::Form(form, file),
                        (None, None, Some(lines)) => Sent::Lines(lines),
                        _ => Sent::Nothing,
                    };
                    self.request(by.as_deref(), &request, sent, keep).await
                }
            };
            done.map_err(|wrong| {
                Problem::internal(format!("{part}, line {}: {wrong}", number + 1))
            })?;
        }
        Ok(())
    }

    /// Moves the clock to the morning of a day, and does what falls due until then.
    async fn day(&mut self, day: i64) -> Result<(), String> {
        let clock = &self.state.store.clock;
        let ahead = self.begin + Duration::days(day) - clock.now();
        if ahead < Duration::zero() {
            return Err("a day does not come back".to_owned());
        }
        clock.advance(ahead);
        let run = async || jobs::run_next(&self.state.store, app::JOBS).await;
        while run().await.map_err(|problem| problem.to_string())? {}
        Ok(())
    }

    async fn request(
        &mut self,
        by: Option<&str>,
        request: &str,
        sent: Sent,
        keep: Option<String>,
    ) -> Result<(), String> {
        self.state.store.clock.advance(PAUSE);
        let (method, path) = request
            .split_once(' ')
            .ok_or("not a method and an address")?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
        let path = self.filled_path(path)?;
        let sent = match sent {
            Sent::Nothing => Sent::Nothing,
            Sent::Json(body) => Sent::Json(self.filled(body)?),
            Sent::Form(fields, file) => Sent::Form(self.filled(fields)?, file),
            Sent::Lines(lines) => {
                let lines = lines.into_iter().map(|line| self.filled(line));
                Sent::Lines(lines.collect::<Result<_, _>>()?)
            }
        };
        let seen = match method {
            Method::PATCH => {
                self.send(by, Method::GET, &path, Sent::Nothing, None)
                    .await?
                    .1
            }
            _ => None,
        };
        let (answer, _) = self.send(by, method, &path, sent, seen).await?;
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        if path == "/v1/users"
            && let (Some(subject), Some(organisation)) = (text("subject"), text("organisation"))
        {
            self.people.insert(subject, organisation);
        }
        if let Some(name) = keep {
            // Some answers wrap the record that was made; of a list that was asked for, it is the first.
            let id = text("id")
                .or_else(|| text("userId"))
                .or_else(|| answer["partner"]["id"].as_str().map(str::to_owned))
                .or_else(|| answer["items"][0]["id"].as_str().map(str::to_owned));
            let id = id.ok_or("the answer has no id to keep")?;
            if self.kept.insert(name, id).is_some() {
                return Err("the name is taken".to_owned());
            }
        }
        Ok(())
    }

    /// Sends a request; gives the body of the answer and its ETag, or says what is wrong.
    async fn send(
        &self,
        by: Option<&str>,
        method: Method,
        path: &str,
        sent: Sent,
        seen: Option<String>,
    ) -> Result<(Value, Option<String>), String> {
        let kind = match method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let mut request = TestRequest::with_uri(path).method(method);
        if let Some(subject) = by {
            let token = format!("Bearer {}", self.token(subject)?);
            request = request.insert_header((header::AUTHORIZATION, token));
        }
        if let Some(tag) = seen {
            request = request.insert_header((header::IF_MATCH, tag));
        }
        let form_kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let (kind, body) = match sent {
            Sent::Nothing => (kind, None),
            Sent::Json(body) => (kind, Some(body.to_string())),
            Sent::Form(fields, file) => (form_kind.as_str(), Some(form(&fields, &file)?)),
            Sent::Lines(lines) => ("application/x-ndjson", Some(written(lines))),
        };
        if let Some(body) = body {
            request = request
                .insert_header((header::CONTENT_TYPE, kind))
                .set_payload(body);
        }
        let answer = (self.service)(request)
            .await
            .map_err(|error| error.to_string())?;
        let status = answer.status();
        let tag = answer
            .headers()
            .get(header::ETAG)
            .and_then(|tag| tag.to_str().ok());
        let tag = tag.map(str::to_owned);
        let bytes = to_bytes(answer.into_body())
            .await
            .map_err(|error| error.to_string())?;
        let body = String::from_utf8_lossy(&bytes);
        match status.is_success() {
            true => Ok((serde_json::from_str(&body).unwrap_or_default(), tag)),
            false => Err(format!("{path} answered {status}: {body}")),
        }
    }

    fn token(&self, subject: &str) -> Result<String, String> {
        let organisation = self
            .people
            .get(subject)
            .ok_or_else(|| format!("nobody is {subject}"))?;
        let token = NewToken {
            subject: subject.to_owned(),
            client_id: "equal-partners-demo".to_owned(),
            organisation: organisation.clone(),
            scope: None,
            roles: None,
            life: Duration::minutes(5),
        };
        let (keys, issuer) = (&self.state.access.keys, &self.state.config.public_url);
        let signed = token.sign(keys, issuer, self.state.store.clock.now());
        signed
            .map(|(token, _)| token)
            .map_err(|problem| problem.to_string())
    }

    /// What a word in braces stands for.
    fn meaning(&self, word: &str) -> Result<String, String> {
        let mut parts = word.split(' ');
        let day = |text: Option<&str>| -> Result<DateTime<Utc>, String> {
            let day = text
                .and_then(|text| text.parse().ok())
                .ok_or("which day?")?;
            Ok(self.begin + Duration::days(day))
        };
        match parts.next() {
            Some("date") => Ok(day(parts.next())?.format("%Y-%m-%d").to_string()),
            Some("time") => {
                let (day, time) = (day(parts.next())?, parts.next().ok_or("at what time?")?);
                Ok(format!("{}T{time}:00Z", day.format("%Y-%m-%d")))
            }
            _ => self
                .kept
                .get(word)
                .cloned()
                .ok_or_else(|| format!("nothing is kept as {word}")),
        }
    }

    fn filled_path(&self, path: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, after) = after.split_once('}').ok_or("a brace is open")?;
            filled.push_str(before);
            filled.push_str(&self.meaning(word)?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn filled(&self, body: Value) -> Result<Value, String> {
        Ok(match body {
            Value::String(text) => {
                let word = text
                    .strip_prefix('{')
                    .and_then(|text| text.strip_suffix('}'));
                match word {
                    Some(word) => self.meaning(word)?.into(),
                    None => text.into(),
                }
            }
            Value::Array(items) => {
                let items = items.into_iter().map(|item| self.filled(item));
                items.collect::<Result<Vec<_>, _>>()?.into()
            }
            Value::Object(fields) => {
                let fields = fields
                    .into_iter()
                    .map(|(name, value)| Ok((name, self.filled(value)?)));
                Value::Object(fields.collect::<Result<_, String>>()?)
            }
            other => other,
        })
    }
}
