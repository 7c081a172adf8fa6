//! How tokens are reached over HTTP. Errors are those of RFC 6749 with status 400 and 401, and problem
//! documents with every other.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;

use super::form::Form;
use super::operations;
use super::refusal::{OAuthError, Refusal, unstored};
use super::views::{Introspection, Jwks, ServerMetadata, TokenAnswer, TokenQuestion, TokenRequest};
use crate::app::State;
use crate::http::{Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(request_token)
        .service(introspect_token)
        .service(revoke_token)
        .service(list_signing_keys)
        .service(get_server_metadata);
}

fn answer<T: Serialize>(outcome: Result<T, Refusal>) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok(body) => Ok(unstored(HttpResponse::Ok().json(body))),
        Err(refusal) => refusal.answer(),
    }
}

/// Get an access token
///
/// For an API client with its id and secret (RFC 6749, section 4.4). The token is a JWT of type at+jwt
/// (RFC 9068), holds the permissions asked for or all that the client has, and lives for an hour.
#[utoipa::path(tag = "Tokens", security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "The token", body = TokenAnswer),
        (status = BAD_REQUEST, description = "Why not, as RFC 6749 says it", body = OAuthError),
        (status = UNAUTHORIZED, description = "The client is not known", body = OAuthError,
         headers(("WWW-Authenticate" = String, description = "How a client shows who it is")))))]
#[post("/oauth/token")]
async fn request_token(
    state: Data<State>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    answer(operations::token(&state, &request, form.0).await)
}

/// Ask about a token
///
/// Whether it is accepted now, and what it holds (RFC 7662). For clients, and for holders of a token;
/// of another organisation's token nothing is told.
#[utoipa::path(tag = "Tokens", security(()),
    request_body(content = TokenQuestion, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "What the token is", body = Introspection),
        (status = BAD_REQUEST, description = "Why not, as RFC 6749 says it", body = OAuthError),
        (status = UNAUTHORIZED, description = "The caller is not known", body = OAuthError,
         headers(("WWW-Authenticate" = String, description = "How the caller shows who they are")))))]
#[post("/oauth/introspect")]
async fn introspect_token(
    state: Data<State>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    answer(operations::introspect(&state, &request, form.0).await)
}

/// End a token
///
/// A token of the caller's own is refused from its next use on, by every instance (RFC 7009). The
/// answer is the same for a token that nobody knows.
#[utoipa::path(tag = "Tokens", security(()),
    request_body(content = TokenQuestion, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "The token is not accepted any more"),
        (status = BAD_REQUEST, description = "Why not, as RFC 6749 says it", body = OAuthError),
        (status = UNAUTHORIZED, description = "The caller is not known", body = OAuthError,
         headers(("WWW-Authenticate" = String, description = "How the caller shows who they are")))))]
#[post("/oauth/revoke")]
async fn revoke_token(
    state: Data<State>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    match operations::end(&state, &request, form.0).await {
        Ok(()) => Ok(unstored(HttpResponse::Ok().finish())),
        Err(refusal) => refusal.answer(),
    }
}

/// Read the signing keys
///
/// The public keys that verify this service's tokens (RFC 7517). A key is published a day before the
/// one before it ends, so five minutes in a cache do no harm.
#[utoipa::path(tag = "Tokens", security(()),
    responses((status = OK, description = "The keys", body = Jwks)))]
#[get("/.well-known/jwks.json")]
async fn list_signing_keys(state: Data<State>) -> Result<HttpResponse, Problem> {
    Ok(public(operations::keys(&state).await?))
}

/// Read what the authorization server offers
///
/// Its name, its addresses and what it supports (RFC 8414).
#[utoipa::path(tag = "Tokens", security(()),
    responses((status = OK, description = "What it offers", body = ServerMetadata)))]
#[get("/.well-known/oauth-authorization-server")]
async fn get_server_metadata(state: Data<State>) -> HttpResponse {
    public(operations::metadata(&state))
}

fn public(body: impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(body)
}
