//! Who asks: an API client with its secret, or the holder of an access token.

use actix_web::HttpRequest;
use actix_web::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::form::Fields;
use super::refusal::Refusal;
use crate::access::authenticate;
use crate::api_clients::entity::Model as Client;
use crate::api_clients::operations;
use crate::app::State;
use crate::http::types;
use crate::store::{Actor, Person};

/// Who asks about a token.
#[derive(Debug)]
pub struct Asker {
    /// Who is remembered in the ledger.
    pub actor: Actor,
    /// The `client_id` in the asker's tokens.
    pub client_id: String,
    /// The `sub` in the asker's tokens.
    pub subject: String,
    /// The organisation for which they act.
    pub organisation: String,
}

/// The client that sent its id and secret, in one of the two ways (RFC 6749, section 2.3.1).
pub async fn client(
    state: &State,
    request: &HttpRequest,
    fields: &Fields,
) -> Result<Client, Refusal> {
    let (id, secret) = match (basic(request)?, fields.get("client_secret")) {
        (Some(_), Some(_)) => {
            return Err(Refusal::request(
                "The client shows who it is in more than one way",
            ));
        }
        (Some((id, _)), None) if fields.get("client_id").is_some_and(|other| other != id) => {
            return Err(Refusal::request(
                "The body names another client than the header",
            ));
        }
        (Some(pair), None) => pair,
        (None, Some(secret)) => {
            let id = fields.need("client_id", "client_id is missing")?;
            (id.to_owned(), secret.to_owned())
        }
        (None, None) => return Err(Refusal::client()),
    };
    let client = operations::authenticate(&state.store, &id, &secret).await?;
    let client = client.ok_or_else(Refusal::client)?;
    // Wrong secrets count against the address that sent them: nobody keeps a client out with them.
    state.limits.token(&format!("client {}", client.id))?;
    Ok(client)
}

/// Whoever asks: a client with its secret, or the holder of an access token.
pub async fn asker(
    state: &State,
    request: &HttpRequest,
    fields: &Fields,
) -> Result<Asker, Refusal> {
    if !bears_token(request) {
        let client = client(state, request, fields).await?;
        let id = client.id.to_string();
        return Ok(Asker {
            actor: Actor {
                issuer: Some(state.config.public_url.clone()),
                subject: client
                    .partner_id
                    .map(|partner| format!("partner:{partner}")),
                client_id: Some(id.clone()),
                person: client.partner_id.map(Person::Partner),
            },
            client_id: id.clone(),
            subject: id,
            organisation: client.organisation,
        });
    }
    if fields.get("client_secret").is_some() {
        return Err(Refusal::request(
            "The caller shows who they are in more than one way",
        ));
    }
    let principal = authenticate(state, request)
        .await
        .map_err(|problem| match problem.kind() {
            kind if *kind == types::INVALID_TOKEN => Refusal::token(),
            kind if kind.status == 400 => {
                Refusal::request("An access token is sent once, in the header")
            }
            _ => Refusal::Problem(problem),
        })?;
    let client_id = principal.actor.client_id.clone().unwrap_or_default();
    let subject = match principal.client {
        Some(client) => client.to_string(),
        None => principal.actor.subject.clone().unwrap_or_default(),
    };
    Ok(Asker {
        actor: principal.actor.clone(),
        client_id,
        subject,
        organisation: principal.organisation.clone().ok_or_else(Refusal::token)?,
    })
}

fn bears_token(request: &HttpRequest) -> bool {
    let first = request.headers().get(header::AUTHORIZATION);
    let text = first
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let scheme = text.split(' ').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("bearer")
}

/// Id and secret from the header, each form-encoded as the standard demands.
fn basic(request: &HttpRequest) -> Result<Option<(String, String)>, Refusal> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(first) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(Refusal::request(
            "There is more than one Authorization header",
        ));
    }
    let pair = first.to_str().ok().and_then(|text| {
        let (scheme, encoded) = text.trim().split_once(' ')?;
        let bytes = STANDARD.decode(encoded.trim()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (id, secret) = text.split_once(':')?;
        scheme
            .eq_ignore_ascii_case("basic")
            .then(|| (decoded(id), decoded(secret)))
    });
    pair.map(Some).ok_or_else(Refusal::client)
}

fn decoded(text: &str) -> String {
    let pair = format!("text={text}");
    let value = form_urlencoded::parse(pair.as_bytes()).next();
    value
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
