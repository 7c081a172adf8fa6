//! Inductions: what a partner is shown and told before a role begins, item by item. One begins with each
//! appointment, from the organisation's checklist as it stands then.

pub mod entity;
mod items;
mod lifecycle;
pub mod operations;
mod progress;
mod routes;
mod views;

pub use entity::InductionId;
pub use items::InductionItem;
pub use lifecycle::{ItemStatus, Status};
pub use routes::routes;
pub use views::{Induction, InductionFilter, InductionSort};
