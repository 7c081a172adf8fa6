//! Structured logs, one JSON object a line. No personal data is logged at any level: no names, no
//! bodies, no queries, no parameters of statements; records appear by their ids.

use tracing_subscriber::EnvFilter;

const TEXT: &str = ",text";

/// What a setting lets through, or what is wrong with it.
pub fn filter(setting: &str) -> Result<EnvFilter, String> {
    let filter = setting.strip_suffix(TEXT).unwrap_or(setting);
    EnvFilter::try_new(filter).map_err(|error| error.to_string())
}

/// Starts logging to standard error. `filter` is a tracing filter; with `,text` it is for people.
pub fn start(setting: &str) {
    let text = setting.ends_with(TEXT);
    let filter = filter(setting).unwrap_or_else(|_| EnvFilter::new("info"));
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
