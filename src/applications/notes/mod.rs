//! Notes that the panel writes on an application: factual, never changed, disclosable.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::ApplicationNoteId;
pub use routes::routes;
pub use views::{ApplicationNote, NewApplicationNote};
