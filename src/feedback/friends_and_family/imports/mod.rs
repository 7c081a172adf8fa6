//! Responses that come in by the thousand: read while they arrive, and counted all at once.

pub mod batch;
pub mod blocks;
pub mod entity;
pub mod judge;
mod operations;
mod places;
pub mod reading;
mod routes;
#[cfg(test)]
mod tests;
mod views;
mod withdrawing;

pub use entity::Status;
pub use places::Places;
pub use routes::routes;
