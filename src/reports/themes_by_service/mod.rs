//! What is heard about which service: insights counted by theme.
//!
//! It counts what was said and not who said it, so nothing is suppressed.

mod figures;
mod routes;

pub(super) use routes::routes;
