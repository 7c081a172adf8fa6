//! Who belongs to the network: each active partner is invited once, and joins or leaves as they like.

pub mod entity;
mod inviting;
pub mod operations;
mod routes;
mod views;

pub use entity::{PeerMembershipId, Status, in_network, mine_only};
pub use inviting::INVITE;
pub use operations::member;
pub use routes::routes;
pub use views::{PeerHeadcount, PeerMembership};
