//! What a partner was paid, by week, month or tax year, and a letter that says so. Facts only: the service gives
//! no advice about benefits, and never asks which ones somebody gets.

mod letter;
mod operations;
mod periods;
mod routes;
mod views;

pub use routes::routes;
