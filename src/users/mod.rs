//! Users: people who call, known by issuer and subject, with their roles in one organisation.

pub mod entity;
mod linking;
pub mod operations;
mod roles;
mod routes;
mod views;

pub use entity::UserId;
pub use roles::Roles;
pub use routes::routes;
pub use views::{NewUser, User, UserChanges, UserFilter, UserSort};
