//! What the network lets out: one of it proposes a theme, and it is told to staff once others agree.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{PeerThemeId, Status};
pub use routes::routes;
pub use views::{NewPeerTheme, PeerTheme};
