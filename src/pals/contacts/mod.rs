//! What people bring to PALS: from the moment it is received to its close, or to the complaint that it becomes.

mod clock;
mod consent;
pub mod entity;
mod inputs;
mod lifecycle;
pub mod operations;
mod routes;
mod step_routes;
mod steps;
mod views;

pub use consent::Consent;
pub use entity::{Channel, Kind, PalsContactId, Relationship};
pub use lifecycle::Status;
pub use views::{PalsContact, PalsRecord};

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    routes::routes(config);
    step_routes::routes(config);
}
