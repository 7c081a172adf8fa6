//! Adaptations: what a workstream makes of a version of a template. They stay on that version until somebody takes them
//! to the current one, and say meanwhile how far behind they are.

pub mod entity;
mod lifecycle;
mod operations;
mod opportunity;
mod routes;
mod steps;
mod views;

pub use entity::AdaptationId;
pub use lifecycle::Status;
pub use routes::routes;
pub use views::Adaptation;
