//! The versions of a story: its words, or a recording, as they were at one time. None is ever changed.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{StoryIdentity, StoryVersionId};
pub use routes::routes;
pub use views::StoryVersion;
