//! Declarations of interest, those that there is none included.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::DeclarationId;
pub use routes::routes;
pub use views::{Declaration, DeclarationChanges, NewDeclaration};
