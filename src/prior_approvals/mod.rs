//! Prior approvals: costs that are agreed before they are spent, or booked so that nobody has to find the
//! money first.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{Arrangement, PriorApprovalId, Status};
pub use routes::routes;
pub use views::{
    DeclinePriorApproval, NewPriorApproval, PriorApproval, PriorApprovalFilter, PriorApprovalSort,
};
