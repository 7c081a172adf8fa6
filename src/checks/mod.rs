//! Checks before a role: by the Disclosure and Barring Service, and by asking referees.
//!
//! Whether a check may be asked for is a matter of law, and is decided for the role before anyone is asked
//! (`requirements`). What a certificate or a referee says is never kept: a person reads it and decides.

pub mod entity;
mod expiry;
mod lifecycle;
pub mod operations;
pub mod requirements;
mod routes;
mod views;

pub use entity::{CheckId, CheckKind};
pub use expiry::{WARN, newest};
pub use lifecycle::Status;
pub use views::Check;

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    routes::routes(config);
    requirements::routes(config);
}
