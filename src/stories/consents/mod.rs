//! What a teller consents to: for each use by itself, for one very version, until a day, and as long as they like.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{StoryConsentId, UseScope};
pub use routes::routes;
pub use views::StoryConsent;
