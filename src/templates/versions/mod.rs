//! Versions of templates: their fields and sections never change, and a second person approves them.

pub mod entity;
mod lifecycle;
mod operations;
mod routes;
mod views;

pub use entity::TemplateVersionId;
pub use lifecycle::Status;
pub use routes::routes;
pub use views::TemplateVersion;
