//! Claims: what partners spent, and what is paid for their time, from a draft to the money in their account.
//!
//! `expenses` is the table of what can be claimed, `lines` how a line comes to its amount, `sums` how lines
//! come to totals, `findings` what somebody should look at; all of them pure. `weighing` brings them what they
//! need from the database, `steps` takes a claim through its lifecycle.

pub mod entity;
pub mod expenses;
pub mod findings;
mod inputs;
mod lifecycle;
pub mod lines;
pub mod operations;
pub mod receipts;
mod routes;
mod step_routes;
mod steps;
pub mod sums;
mod views;
mod weighing;

pub use entity::ClaimId;
pub use expenses::{ClaimUnit, ExpenseType};
pub use inputs::{ClaimChanges, NewClaim, SubmitClaim};
pub use lifecycle::Status;
pub use views::{Claim, ClaimFilter, ClaimSort};

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    routes::routes(config);
    step_routes::routes(config);
    receipts::routes(config);
}
