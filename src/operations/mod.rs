//! What an operator and a stranger look for first: is it alive, is it ready, what does it measure,
//! where is the document, whom to tell about a weakness.

mod metrics;
mod process;
mod routes;

pub use metrics::Metrics;
pub use routes::{Health, routes};
