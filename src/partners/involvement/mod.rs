//! What a partner took part in: added up from the records, kept by nobody by hand, and theirs to take along.

mod operations;
mod routes;
mod views;

pub use routes::routes;
