//! Whom not to ask: a system that sends texts may find out before it does, without saying who it is about.

mod entity;
mod operations;
mod routes;
mod views;

pub use operations::forget_exclusions;
pub use routes::routes;
