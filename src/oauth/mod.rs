//! OAuth 2.0: API clients get access tokens here, ask about them and end them.
//!
//! Client credentials only (RFC 6749, section 4.4), with access tokens in the profile of RFC 9068,
//! introspection (RFC 7662), revocation (RFC 7009) and metadata (RFC 8414).

mod asker;
mod form;
mod operations;
mod refusal;
mod routes;
mod views;

pub use routes::routes;
