//! A partner's history: who changed what, and who looked at it.

mod operations;
mod routes;
mod views;

pub use routes::routes;
