//! What came of the question, for an organisation's own eyes: any months, any level, nothing suppressed.

mod operations;
mod routes;
mod views;

pub use routes::routes;
