//! Requests for a document in a format or language that is missing: anyone makes them, staff see to them.

pub mod entity;
mod lifecycle;
mod operations;
mod routes;
mod steps;
mod views;

pub use entity::FormatRequestId;
pub use lifecycle::Status;
pub use routes::routes;
pub use steps::fulfil_all;
pub use views::FormatRequest;
