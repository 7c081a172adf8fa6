//! Partners who are in twice: how they are found, and how two records become one.

mod credentials;
mod operations;
mod routes;
mod views;

pub use routes::routes;
