//! How API clients are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::ApiClientId;
use super::operations;
use super::views::{
    ApiClient, ApiClientChanges, ApiClientFilter, IssuedApiClient, NewApiClient, SecretRotation,
};
use crate::access::Caller;
use crate::access::permissions::{ManageApiClients, ReadApiClients};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_api_clients)
        .service(add_api_client)
        .service(get_api_client)
        .service(change_api_client)
        .service(rotate_api_client_secret)
        .service(revoke_api_client);
}

/// List API clients
///
/// The systems that call in the name of the organisation. Partners' own credentials are listed by
/// partner.
#[utoipa::path(tag = "API clients", security(("bearer" = [ReadApiClients])), params(PageQuery, ApiClientFilter),
    responses((status = OK, description = "A page of API clients", body = Page<ApiClient>)))]
#[get("/v1/api-clients")]
async fn list_api_clients(
    caller: Caller<ReadApiClients>,
    listing: Listing<ApiClientFilter>,
) -> Result<Listed<ApiClient>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add an API client
///
/// A system that calls in the name of the caller's organisation and of no other. The answer holds its
/// secret, which cannot be read again. Nobody gives a permission that they don't hold.
#[utoipa::path(tag = "API clients", security(("bearer" = [ManageApiClients])),
    responses((status = CREATED, description = "The client with its secret", body = IssuedApiClient)))]
#[post("/v1/api-clients")]
async fn add_api_client(
    caller: Caller<ManageApiClients>,
    new: Json<NewApiClient>,
) -> Result<Created<IssuedApiClient>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read an API client
///
/// What it is and what it may ask for; never its secret.
#[utoipa::path(tag = "API clients", security(("bearer" = [ReadApiClients])),
    responses((status = OK, description = "The client", body = ApiClient)))]
#[get("/v1/api-clients/{id}")]
async fn get_api_client(
    caller: Caller<ReadApiClients>,
    id: Id<ApiClientId>,
) -> Result<Found<ApiClient>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change an API client
///
/// Its name and what it may ask for. A permission taken away is gone at the next request, from tokens
/// in use too.
#[utoipa::path(tag = "API clients", security(("bearer" = [ManageApiClients])),
    responses((status = OK, description = "The client as changed", body = ApiClient)))]
#[patch("/v1/api-clients/{id}")]
async fn change_api_client(
    caller: Caller<ManageApiClients>,
    id: Id<ApiClientId>,
    seen: IfMatch,
    changes: Json<ApiClientChanges>,
) -> Result<Changed<ApiClient>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Replace the secret of an API client
///
/// The answer holds the new secret, which cannot be read again. The old one works beside it for the
/// hours that the request names, so that the client can change over without a gap.
#[utoipa::path(tag = "API clients", security(("bearer" = [ManageApiClients])),
    responses((status = OK, description = "The client with its new secret", body = IssuedApiClient)))]
#[post("/v1/api-clients/{id}/rotate-secret")]
async fn rotate_api_client_secret(
    caller: Caller<ManageApiClients>,
    id: Id<ApiClientId>,
    seen: IfMatch,
    rotation: Json<SecretRotation>,
) -> Result<Changed<IssuedApiClient>, Problem> {
    operations::rotate_secret(&caller, id.0, seen, rotation.0)
        .await
        .map(Changed)
}

/// Revoke an API client
///
/// Its secrets and its tokens are refused from the next request on, by every instance. There is no way
/// back: a client that is wanted again is added anew.
#[utoipa::path(tag = "API clients", security(("bearer" = [ManageApiClients])),
    responses((status = OK, description = "The client, revoked", body = ApiClient)))]
#[post("/v1/api-clients/{id}/revoke")]
async fn revoke_api_client(
    caller: Caller<ManageApiClients>,
    id: Id<ApiClientId>,
    seen: IfMatch,
) -> Result<Changed<ApiClient>, Problem> {
    operations::revoke(&caller, id.0, seen).await.map(Changed)
}
