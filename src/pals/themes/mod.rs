//! What people bring to PALS, for everyone who learns from it: counts by subject, service and month, with small numbers
//! suppressed, and nothing of what anybody said.

mod operations;
mod routes;
mod views;

pub use routes::routes;
