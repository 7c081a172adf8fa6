//! Names: by what stands before them, by initials, and by first names that many people have.

use super::words::{AFTER_TITLES, BEFORE_NAMES, FIRST_NAMES, NO_NAMES, RELATIVES, TITLES, has};
use super::{Found, Personal, Word};

/// Names: after titles, after relatives and after "my name is", by initials, and by first names that are known.
pub(super) fn names(text: &str, words: &[Word<'_>]) -> Vec<Found> {
    let lower: Vec<String> = words.iter().map(Word::lower).collect();
    let own = |at: usize| lower[at].trim_end_matches("'s").to_owned();
    let is_no_name = |at: usize| has(NO_NAMES, &own(at));
    // Only blanks, full stops and hyphens may stand between the parts of a name.
    let close = |at: usize| {
        let gap = &text[words[at - 1].end()..words[at].start];
        gap.len() <= 3 && gap.chars().all(|c| matches!(c, ' ' | '.' | '-'))
    };
    let may_be = |at: usize| {
        words[at].is_capitalised()
            && !is_no_name(at)
            && !has(BEFORE_NAMES, &lower[at])
            && words[at].text.chars().all(|c| !c.is_ascii_digit())
    };
    let is_letter = |at: usize| words[at].text.chars().count() == 1 && words[at].is_capitalised();
    let is_initial = |at: usize| is_letter(at) && lower[at] != "i" && lower[at] != "a";
    // Where everything is in capitals, a capital letter tells nothing.
    let shouted = !text.chars().any(char::is_lowercase);
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let first_name = has(FIRST_NAMES, own(at).split('-').next().unwrap_or_default());
        let before = |back: usize| at.checked_sub(back).map(|at| lower[at].as_str());
        let after_title = at > 0
            && has(BEFORE_NAMES, &lower[at - 1])
            && text[words[at - 1].end()..words[at].start].len() <= 3;
        // Most people who write in small letters write names so.
        let in_small = after_title
            && has(TITLES, &lower[at - 1])
            && words[at]
                .text
                .chars()
                .all(|c| c.is_lowercase() || c == '\'' || c == '-')
            && !has(AFTER_TITLES, &own(at))
            && !is_no_name(at);
        let after_relative = at > 0 && has(RELATIVES, &lower[at - 1]) && close(at);
        let introduced = matches!(
            (before(3), before(2), before(1)),
            (Some("my"), Some("name"), Some("is" | "was"))
        ) || matches!(
            (before(2), before(1)),
            (Some("name"), Some("is")) | (Some("name's"), _)
        ) || matches!(before(1), Some("name's"))
            || (matches!(before(1), Some("i'm")) && words[at].is_capitalised());
        let initials = is_initial(at)
            && at + 1 < words.len()
            && close(at + 1)
            && (may_be(at + 1) || is_initial(at + 1));
        let cued = (after_title || after_relative || introduced) && (may_be(at) || is_letter(at));
        let full = !shouted && is_full_name(text, words, &lower, at);
        // In capitals or small letters, a name that nothing else means is one too.
        let known = first_name && (words[at].is_capitalised() || after_title || introduced);
        if !(cued
            || known
            || full
            || in_small
            || (initials && ends_in_surname(words, &lower, at, text)))
        {
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
        // "dr jane patel".
        let goes_on = in_small && first_name && end == at && end + 1 < words.len();
        if goes_on && close(end + 1) && !has(AFTER_TITLES, &own(end + 1)) && !is_no_name(end + 1) {
            end += 1;
        }
        // "Smith, Jane": as lists have it.
        let turned = known
            && at > 0
            && may_be(at - 1)
            && !has(FIRST_NAMES, &own(at - 1))
            && text[words[at - 1].end()..words[at].start].trim_end() == ","
            && (is_alone(text, &words[end]) || (!shouted && is_amid(text, words, at - 1)));
        let first = at - usize::from(turned);
        found.push(Found {
            at: words[first].start..name_end(&words[end]),
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
    let joins = |at: usize| {
        let gap = &text[words[at - 1].end()..words[at].start];
        gap.len() <= 3 && gap.bytes().all(|byte| byte == b' ')
    };
    if !is_part(at) || (at > 0 && joins(at) && is_part(at - 1)) {
        return false;
    }
    let mut end = at;
    while end + 1 < words.len() && joins(end + 1) && is_part(end + 1) {
        end += 1;
    }
    let is_known = |word: &String| has(NO_NAMES, word.trim_end_matches("'s"));
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
        && !has(NO_NAMES, &lower[next])
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

/// Whether no word of the same sentence follows.
fn is_alone(text: &str, word: &Word<'_>) -> bool {
    let rest = text[word.end()..].trim_start_matches(' ');
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '\'')
}

/// Whether a word of the same sentence stands before another one, which then has its capital letter for a reason.
fn is_amid(text: &str, words: &[Word<'_>], at: usize) -> bool {
    at > 0
        && text[words[at - 1].end()..words[at].start]
            .bytes()
            .all(|byte| byte == b' ')
}

/// The end of a name without what marks the possessive.
fn name_end(word: &Word<'_>) -> usize {
    let bare = word.text.trim_end_matches("'s");
    word.start + bare.len()
}
