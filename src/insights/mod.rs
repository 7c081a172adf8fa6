//! Insights: one thing that was heard, in words that tell of nobody, with where it was heard, its themes, and how it
//! was meant.

pub mod entity;
pub mod operations;
mod routes;
mod sentiment;
mod taken_back;
pub mod themes;
mod views;

pub use entity::{InsightId, Source, Status};
pub use operations::kind_of;
pub use routes::routes;
pub use sentiment::Sentiment;
pub use taken_back::{take_back_from, tell_no_longer};
pub use views::{Insight, InsightChanges, InsightFilter, NewInsight, WithdrawInsight};
