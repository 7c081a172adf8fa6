//! Receipts: what shows that something was spent, as files that belong to a claim.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::ClaimReceiptId;
pub use routes::routes;
pub use views::{ClaimReceipt, NewClaimReceipt};
