//! One-to-ones: how partners are, from the first month of a role to its end.
//!
//! What is said is between the two who talk. The engagement team sees that a one-to-one is due, was held or
//! is late; workstream leads and other managers see nothing of those that are not theirs.

pub mod actions;
pub mod cadences;
pub mod entity;
mod lifecycle;
pub mod operations;
mod planning;
mod record;
mod routes;
mod views;

pub use entity::OneToOneId;
pub use lifecycle::Status;
pub use record::{Correction, OneToOneRecord, PaymentsOnTime, WishToContinue};
pub use views::OneToOne;

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    routes::routes(config);
    actions::routes(config);
    cadences::routes(config);
}
