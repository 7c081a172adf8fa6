//! Contact preferences: for which purpose a partner may be reached by which channel.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::PreferenceId;
pub use operations::has_go_between;
pub use routes::routes;
pub use views::{ContactPreference, NewContactPreference};
