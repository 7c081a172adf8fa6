//! What patients, families and carers say of their care.

pub mod friends_and_family;

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    friends_and_family::routes(config);
}
