//! Reports: counts of people and sums of money over the records, with small numbers suppressed.
//!
//! They only read, and may join across resources, which nothing else does. Each is a table of lines and columns; what
//! may be told of it is decided in one place ([`small_numbers`]). Periods are fixed ones, so that nobody finds a person
//! in the difference of two.

mod closing_the_loop;
mod days;
mod operations;
mod queries;
mod routes;
pub mod small_numbers;
mod themes_by_service;
mod views;

pub(crate) use operations::file;
pub use routes::routes;
pub use views::Report;
pub(crate) use views::{ALL, Counted, Table};
