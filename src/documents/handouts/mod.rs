//! Which version of which document a partner was given, how and when.

pub mod entity;
mod needs;
mod operations;
mod routes;
mod views;

pub use entity::HandoutId;
pub use routes::routes;
pub use views::Handout;
