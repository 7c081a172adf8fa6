//! What in a comment may tell who somebody is, and what cannot wait. Pure.
//!
//! A comment is anonymous by intent, and people write names and numbers all the same. What looks like one is taken out
//! before anybody but the moderator reads it. This is a sieve, not a reader: what it finds and what it misses is
//! measured (`tests.rs`), and the moderator sees what was written.

mod emails;
pub mod harmless;
mod names;
mod numbers;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use self::emails::emails;
use self::names::names;
use self::numbers::{announced_numbers, numbers, postcodes, spelt_numbers};
use self::words::URGENT;
use crate::values::{Folded, choices};

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

    /// In small letters without accents: people leave them out, and our lists have none.
    fn lower(&self) -> String {
        let letters = self.text.nfd().filter(|c| !is_combining_mark(*c));
        letters.flat_map(char::to_lowercase).collect()
    }
}

/// Letters and digits that belong together; apostrophes and hyphens within them too.
fn split(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let joins = |c: char| matches!(c, '\'' | '-');
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
    let folded = Folded::of(text);
    let text = folded.text.as_str();
    let words = split(text);
    let mut found = emails(text);
    found.extend(numbers(text));
    found.extend(announced_numbers(text, &words));
    found.extend(spelt_numbers(&words));
    found.extend(postcodes(text, &words));
    found.extend(names(text, &words));
    for one in &mut found {
        one.at = folded.written(&one.at);
    }
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
    let folded = Folded::of(text);
    let words = split(&folded.text);
    let plain = words.iter().flat_map(|word| {
        let lower = word.lower();
        let parts: Vec<String> = lower.split('-').map(str::to_owned).collect();
        parts
    });
    let plain: Vec<String> = plain.collect();
    URGENT.split(';').any(|phrase| {
        let phrase: Vec<&str> = phrase.split_ascii_whitespace().collect();
        plain.windows(phrase.len()).any(|some| some == phrase)
    })
}
