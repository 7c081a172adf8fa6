//! Numbers that belong to one person, and postcodes.

use std::ops::Range;

use super::words::{BEFORE_NUMBERS, DIGITS};
use super::{Found, Personal, Word};

/// What people put between the groups of a number.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'(' | b')' | b'/' | b'_')
}

/// What stands between other numbers as well: it joins the groups of one that nothing else can be.
fn is_loosely_between(byte: u8) -> bool {
    is_between(byte) || matches!(byte, b',' | b';' | b'*' | b'|' | b'~' | b'\n' | b'\r')
}

/// Groups of digits from a place on, with so many signs between two of them at the most.
fn groups(bytes: &[u8], from: usize, most: usize, between: fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    let (mut next, mut gap) = (from, 0);
    while next < bytes.len() && gap <= most {
        match bytes[next] {
            digit if digit.is_ascii_digit() => match groups.last_mut() {
                Some(group) if group.end == next => group.end += 1,
                _ => {
                    groups.push(next..next + 1);
                    gap = 0;
                }
            },
            other if between(other) => gap += 1,
            _ => break,
        }
        next += 1;
    }
    groups
}

/// Digits that stand together but for blanks and what people put between them.
pub(super) fn numbers(text: &str) -> Vec<Found> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let plus = bytes[at] == b'+';
        let within = at > 0 && (bytes[at - 1].is_ascii_digit());
        if !(bytes[at].is_ascii_digit() || plus) || within {
            at += 1;
            continue;
        }
        let first = at + usize::from(plus);
        let loose = groups(bytes, first, 3, is_loosely_between);
        let mut lengths = (1..=loose.len()).rev();
        let sure = lengths.find_map(|count| {
            let what = certain(text, &loose[..count], plus)?;
            Some((what, loose[count - 1].end))
        });
        let close = groups(bytes, first, 2, is_between);
        let whole = || {
            let end = close.last()?.end;
            let digits = digits_of(text, &close);
            let together = text[at..end].bytes().filter(|byte| *byte == b' ').count();
            Some((number(&text[at..end], &digits, plus, together)?, end))
        };
        if let Some((what, end)) = sure.or_else(whole) {
            let start = letters_before(text, at, what);
            let start = start - usize::from(text[..start].ends_with('('));
            found.push(Found {
                at: start..end,
                what,
            });
            at = end;
        } else {
            // The first group by itself may be one; a day is none.
            at = match close.get(..3).filter(|day| is_day(&text[at..day[2].end])) {
                Some(day) => day[2].end,
                None => at + 1,
            };
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
        }
    }
    found
}

fn digits_of(text: &str, groups: &[Range<usize>]) -> String {
    groups.iter().map(|group| &text[group.clone()]).collect()
}

/// What groups of digits are that can be nothing else, whatever stands between them.
fn certain(text: &str, groups: &[Range<usize>], plus: bool) -> Option<Personal> {
    let digits = digits_of(text, groups);
    let dated = groups.len() >= 3 && is_day(&text[groups[0].start..groups[2].end]);
    let national = digits
        .strip_prefix("0044")
        .or_else(|| digits.strip_prefix("44").filter(|_| plus));
    // Times of the day come in pairs.
    let grouped = groups.iter().any(|group| group.len() >= 3);
    let one_by_one = groups.iter().all(|group| group.len() == 1) && groups.len() > 1;
    let telephone = match national {
        Some(rest) => (9..=11).contains(&rest.len()),
        None => digits.starts_with('0') && (10..=11).contains(&digits.len()),
    };
    if !dated && telephone && (grouped || one_by_one) {
        return Some(Personal::Telephone);
    }
    (digits.len() == 10 && !dated && is_nhs_number(&digits)).then_some(Personal::NhsNumber)
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
pub(super) fn announced_numbers(text: &str, words: &[Word<'_>]) -> Vec<Found> {
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
pub(super) fn spelt_numbers(words: &[Word<'_>]) -> Vec<Found> {
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

pub(super) fn postcodes(text: &str, words: &[Word<'_>]) -> Vec<Found> {
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
