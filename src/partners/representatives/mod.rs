//! Representatives: carers and proxies who act for a partner, with the partner's consent.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::RepresentativeId;
pub use routes::routes;
pub use views::{NewRepresentative, Representative, RepresentativeChanges};
