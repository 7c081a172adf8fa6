//! The Patient Advice and Liaison Service: what people bring to it, by when it is seen to, and what others learn from it.
//!
//! What somebody said is for PALS officers who are not themselves concerned by it, and each time a record is opened
//! the purpose is recorded. Everyone else sees counts by subject, service and month. PALS knows no partners: concerns
//! about somebody's own care are kept apart from involvement.

pub mod codes;
pub mod complaint_returns;
pub mod contacts;
pub mod targets;
mod themes;

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    contacts::routes(config);
    themes::routes(config);
    complaint_returns::routes(config);
    codes::routes(config);
    targets::routes(config);
}
