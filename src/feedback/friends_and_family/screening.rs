//! What in a comment may tell who somebody is, and what cannot wait. Pure.
//!
//! A comment is anonymous by intent, and people write names and numbers all the same. What looks like one is taken out
//! before anybody but the moderator reads it. This is a sieve, not a reader: what it finds and what it misses is
//! measured (`screening_corpus.rs`), and a moderator can take out more.

use std::ops::Range;

use super::words::{
    BEFORE_NAMES, BEFORE_NUMBERS, DIGITS, FIRST_NAMES, NO_NAMES, RELATIVES, URGENT,
};
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
fn words(text: &str) -> Vec<Word<'_>> {
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
    let words = words(text);
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
    let words = words(text);
    let plain = words.iter().flat_map(|word| {
        let lower = word.lower().replace('’', "'");
        let parts: Vec<String> = lower.split('-').map(str::to_owned).collect();
        parts
    });
    let plain: Vec<String> = plain.collect();
    URGENT.iter().any(|phrase| {
        plain
            .windows(phrase.len())
            .any(|some| some.iter().zip(*phrase).all(|(word, other)| word == other))
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

/// Digits that stand together but for blanks and what people put between them.
fn numbers(text: &str) -> Vec<Found> {
    let bytes = text.as_bytes();
    let between = |byte: u8| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')' | b'/' | b'_');
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let begins = bytes[at].is_ascii_digit() || bytes[at] == b'+';
        let within = at > 0 && (bytes[at - 1].is_ascii_digit());
        if !begins || within {
            at += 1;
            continue;
        }
        let (mut end, mut next, mut digits, mut gap) = (at, at, String::new(), 0);
        if bytes[at] == b'+' {
            next += 1;
        }
        while next < bytes.len() && gap <= 2 {
            match bytes[next] {
                digit if digit.is_ascii_digit() => {
                    digits.push(char::from(digit));
                    gap = 0;
                    end = next + 1;
                }
                other if between(other) => gap += 1,
                _ => break,
            }
            next += 1;
        }
        let plus = bytes[at] == b'+';
        let together = text[at..end].bytes().filter(|byte| *byte == b' ').count();
        if let Some(what) = number(&text[at..end], &digits, plus, together) {
            let start = letters_before(text, at, what);
            let start = start - usize::from(text[..start].ends_with('('));
            found.push(Found {
                at: start..end,
                what,
            });
            at = end;
        } else {
            // The first group by itself may be one.
            at += 1;
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
        }
    }
    found
}

/// Whether a text ends in two or three capital letters that stand by themselves.
fn is_prefix(text: &str) -> bool {
    let letters = text
        .bytes()
        .rev()
        .take_while(u8::is_ascii_uppercase)
        .count();
    let before = text[..text.len() - letters].chars().next_back();
    (2..=3).contains(&letters) && !before.is_some_and(char::is_alphanumeric)
}

/// A hospital's number often has letters in front.
fn letters_before(text: &str, at: usize, what: Personal) -> usize {
    if what != Personal::HospitalNumber {
        return at;
    }
    // Some are written apart.
    let at = match text[..at].strip_suffix(' ') {
        Some(before) if is_prefix(before) => before.len(),
        _ => at,
    };
    let letters = text[..at]
        .bytes()
        .rev()
        .take_while(u8::is_ascii_alphabetic)
        .count();
    if letters <= 3 { at - letters } else { at }
}

/// What a run of digits is, if it is anything.
fn number(written: &str, digits: &str, plus: bool, gaps: usize) -> Option<Personal> {
    let count = digits.len();
    let is_date = written.contains('/') || is_day(written);
    let national = digits
        .strip_prefix("0044")
        .or_else(|| digits.strip_prefix("44").filter(|_| plus));
    if national.is_some_and(|rest| (9..=11).contains(&rest.len())) {
        return Some(Personal::Telephone);
    }
    if plus && (8..=15).contains(&count) {
        return Some(Personal::Telephone);
    }
    if digits.starts_with('0') && (10..=11).contains(&count) {
        return Some(Personal::Telephone);
    }
    if count == 10 && (gaps <= 2 || is_nhs_number(digits)) {
        return Some(Personal::NhsNumber);
    }
    // Local numbers and numbers of hospitals: long enough, and in one or two groups.
    let groups = written
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty());
    let groups: Vec<&str> = groups.collect();
    match groups.as_slice() {
        [one] if (6..=9).contains(&one.len()) => Some(Personal::HospitalNumber),
        [one, two] if !is_date && one.len() >= 3 && two.len() >= 3 && (6..=9).contains(&count) => {
            Some(Personal::HospitalNumber)
        }
        [first, ..] if first.len() >= 6 && !is_date && (6..=12).contains(&first.len()) => {
            Some(Personal::HospitalNumber)
        }
        _ => None,
    }
}

fn is_day(written: &str) -> bool {
    let parts: Vec<&str> = written.split(['-', '.', '/']).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    matches!(
        lengths.as_slice(),
        [1..=2, 1..=2, 2 | 4] | [4, 1..=2, 1..=2]
    )
}

/// Modulus 11, as NHS numbers are checked.
fn is_nhs_number(digits: &str) -> bool {
    let digits: Vec<u32> = digits
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .collect();
    let [first @ .., check] = digits.as_slice() else {
        return false;
    };
    let sum: u32 = first
        .iter()
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    first.len() == 9 && (11 - sum % 11) % 11 == *check
}

/// Shorter numbers, where words before them say what they are.
fn announced_numbers(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let lower: Vec<String> = words.iter().map(Word::lower).collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_number = word.text.bytes().filter(u8::is_ascii_digit).count() >= 4;
        let fillers = ["is", "was", "no", "number"];
        let mut before = at;
        while before > 0 && fillers.contains(&lower[before - 1].as_str()) {
            before -= 1;
        }
        let announced = BEFORE_NUMBERS.iter().any(|phrase| {
            [at, before]
                .into_iter()
                .any(|end| lower[..end].ends_with_words(phrase))
        });
        if is_number && announced {
            let close = text[words[at.saturating_sub(1)].end()..word.start]
                .chars()
                .count()
                <= 3;
            if close || at == 0 {
                found.push(Found {
                    at: word.start..word.end(),
                    what: Personal::HospitalNumber,
                });
            }
        }
    }
    found
}

trait EndsWithWords {
    fn ends_with_words(&self, phrase: &[&str]) -> bool;
}

impl EndsWithWords for [String] {
    fn ends_with_words(&self, phrase: &[&str]) -> bool {
        self.len() >= phrase.len()
            && self[self.len() - phrase.len()..]
                .iter()
                .zip(phrase)
                .all(|(word, other)| word == other)
    }
}

/// Telephone numbers in words.
fn spelt_numbers(words: &[Word<'_>]) -> Vec<Found> {
    let is_digit = |word: &Word<'_>| {
        let lower = word.lower();
        DIGITS.iter().any(|(name, _)| *name == lower)
    };
    let is_part = |word: &Word<'_>| {
        is_digit(word) || matches!(word.lower().as_str(), "double" | "treble" | "triple")
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let run = words[at..].iter().take_while(|word| is_part(word)).count();
        if run >= 6 {
            found.push(Found {
                at: words[at].start..words[at + run - 1].end(),
                what: Personal::Telephone,
            });
        }
        at += run.max(1);
    }
    found
}

fn postcodes(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let is_outward = |part: &str| {
        let letters = part.bytes().take_while(u8::is_ascii_alphabetic).count();
        let rest = &part.as_bytes()[letters..];
        (1..=2).contains(&letters)
            && part.is_ascii()
            && matches!(rest, [d] | [d, _] if d.is_ascii_digit())
            && rest.iter().all(u8::is_ascii_alphanumeric)
    };
    let is_inward = |part: &str| matches!(part.as_bytes(), [d, a, b] if d.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let one = word.text.is_ascii() && word.text.len() >= 5 && {
            let (outward, inward) = word.text.split_at(word.text.len() - 3);
            is_outward(outward.trim_end_matches('-')) && is_inward(inward)
        };
        if one {
            found.push(Found {
                at: word.start..word.end(),
                what: Personal::Postcode,
            });
            continue;
        }
        if let Some(next) = words.get(at + 1)
            && text[word.end()..next.start].len() <= 3
            && is_outward(word.text)
            && is_inward(next.text)
        {
            found.push(Found {
                at: word.start..next.end(),
                what: Personal::Postcode,
            });
        }
    }
    found
}

/// Names: after titles, after relatives and after "my name is", by initials, and by first names that are known.
fn names(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let lower: Vec<String> = words.iter().map(Word::lower).collect();
    let own = |at: usize| {
        lower[at]
            .trim_end_matches("'s")
            .trim_end_matches("’s")
            .to_owned()
    };
    let is_no_name = |at: usize| NO_NAMES.contains(&own(at).as_str());
    // Only blanks, full stops and hyphens may stand between the parts of a name.
    let close = |at: usize| {
        let gap = &text[words[at - 1].end()..words[at].start];
        gap.len() <= 2 && gap.chars().all(|c| matches!(c, ' ' | '.' | '-'))
    };
    let may_be = |at: usize| {
        words[at].is_capitalised()
            && !is_no_name(at)
            && !BEFORE_NAMES.contains(&lower[at].as_str())
            && words[at].text.chars().all(|c| !c.is_ascii_digit())
    };
    let is_letter = |at: usize| words[at].text.chars().count() == 1 && words[at].is_capitalised();
    let is_initial = |at: usize| is_letter(at) && lower[at] != "i" && lower[at] != "a";
    // Where everything is in capitals, a capital letter tells nothing.
    let shouted = !text.chars().any(char::is_lowercase);
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let first_name = FIRST_NAMES.contains(&own(at).split('-').next().unwrap_or_default());
        let before = |back: usize| at.checked_sub(back).map(|at| lower[at].as_str());
        let after_title = at > 0
            && BEFORE_NAMES.contains(&lower[at - 1].as_str())
            && text[words[at - 1].end()..words[at].start].len() <= 2;
        let after_relative = at > 0 && RELATIVES.contains(&lower[at - 1].as_str()) && close(at);
        let introduced = matches!(
            (before(3), before(2), before(1)),
            (Some("my"), Some("name"), Some("is" | "was"))
        ) || matches!(
            (before(2), before(1)),
            (Some("name"), Some("is")) | (Some("name's"), _)
        ) || matches!(before(1), Some("name's"))
            || (matches!(before(1), Some("i'm" | "i’m")) && words[at].is_capitalised());
        let initials = is_initial(at)
            && at + 1 < words.len()
            && close(at + 1)
            && (may_be(at + 1) || is_initial(at + 1));
        let cued = (after_title || after_relative || introduced) && (may_be(at) || is_letter(at));
        let full = !shouted && is_full_name(text, words, &lower, at);
        // In capitals or small letters, a name that nothing else means is one too.
        let known = first_name && (words[at].is_capitalised() || after_title || introduced);
        if !(cued || known || full || (initials && ends_in_surname(words, &lower, at, text))) {
            at += 1;
            continue;
        }
        let mut end = at;
        while end + 1 < words.len()
            && close(end + 1)
            && !ends_sentence(text, words, end + 1)
            && (may_be(end + 1) || is_initial(end + 1))
        {
            end += 1;
        }
        found.push(Found {
            at: words[at].start..name_end(&words[end]),
            what: Personal::Name,
        });
        at = end + 1;
    }
    found
}

/// Whether exactly two or three words with capital letters stand together, of which none is known for another thing.
fn is_full_name(text: &str, words: &[Word<'_>], lower: &[String], at: usize) -> bool {
    let is_part = |at: usize| {
        let word = &words[at];
        let mut letters = word.text.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.clone().count() > 1
            && letters.all(|c| !c.is_ascii_digit())
    };
    let joins = |at: usize| &text[words[at - 1].end()..words[at].start] == " ";
    if !is_part(at) || (at > 0 && joins(at) && is_part(at - 1)) {
        return false;
    }
    let mut end = at;
    while end + 1 < words.len() && joins(end + 1) && is_part(end + 1) {
        end += 1;
    }
    let is_known = |word: &String| NO_NAMES.contains(&word.trim_end_matches("'s"));
    (1..=2).contains(&(end - at)) && !lower[at..=end].iter().any(is_known)
}

/// Whether initials lead to a surname: "J. Smith", "A.B. Jones".
fn ends_in_surname(words: &[Word<'_>], lower: &[String], at: usize, text: &str) -> bool {
    let mut next = at + 1;
    while next < words.len()
        && words[next].text.chars().count() == 1
        && words[next].is_capitalised()
    {
        next += 1;
    }
    let Some(word) = words.get(next) else {
        return false;
    };
    let gap = &text[words[next - 1].end()..word.start];
    // "Vitamin D." ends a sentence; "J. Smith" does not.
    gap.len() <= 2
        && word.is_capitalised()
        && word.text.chars().count() > 2
        && word.text.chars().skip(1).any(char::is_lowercase)
        && !NO_NAMES.contains(&lower[next].as_str())
        && !lower.get(at.wrapping_sub(1)).is_some_and(|word| {
            matches!(
                word.as_str(),
                "ward" | "block" | "level" | "bay" | "vitamin" | "hepatitis" | "wing"
            )
        })
}

/// Whether a sentence ends before a word: a full stop after a whole word.
fn ends_sentence(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let before = &words[at - 1];
    let gap = &text[before.end()..words[at].start];
    gap.contains('.') && before.text.chars().count() > 3
}

/// The end of a name without what marks the possessive.
fn name_end(word: &Word<'_>) -> usize {
    let bare = word.text.trim_end_matches("'s").trim_end_matches("’s");
    word.start + bare.len()
}
