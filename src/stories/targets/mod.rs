//! Within how many days tellers are told what changed, as dated data.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::StoryTargetId;
pub use routes::routes;
pub use views::StoryTarget;
