//! What the token endpoints do.

use actix_web::HttpRequest;

use super::asker::{Asker, asker, client};
use super::form::Fields;
use super::refusal::{OAuthErrorCode, Refusal};
use super::views::{GrantType, Introspection, Jwks, ServerMetadata, TokenAnswer, TokenKind};
use crate::access::{LONGEST, NewToken, Refused, TABLE, Verified, revoke};
use crate::api_clients::entity::Model as Client;
use crate::app::State;
use crate::http::{Context, Problem, types};
use crate::store::{Authority, Scope};

/// Gives a client an access token. Not a matter for the ledger: what is done with the token is.
pub async fn token(
    state: &State,
    request: &HttpRequest,
    fields: Result<Fields, Refusal>,
) -> Result<TokenAnswer, Refusal> {
    let fields = fields?;
    let wanted = fields.need("grant_type", "grant_type is missing")?;
    if wanted != "client_credentials" {
        let why = "The only grant type is client_credentials";
        return Err(Refusal::because(OAuthErrorCode::UnsupportedGrantType, why));
    }
    let client = client(state, request, &fields).await?;
    let scope = granted(&client, fields.get("scope"))?;
    let id = client.id.to_string();
    state.access.keys.ready(&state.store).await?;
    let new = NewToken {
        subject: id.clone(),
        client_id: id,
        organisation: client.organisation,
        scope: Some(scope.clone()),
        roles: None,
        life: LONGEST,
    };
    let now = state.store.clock.now();
    let (access_token, claims) = new.sign(&state.access.keys, &state.config.public_url, now)?;
    Ok(TokenAnswer {
        access_token,
        token_type: TokenKind::Bearer,
        expires_in: claims.exp - claims.iat,
        scope,
    })
}

/// What is asked for, if the client has all of it; without a question, all that it has.
fn granted(client: &Client, asked: Option<&str>) -> Result<String, Refusal> {
    let registered = &client.scopes.0;
    let known = |scope: &&String| TABLE.iter().any(|row| row.scope == scope.as_str());
    let Some(asked) = asked else {
        let all: Vec<&str> = registered
            .iter()
            .filter(known)
            .map(String::as_str)
            .collect();
        return Ok(all.join(" "));
    };
    let mut granted: Vec<&str> = Vec::new();
    for scope in asked.split(' ').filter(|scope| !scope.is_empty()) {
        if !registered.iter().filter(known).any(|held| held == scope) {
            let why = "The client does not have a permission that is asked for";
            return Err(Refusal::because(OAuthErrorCode::InvalidScope, why));
        }
        if !granted.contains(&scope) {
            granted.push(scope);
        }
    }
    match granted.is_empty() {
        true => Err(Refusal::because(
            OAuthErrorCode::InvalidScope,
            "scope names no permission",
        )),
        false => Ok(granted.join(" ")),
    }
}

/// The token of a question, if it is one of ours that has not expired and is the asker's organisation's.
/// It may have been revoked.
fn ours(state: &State, token: &str, asker: &Asker) -> Option<Verified> {
    let verified: Result<Verified, Refused> = state.access.verify(token, state.store.clock.now());
    verified
        .ok()
        .filter(|verified| verified.claims.organisation == asker.organisation)
}

/// Says what a token is.
pub async fn introspect(
    state: &State,
    request: &HttpRequest,
    fields: Result<Fields, Refusal>,
) -> Result<Introspection, Refusal> {
    let fields = fields?;
    let asker = asker(state, request, &fields).await?;
    let token = fields.need("token", "token is missing")?;
    let inactive = Ok(Introspection::default());
    let principal = match state.access.principal(&state.store, token).await {
        Err(problem) if *problem.kind() == types::INVALID_TOKEN => return inactive,
        other => other?,
    };
    let Some(Verified { claims, .. }) = ours(state, token, &asker) else {
        return inactive;
    };
    let held: Vec<&str> = principal.grants.keys().copied().collect();
    Ok(Introspection {
        active: true,
        scope: Some(held.join(" ")),
        client_id: Some(claims.client_id),
        token_type: Some(TokenKind::Bearer),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        sub: Some(claims.sub),
        aud: Some(claims.aud),
        iss: Some(claims.iss),
        jti: Some(claims.jti),
        organisation: Some(claims.organisation),
        roles: Some(principal.roles.clone()).filter(|roles| !roles.is_empty()),
    })
}

/// Ends a token of the caller's own. For a token that nobody knows nothing is to be done.
pub async fn end(
    state: &State,
    request: &HttpRequest,
    fields: Result<Fields, Refusal>,
) -> Result<(), Refusal> {
    let fields = fields?;
    let asker = asker(state, request, &fields).await?;
    let token = fields.need("token", "token is missing")?;
    let Some(Verified { claims, own: true }) = ours(state, token, &asker) else {
        return Ok(());
    };
    if (&claims.client_id, &claims.sub) != (&asker.client_id, &asker.subject) {
        let why = "The token was given to somebody else";
        return Err(Refusal::because(OAuthErrorCode::InvalidGrant, why));
    }
    let context = Context::of(request);
    let mut scope = Scope::system();
    scope.organisation = Some(asker.organisation);
    let authority = Authority {
        actor: asker.actor,
        scope,
        route: "POST /oauth/revoke".to_owned(),
        request_id: context.request_id.clone(),
        key: None,
    };
    Ok(revoke(&state.store, &authority, &claims).await?)
}

/// The keys that verify.
pub async fn keys(state: &State) -> Result<Jwks, Problem> {
    state.access.keys.ready(&state.store).await?;
    let keys = state.access.keys.public(state.store.clock.now());
    Ok(Jwks {
        keys: keys.into_iter().map(Into::into).collect(),
    })
}

/// What is offered, where.
pub fn metadata(state: &State) -> ServerMetadata {
    let base = &state.config.public_url;
    let secret = vec!["client_secret_basic", "client_secret_post"];
    let secret_or_token: Vec<&str> = secret.iter().copied().chain(["Bearer"]).collect();
    ServerMetadata {
        issuer: base.clone(),
        token_endpoint: format!("{base}/oauth/token"),
        jwks_uri: format!("{base}/.well-known/jwks.json"),
        introspection_endpoint: format!("{base}/oauth/introspect"),
        revocation_endpoint: format!("{base}/oauth/revoke"),
        service_documentation: format!("{base}/docs/"),
        scopes_supported: TABLE.iter().map(|row| row.scope).collect(),
        response_types_supported: vec!["none"],
        grant_types_supported: vec![GrantType::ClientCredentials],
        token_endpoint_auth_methods_supported: secret,
        introspection_endpoint_auth_methods_supported: secret_or_token.clone(),
        revocation_endpoint_auth_methods_supported: secret_or_token,
    }
}
