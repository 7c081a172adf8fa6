//! Structured logs, one JSON object a line. No personal data is logged at any level: no names, no
//! bodies, no queries, no parameters of statements; records appear by their ids.

use std::fmt::Display;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterFn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

const TEXT: &str = ",text";

/// What a setting lets through, or what is wrong with it.
pub fn filter(setting: &str) -> Result<EnvFilter, String> {
    let filter = setting.strip_suffix(TEXT).unwrap_or(setting);
    EnvFilter::try_new(filter).map_err(|error| error.to_string())
}

/// Libraries tell of statements with their parameters, and of headers, below this level: whatever is asked for,
/// that is not logged.
fn is_harmless(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with(env!("CARGO_CRATE_NAME")) || *metadata.level() <= Level::INFO
}

/// Starts logging to standard error. `filter` is a tracing filter; with `,text` it is for people.
pub fn start(setting: &str) {
    let text = setting.ends_with(TEXT);
    let filter = filter(setting).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match text {
        true => lines.boxed(),
        false => lines
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .boxed(),
    };
    // A second start, as in tests, changes nothing.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(FilterFn::new(is_harmless))
        .with(lines)
        .try_init();
    // What a panic says can quote what it choked on: where it happened is enough.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a panic");
    }));
}

/// The text of an error, without what stands in quotes or is said to be a key's value: errors quote what they choked on.
pub fn without_values(error: impl Display) -> String {
    let text = error.to_string();
    let mut kept = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        kept.push(c);
        let end = match c {
            '"' | '`' => Some(c),
            '(' if before == '=' => Some(')'),
            // An apostrophe is none.
            '\'' if !before.is_alphanumeric() => Some(c),
            _ => None,
        };
        if let Some(end) = end {
            kept.push('…');
            // A quotation that does not end hides the rest.
            let closed = rest.by_ref().any(|c| c == end);
            kept.extend(closed.then_some(end));
        }
        before = c;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::without_values;

    #[test]
    fn an_error_keeps_its_words_and_loses_what_it_quotes() {
        for (error, kept) in [
            (
                "connection refused (os error 111)",
                "connection refused (os error 111)",
            ),
            (
                "the server doesn't answer 'Ada's'",
                "the server doesn't answer '…'s'",
            ),
            (
                "invalid type: string \"Ada \\\" Okafor",
                "invalid type: string \"…\" Okafor",
            ),
            (
                "invalid value: `07700 900001`, expected u8",
                "invalid value: `…`, expected u8",
            ),
            (
                "Key (email)=(ada@example.org) already exists",
                "Key (email)=(…) already exists",
            ),
            ("an open \"quotation", "an open \"…"),
        ] {
            assert_eq!(without_values(error), kept);
        }
    }
}
