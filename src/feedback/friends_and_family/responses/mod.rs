//! Responses one by one: what somebody answered, and what they wrote, without who they are.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::Urgency;
pub use routes::routes;
