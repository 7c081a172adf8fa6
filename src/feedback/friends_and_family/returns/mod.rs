//! What goes to the national collection: one return for each setting and month, frozen when it is locked, and sent by a
//! second person.

pub mod content;
pub mod entity;
pub mod locks;
mod operations;
mod routes;
mod views;
mod workbook;

pub use entity::Status;
pub use routes::routes;
