//! Patient stories, told to teams, in training and to the Board.
//!
//! Nothing leaves `captured` before the teller has approved that very version, and nothing is used for what the teller has
//! not consented to, for that version, today. Consent expires and can be taken back; then the story is out of every list
//! at once, and the teller is told where copies of it went.

mod board;
pub mod consents;
mod ending;
pub mod entity;
mod inputs;
mod lifecycle;
pub mod operations;
mod published;
mod review;
mod routes;
mod step_routes;
pub mod targets;
pub mod uses;
pub mod versions;
mod views;

pub use ending::{EXPIRE, erase};
pub use entity::{Represented, StoryId};
pub use lifecycle::Status;
pub use views::Story;

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    routes::routes(config);
    step_routes::routes(config);
    versions::routes(config);
    consents::routes(config);
    uses::routes(config);
    published::routes(config);
    targets::routes(config);
}
