//! How the question is asked, where and since when, and on which days returns are due: for front ends and calendars.

mod calendar;
mod routes;
mod views;

pub use routes::routes;
