//! Opportunities: roles for patient and public partners, planned with their influence, pay and support
//! stated, approved by a second person, published, and closed only when every applicant has an answer.

pub mod entity;
mod guards;
mod index;
mod input;
mod matches;
mod matching;
pub mod operations;
mod plain_english;
mod revisions;
pub mod role;
mod rounds;
mod routes;
mod search;
mod status;
mod steps;
mod views;

pub use entity::{Kind, OpportunityId, ParticipationLevel};
pub use input::NewOpportunity;
pub use role::{ApplyMethod, DbsLevel, PaymentKind};
pub use routes::routes;
pub use status::Status;
pub use steps::CLOSE;
pub use views::Opportunity;
