//! Themes of insights: an organisation's own words for what it hears about, each under a national subject.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{InsightThemeId, Status};
pub use routes::routes;
pub use views::{InsightTheme, InsightThemeFilter, NewInsightTheme};
