//! API clients, and what they send to the token endpoints.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;

use super::{Answer, Person, TestApp};

pub const FORM: &str = "application/x-www-form-urlencoded";

/// A system that calls, with its secret.
#[derive(Clone, Debug)]
pub struct Client {
    pub id: String,
    pub secret: String,
}

impl Client {
    /// Added by somebody who may.
    pub async fn added_by(admin: &Person, scopes: &[&str]) -> Self {
        let new = json!({ "name": "Volunteering system", "scopes": scopes });
        Self::of(&admin.post("/v1/api-clients", new).await.is(201))
    }

    /// Out of an answer that holds credentials.
    pub fn of(answer: &Answer) -> Self {
        let text = |name: &str| answer.body[name].as_str().unwrap().to_owned();
        Self {
            id: text("clientId"),
            secret: text("clientSecret"),
        }
    }

    /// The header with id and secret.
    pub fn basic(&self) -> String {
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", self.id, self.secret))
        )
    }

    /// The same client with another secret.
    pub fn with_secret(&self, secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            ..self.clone()
        }
    }

    /// Asks for a token.
    pub async fn ask(&self, app: &TestApp) -> Answer {
        form(
            app,
            "/oauth/token",
            &self.basic(),
            &[("grant_type", "client_credentials")],
        )
        .await
    }

    /// Gets a token and calls with it.
    pub async fn enter(&self, app: &TestApp) -> Person {
        let answer = self.ask(app).await.is(200);
        app.bearer(answer.body["access_token"].as_str().unwrap())
    }
}

/// Sends a form, with an Authorization header if there is one.
pub async fn form(
    app: &TestApp,
    path: &str,
    authorization: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let body: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = app.anonymous().request(Method::POST, path).body(FORM, body);
    match authorization {
        "" => request.send().await,
        value => request.header("Authorization", value).send().await,
    }
}
