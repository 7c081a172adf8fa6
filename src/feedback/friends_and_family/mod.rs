//! The Friends and Family Test: one question, six answers, counted by where and how people were asked.

pub mod counts;
mod exclusions;
pub mod imports;
mod months;
mod period;
mod published_tables;
pub mod responses;
mod results;
pub mod returns;
mod rules;
pub mod screening;
pub mod settings;
pub mod suppression;
mod trend;

pub use exclusions::forget_exclusions;
pub use period::Period;
pub use settings::{Level, Mode, Setting, Touchpoint};

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    rules::routes(config);
    exclusions::routes(config);
    responses::routes(config);
    imports::routes(config);
    results::routes(config);
    trend::routes(config);
    published_tables::routes(config);
    returns::routes(config);
}
