//! Closing the loop: how much of what was heard is answered in public, and after how many days.
//!
//! It counts what was said and not who said it, so nothing is suppressed.

mod figures;
mod inputs;
mod routes;

pub(super) use routes::routes;
