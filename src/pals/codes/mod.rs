//! The codes under which contacts and complaints are counted, as dated data: the national ones, and each
//! organisation's own.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{CodeSet, PalsCodeId};
pub use routes::routes;
pub use views::PalsCode;
