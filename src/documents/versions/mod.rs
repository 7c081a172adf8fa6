//! Versions of documents: they never change, are approved by a second person, and one that is published takes the
//! place of the one before.

pub mod entity;
mod lifecycle;
pub mod operations;
mod routes;
mod steps;
mod views;

pub use entity::DocumentVersionId;
pub use lifecycle::Status;
pub use routes::routes;
pub use views::DocumentVersion;
