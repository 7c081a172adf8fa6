//! Insights: one thing that was heard, in words that tell of nobody, with where it was heard, its themes, and how it
//! was meant.

pub mod entity;
pub mod operations;
mod routes;
mod sentiment;
pub mod themes;
mod views;

pub use entity::{InsightId, Source, Status};
pub use routes::routes;
pub use sentiment::Sentiment;
pub use views::{Insight, InsightChanges, InsightFilter, NewInsight, WithdrawInsight};
