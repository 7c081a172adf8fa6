//! What panels wrote about a partner, to be disclosed when the partner asks what is held about them.

mod operations;
mod routes;
mod views;

pub use routes::routes;
