//! Templates: texts with fields to fill in, sections to adapt, and blocks that stay as they are. A workstream adapts a
//! version of one, has the adaptation approved, and makes a role of it.

mod differences;
pub mod entity;
mod operations;
mod routes;
mod text;
mod views;

pub mod adaptations;
pub mod versions;

pub use entity::TemplateId;
pub use routes::routes;
pub use text::{RolePart, Section, TemplateField};
pub use views::Template;
