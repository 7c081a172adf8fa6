//! How answers went over some months, month by month, for an organisation's own eyes.

mod operations;
mod routes;
mod views;

pub use routes::routes;
