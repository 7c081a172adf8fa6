//! Numbers that belong to one person, and postcodes.

use super::words::{BEFORE_NUMBERS, DIGITS};
use super::{Found, Personal, Word};

/// Digits that stand together but for blanks and what people put between them.
pub(super) fn numbers(text: &str) -> Vec<Found> {
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
