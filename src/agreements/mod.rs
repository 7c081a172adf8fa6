//! Agreements with partners: a wording put to a partner for a role, accepted by both sides, in force until it
//! is superseded or one side ends it. What was signed is kept as it was shown, as a page and as a PDF.

mod acceptance;
mod accepting;
mod clauses;
pub mod entity;
mod lifecycle;
mod offering;
pub mod operations;
mod particulars;
mod routes;
mod step_routes;
mod views;

pub use entity::AgreementId;
pub use lifecycle::Status;
pub use routes::routes;
pub use views::{Agreement, AgreementFilter, AgreementSort, NewAgreement};
