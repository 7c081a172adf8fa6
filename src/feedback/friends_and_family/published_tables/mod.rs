//! The tables that are published for a month, with small numbers suppressed as NHS England does.

mod operations;
mod routes;
pub mod table;
pub mod views;

pub use operations::CAUTION;
pub use routes::routes;
