//! Who calls, and what they may do.

mod routes;
mod views;

pub use routes::routes;
pub use views::{Me, PermissionTable};
