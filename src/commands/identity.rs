//! Tokens and clients for operators.

use chrono::Duration;
use serde_json::json;

use super::{Failure, open, say};
use crate::access::{Keys, NewToken, Role};
use crate::api_clients::{self, Scopes};
use crate::config::Config;
use crate::http::{Problem, types};
use crate::store::Store;
use crate::users;
use crate::values::{Line, Subject};

/// Prints a token for a person with a role; makes the user, or gives them the role, if need be.
pub async fn issue_token(
    config: &Config,
    role: Role,
    organisation: &str,
    subject: Option<String>,
    minutes: u16,
) -> Result<(), Failure> {
    if role == Role::Public {
        return Err(Failure::Usage(
            "a caller with the role public has no token".to_owned(),
        ));
    }
    let subject = subject.unwrap_or_else(|| format!("operator-{role}"));
    let subject = Subject::parse(subject)
        .map_err(|_| Failure::Usage("--subject takes 1 to 255 visible characters".to_owned()))?;
    let subject = subject.into_string();
    let store = open(config).await?;
    let issuer = issuer(config, &store).await?;
    users::operations::ensure(&store, organisation, &subject, role)
        .await
        .map_err(mendable)?;
    let keys = Keys::default();
    keys.refresh(&store).await?;
    let token = NewToken {
        subject,
        client_id: "equal-partners-cli".to_owned(),
        organisation: organisation.to_owned(),
        scope: None,
        roles: Some(vec![role]),
        life: Duration::minutes(minutes.into()),
    };
    say(token.sign(&keys, &issuer, store.clock.now())?.0)
}

/// Forgets the signing keys and makes a new one. Instances that run believe the old ones until they are restarted.
pub async fn rotate_keys(config: &Config) -> Result<(), Failure> {
    let store = open(config).await?;
    Keys::default().replace(&store).await?;
    say(
        "there is a new signing key; now restart every instance: until then it believes the old ones",
    )
}

/// Prints the id and the secret of a new API client, as JSON. The secret cannot be read again.
pub async fn create_client(
    config: &Config,
    organisation: &str,
    scope: &str,
    name: Option<String>,
) -> Result<(), Failure> {
    let usage = |text: &str| Failure::Usage(text.to_owned());
    let words = scope.split_whitespace().map(str::to_owned).collect();
    let scopes = Scopes::parse(words)
        .map_err(|_| usage("--scope takes permissions separated by spaces, each once, such as \"partners:read workstreams:read\"; GET /v1/permissions lists them"))?;
    let name = name.unwrap_or_else(|| "Made on the command line".to_owned());
    let name =
        Line::parse(name).map_err(|_| usage("--name takes one line of 1 to 200 characters"))?;
    let store = open(config).await?;
    let scope = scopes.list().join(" ");
    let credentials = api_clients::operations::for_operator(&store, organisation, name, scopes)
        .await
        .map_err(mendable)?;
    say(json!({
        "clientId": credentials.client_id,
        "clientSecret": credentials.client_secret,
        "organisation": organisation,
        "scope": scope,
    }))
}

/// An organisation that is not there is for the caller to mend.
fn mendable(problem: Problem) -> Failure {
    match problem.kind() {
        kind if *kind == types::NOT_FOUND => Failure::Usage(problem.detail().to_owned()),
        _ => problem.into(),
    }
}

/// The issuer under which the running service knows its own tokens: as configured here, or else as the
/// service that was started last has said, or else as it would say by default.
async fn issuer(config: &Config, store: &Store) -> Result<String, Failure> {
    if !config.public_url.is_empty() {
        return Ok(config.public_url.clone());
    }
    if let Some(announced) = Keys::announced(store).await? {
        return Ok(announced);
    }
    match config.bind.ends_with(":0") {
        false => Ok(format!("http://{}", config.bind)),
        true => Err(Failure::Usage(
            "with port 0 the service's address is not known before it has run; start it first, or set \
             EQUAL_PARTNERS_PUBLIC_URL"
                .to_owned(),
        )),
    }
}
