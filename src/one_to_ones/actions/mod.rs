//! What a partner and their supporter agreed to do, by whom and until when.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{ActionOwner, OneToOneActionId, Status};
pub use routes::routes;
pub use views::{NewAgreedAction, OneToOneAction};
