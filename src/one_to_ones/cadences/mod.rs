//! How often an organisation's partners are offered a one-to-one, as dated data.

pub mod entity;
pub mod operations;
mod rhythm;
mod routes;
mod views;

pub use entity::OneToOneCadenceId;
pub use rhythm::Rhythm;
pub use routes::routes;
pub use views::{NewOneToOneCadence, OneToOneCadence};
