//! What was written about a partner, to be disclosed when the partner asks what is held about them: by panels, in
//! one-to-ones, of checks and of inductions. What is the partner's own to read anyway, they read themself.

mod operations;
mod routes;
mod views;

pub use routes::routes;
