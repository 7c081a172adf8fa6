//! What in a comment may tell who somebody is, and what cannot wait. Pure.
//!
//! A comment is anonymous by intent, and people write names and numbers all the same. What looks like one is taken out
//! before anybody but the moderator reads it. This is a sieve, not a reader: what it finds and what it misses is
//! measured (`tests.rs`), and the moderator sees what was written.

pub mod harmless;
mod names;
mod numbers;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use self::names::names;
use self::numbers::{announced_numbers, numbers, postcodes, spelt_numbers};
use self::words::URGENT;

use crate::values::choices;

choices! {
    /// What may tell who somebody is.
    #[schema(as = PersonalDetail)]
    pub enum Personal {
        /// A name.
        Name,
        /// A telephone number.
        Telephone,
        /// An e-mail address.
        Email,
        /// What looks like an NHS number.
        NhsNumber,
        /// What looks like a hospital's number for a patient.
        HospitalNumber,
        /// A postcode.
        Postcode,
    }
}

impl Personal {
    /// What stands in its place.
    fn mark(self) -> &'static str {
        match self {
            Self::Name => "[name]",
            Self::Telephone => "[telephone number]",
            Self::Email => "[e-mail address]",
            Self::NhsNumber => "[NHS number]",
            Self::HospitalNumber => "[number]",
            Self::Postcode => "[postcode]",
        }
    }
}

/// Something personal, and where it stands in the comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The bytes of the comment.
    pub at: Range<usize>,
    /// What it is.
    pub what: Personal,
}

/// A word of a comment.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
}

impl Word<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    fn is_capitalised(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    fn lower(&self) -> String {
        self.text.to_lowercase()
    }
}

/// Letters and digits that belong together; apostrophes and hyphens within them too.
fn split(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let joins = |c: char| matches!(c, '\'' | '’' | '-');
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let belongs = letter.is_alphanumeric()
            || (start.is_some() && joins(letter) && next.is_some_and(char::is_alphanumeric));
        match (belongs, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(Word {
                    text: &text[from..at],
                    start: from,
                });
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        words.push(Word {
            text: &text[from..],
            start: from,
        });
    }
    words
}

/// Everything personal in a comment, in its order, without overlaps.
pub fn personal(text: &str) -> Vec<Found> {
    let words = split(text);
    let mut found = emails(text);
    found.extend(numbers(text));
    found.extend(announced_numbers(text, &words));
    found.extend(spelt_numbers(&words));
    found.extend(postcodes(text, &words));
    found.extend(names(text, &words));
    found.sort_by_key(|one| (one.at.start, std::cmp::Reverse(one.at.end)));
    let mut apart: Vec<Found> = Vec::new();
    for one in found {
        match apart.last_mut() {
            Some(last) if one.at.start < last.at.end => {
                last.at.end = last.at.end.max(one.at.end);
            }
            _ => apart.push(one),
        }
    }
    apart
}

/// The comment with marks in the place of what is personal.
pub fn redacted(text: &str, found: &[Found]) -> String {
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    for one in found {
        written.push_str(&text[from..one.at.start]);
        written.push_str(one.what.mark());
        from = one.at.end;
    }
    written.push_str(&text[from..]);
    written
}

/// Whether somebody may be in danger, or come to harm.
pub fn is_urgent(text: &str) -> bool {
    let words = split(text);
    let plain = words.iter().flat_map(|word| {
        let lower = word.lower().replace('’', "'");
        let parts: Vec<String> = lower.split('-').map(str::to_owned).collect();
        parts
    });
    let plain: Vec<String> = plain.collect();
    URGENT.split(';').any(|phrase| {
        let phrase: Vec<&str> = phrase.split_ascii_whitespace().collect();
        plain.windows(phrase.len()).any(|some| some == phrase)
    })
}

fn emails(text: &str) -> Vec<Found> {
    let in_local = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
    let in_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let each = text.match_indices(['@', '＠']).filter_map(|(at, sign)| {
        let before = &text[..at];
        let local = before.chars().rev().take_while(|c| in_local(*c));
        let start = at - local.map(char::len_utf8).sum::<usize>();
        let after = &text[at + sign.len()..];
        let domain: String = after.chars().take_while(|c| in_domain(*c)).collect();
        let domain = domain.trim_end_matches(['.', '-']);
        let is_address =
            start < at && domain.len() > 1 && domain.chars().any(char::is_alphanumeric);
        is_address.then(|| Found {
            at: start..at + sign.len() + domain.len(),
            what: Personal::Email,
        })
    });
    each.collect()
}
