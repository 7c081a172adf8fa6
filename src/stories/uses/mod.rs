//! Where a story went: who got it, where, when, and whether it can be recalled.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{StoryUseId, UseKind};
pub use routes::routes;
pub use views::StoryUse;
