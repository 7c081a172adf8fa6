//! By when an organisation wants to have seen to what people bring to PALS, as dated data.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::PalsTargetId;
pub use routes::routes;
pub use views::PalsTarget;
