//! What an organisation wants every induction to cover: a list in revisions that never change. An induction
//! keeps to the revision with which it began.

pub mod entity;
mod items;
pub mod operations;
mod routes;
mod views;

pub use entity::InductionChecklistId;
pub use items::{ChecklistItem, UsuallyBy, agreement_of};
pub use routes::routes;
pub use views::{InductionChecklist, NewInductionChecklist};
