//! The wording of agreements: an organisation's own, in revisions that never change once a second person has
//! published them. A new revision is put to every partner whose agreement is in force.

mod asking;
pub mod entity;
mod kind;
pub mod operations;
mod routes;
mod sections;
mod views;

pub use asking::ASK_AGAIN;
pub use entity::{AgreementTextId, Status};
pub use kind::AgreementKind;
pub use routes::routes;
pub use sections::{Section, Topic};
pub use views::{AgreementText, AgreementTextChanges, AgreementTextFilter, NewAgreementText};
