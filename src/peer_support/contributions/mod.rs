//! What partners share with each other: what works, and what does not.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::PeerContributionId;
pub use routes::routes;
pub use views::{NewPeerContribution, PeerContribution};
