//! Shares: that a partner lets another organisation see their record, for a purpose, until a day.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::PartnerShareId;
pub use routes::routes;
pub use views::{NewPartnerShare, PartnerShare};
