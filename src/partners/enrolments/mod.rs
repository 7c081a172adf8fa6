//! Enrolments: the routes by which a partner is involved, each with its dates.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::EnrolmentId;
pub use routes::routes;
pub use views::{Enrolment, EnrolmentChanges, NewEnrolment};
