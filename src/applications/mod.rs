//! Applications: from a person who is interested in a role to an answer for everyone who applied.

mod chat;
pub mod entity;
mod inputs;
mod lifecycle;
pub mod notes;
pub mod operations;
pub mod people;
mod routes;
mod views;

pub use chat::{
    ArrangeChat, Chat, ChatMode, ChatRecord, HoldChat, PanelMember, Recommendation, Score,
    SendQuestions,
};
pub use entity::ApplicationId;
pub use inputs::{Applicant, ApplicationChanges, GiveFeedback, NewApplication};
pub use lifecycle::{Outcome, Status};
pub use routes::routes;
pub use views::{ApplicantContact, Application, ApplicationFilter, ApplicationSort, PanelPart};
