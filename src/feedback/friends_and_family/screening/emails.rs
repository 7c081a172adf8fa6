//! E-mail addresses, with the sign or with a word in its place.

use super::{Found, Personal};

/// How the sign is written, and whether that alone tells little.
const SIGNS: [(&str, bool); 6] = [
    ("@", false),
    ("[at]", false),
    ("(at)", false),
    ("{at}", false),
    ("<at>", false),
    (" at ", true),
];

/// How a full stop is written.
const DOTS: [&str; 7] = [
    ".", "[dot]", "(dot)", " [dot] ", " (dot) ", "{dot}", " dot ",
];

fn in_local(c: char) -> bool {
    c.is_alphanumeric() || "._%+-'".contains(c)
}

fn in_label(c: char) -> bool {
    c.is_alphanumeric() || c == '-'
}

/// How long what a text ends in is, by these letters.
fn tail(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    let letters = text.chars().rev().take_while(|c| is_part(*c));
    letters.map(char::len_utf8).sum()
}

fn head(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    let letters = text.chars().take_while(|c| is_part(*c));
    letters.map(char::len_utf8).sum()
}

/// A domain at the beginning of a text.
struct Domain {
    length: usize,
    /// Whether a full stop was a word.
    spelt: bool,
    /// Whether it ends as domains do.
    named: bool,
}

fn domain(text: &str) -> Domain {
    let mut length = head(text, in_label);
    let (mut dots, mut spelt, mut last) = (0, false, 0);
    loop {
        let rest = &text[length..];
        let next = DOTS.iter().find_map(|dot| {
            let label = head(rest.strip_prefix(dot)?, in_label);
            (label > 0).then_some((dot, label))
        });
        let Some((dot, label)) = next else { break };
        last = length + dot.len();
        length = last + label;
        dots += 1;
        spelt |= *dot != ".";
    }
    let ending = text[last..length].trim_end_matches('-');
    Domain {
        length: length - (text[last..length].len() - ending.len()),
        spelt,
        named: dots > 0 && ending.len() > 1 && ending.chars().all(char::is_alphabetic),
    }
}

/// Where the part before the sign begins.
fn local(text: &str) -> usize {
    let mut start = text.len() - tail(text, in_local);
    while start < text.len() {
        let before = DOTS.iter().find_map(|dot| text[..start].strip_suffix(dot));
        let Some(before) = before.filter(|before| tail(before, in_local) > 0) else {
            break;
        };
        start = before.len() - tail(before, in_local);
    }
    start
}

/// Addresses.
pub(super) fn emails(text: &str) -> Vec<Found> {
    // The same length: only letters of ASCII change.
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (sign, is_word) in SIGNS {
        for (at, _) in lower.match_indices(sign) {
            let before = lower[..at].trim_end_matches(' ');
            let rest = &lower[at + sign.len()..];
            let after = rest.trim_start_matches(' ');
            let (start, domain) = (local(before), domain(after));
            let apart = before.len() < at || after.len() < rest.len();
            let has_name = start < before.len();
            let fits = match (sign, is_word) {
                // "Look at nhs.uk" is no address.
                (_, true) => {
                    let telling = |c: char| c.is_ascii_digit() || "._+".contains(c);
                    domain.named && (domain.spelt || before[start..].contains(telling))
                }
                ("@", _) if !apart => {
                    domain.length > 1 && after[..domain.length].contains(char::is_alphanumeric)
                }
                _ => domain.named,
            };
            if has_name && fits {
                let end = lower.len() - after.len() + domain.length;
                found.push(Found {
                    at: start..end,
                    what: Personal::Email,
                });
            }
        }
    }
    found
}
