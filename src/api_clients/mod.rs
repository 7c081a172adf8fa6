//! API clients: systems that call in the name of an organisation, or of one partner.

pub mod entity;
mod hashing;
pub mod operations;
mod routes;
mod scopes;
mod secrets;
mod views;

pub use entity::ApiClientId;
pub use routes::routes;
pub use scopes::Scopes;
pub use secrets::{Prepared, prepare_secret};
pub use views::{
    ApiClient, ApiClientChanges, ApiClientFilter, ApiClientSort, Credentials, IssuedApiClient,
    NewApiClient, SecretRotation,
};
