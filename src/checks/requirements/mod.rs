//! Which checks a role may ask for by law: decided by a person, before anyone is asked.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{CheckRequirementId, Workforce};
pub use routes::routes;
pub use views::{CheckRequirement, NewCheckRequirement};
