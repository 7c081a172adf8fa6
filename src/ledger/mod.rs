//! Two views of the one ledger: what happened for the auditor, and what changed for an integrator.

mod routes;
mod views;

pub use routes::routes;
pub use views::{EntryKind, TouchedRecord};
