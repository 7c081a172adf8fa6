//! Structured logs, one JSON object a line. No personal data is logged at any level: no names, no
//! bodies, no queries, no parameters of statements; records appear by their ids.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. `filter` is a tracing filter; with `,text` it is for people.
pub fn start(filter: &str) {
    let (filter, text) = match filter.strip_suffix(",text") {
        Some(filter) => (filter, true),
        None => (filter, false),
    };
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start, as in tests, changes nothing.
    let _ = match text {
        true => builder.try_init(),
        false => builder
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .try_init(),
    };
}
