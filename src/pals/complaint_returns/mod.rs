//! The yearly return about complaints (KO41a): what it says of each site, and which of its checks fail.

pub mod entity;
mod figures;
mod lifecycle;
pub mod operations;
mod routes;
mod views;

pub use entity::ComplaintReturnId;
pub use lifecycle::Status;
pub use routes::routes;
pub use views::ComplaintReturn;
