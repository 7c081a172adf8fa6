//! Routes of involvement: the ways in which an organisation involves people, as dated data. Laws and bodies
//! change, and organisations give the same thing different names, so neither waits for a release.

pub mod codes;
pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::InvolvementRouteId;
pub use routes::routes;
pub use views::{
    EndRoute, InvolvementRoute, InvolvementRouteFilter, InvolvementRouteSort, NewInvolvementRoute,
};
