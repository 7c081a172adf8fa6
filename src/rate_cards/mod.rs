//! Rate cards: what an organisation pays, from a day to a day, and how it goes about it.

pub mod entity;
mod lines;
pub mod operations;
mod routes;
mod views;

pub use entity::{RateCardId, Status};
pub use lines::{Cap, Policy, Rate, rate};
pub use routes::routes;
pub use views::{NewRateCard, RateCard, RateCardChanges, RateCardFilter, RateCardSort};
