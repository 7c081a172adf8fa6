//! Workstreams: areas of work, such as a pathway or a programme, that want patient and public partners.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::WorkstreamId;
pub use routes::routes;
pub use views::{NewWorkstream, Workstream, WorkstreamChanges, WorkstreamFilter, WorkstreamSort};
