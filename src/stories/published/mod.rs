//! The stories that everyone can read: published, and consented to for that today.

mod operations;
mod routes;
mod views;

pub use routes::routes;
