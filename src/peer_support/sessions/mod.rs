//! When partners meet among themselves, and who comes.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{PeerSessionId, Status};
pub use routes::routes;
pub use views::{NewPeerSession, PeerSession};
