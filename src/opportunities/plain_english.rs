//! How hard a text is to read, by two measures that only count: Flesch's reading ease and the school
//! grade of Flesch and Kincaid. They say nothing about sense; they find long sentences and long words.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most words that a summary may have (the field's rule for opportunities).
pub const SUMMARY_WORDS: u32 = 150;
/// The least reading ease that is called plain English.
const PLAIN: f64 = 60.0;
/// Below this, few people read a text with ease.
const HARD: f64 = 50.0;

/// How hard a text is to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "words": 42, "sentences": 4, "readingEase": 68.4, "gradeLevel": 6.9,
    "hint": "Plain English: most people can read this with ease."
}))]
pub struct Readability {
    /// How many words.
    #[schema(minimum = 0, maximum = 5000)]
    pub words: u32,
    /// How many sentences.
    #[schema(minimum = 0, maximum = 5000)]
    pub sentences: u32,
    /// Flesch reading ease: from 0 (very hard) to 100 (very easy); 60 and more is plain English.
    #[schema(minimum = 0, maximum = 100)]
    pub reading_ease: f64,
    /// Flesch-Kincaid grade: the years of school after which one reads the text with ease.
    #[schema(minimum = 0, maximum = 30)]
    pub grade_level: f64,
    /// What to do, in a sentence.
    #[schema(max_length = 200)]
    pub hint: String,
}

/// Measures a text.
pub fn measure(text: &str) -> Readability {
    let words: Vec<&str> = words(text).collect();
    let count = u32::try_from(words.len()).unwrap_or(u32::MAX);
    let sentences = sentences(text).min(count);
    let syllables: u32 = words.iter().map(|word| syllables(word)).sum();
    let (ease, grade) = match count {
        0 => (100.0, 0.0),
        _ => {
            let length = f64::from(count) / f64::from(sentences.max(1));
            let weight = f64::from(syllables) / f64::from(count);
            (
                206.835 - 1.015 * length - 84.6 * weight,
                0.39 * length + 11.8 * weight - 15.59,
            )
        }
    };
    let (reading_ease, grade_level) = (
        tenths(ease.clamp(0.0, 100.0)),
        tenths(grade.clamp(0.0, 30.0)),
    );
    Readability {
        words: count,
        sentences,
        reading_ease,
        grade_level,
        hint: hint(count, reading_ease).to_owned(),
    }
}

fn tenths(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

fn hint(words: u32, ease: f64) -> &'static str {
    match ease {
        _ if words == 0 => "There is no text to measure.",
        _ if words > SUMMARY_WORDS => "Too long: a summary has 150 words at the most.",
        ease if ease >= PLAIN => "Plain English: most people can read this with ease.",
        ease if ease >= HARD => "Fairly hard: shorter sentences and everyday words would help.",
        _ => "Hard for many people: split long sentences, and explain or replace long words.",
    }
}

/// The words of a text: what stands between spaces and holds a letter or a digit.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .flat_map(|part| part.split(['/', '–', '—']))
        .filter(|word| word.chars().any(char::is_alphanumeric))
}

/// How many sentences: ended by a full stop, exclamation or question mark, or by the end of a line.
/// A stop that is followed by a small letter ends none (`e.g. this`), nor does one inside a number.
fn sentences(text: &str) -> u32 {
    text.lines()
        .map(|line| {
            let parts: Vec<&str> = line.split_whitespace().collect();
            let mut count = 0;
            let mut open = false;
            for (at, part) in parts.iter().enumerate() {
                open |= part.chars().any(char::is_alphanumeric);
                let ended = part
                    .trim_end_matches(['"', '\'', ')', '”', '’'])
                    .ends_with(['.', '!', '?', '…']);
                let goes_on = parts
                    .get(at + 1)
                    .and_then(|next| next.chars().next())
                    .is_some_and(char::is_lowercase);
                if open && ended && !goes_on {
                    count += 1;
                    open = false;
                }
            }
            count + u32::from(open)
        })
        .sum()
}

/// How many syllables a word has, by its letters: each run of vowels is one, a silent `e`, `es` or `ed`
/// at the end is none, and every word has at least one. English; other languages come out roughly.
fn syllables(word: &str) -> u32 {
    let letters: Vec<char> = word
        .chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    let vowel = |c: &char| "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿ".contains(*c);
    let runs = letters
        .iter()
        .zip(letters.iter().skip(1))
        .filter(|(a, b)| vowel(a) && !vowel(b))
        .count()
        + usize::from(letters.last().is_some_and(vowel));
    let silent = match letters.as_slice() {
        [.., c, 'l', 'e'] if !vowel(c) => false,
        [.., c, 'e'] => !vowel(c),
        [.., c, 'e', 'd'] => !vowel(c) && !matches!(c, 't' | 'd'),
        [.., c, 'e', 's'] => !vowel(c) && !matches!(c, 's' | 'x' | 'z' | 'h' | 'c' | 'g'),
        _ => false,
    };
    u32::try_from(runs.saturating_sub(usize::from(silent)).max(1)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn syllables_are_counted_as_they_are_spoken() {
        for (word, count) in [
            ("cat", 1),
            ("people", 2),
            ("care", 1),
            ("table", 2),
            ("needed", 2),
            ("asked", 1),
            ("hospital", 3),
            ("involvement", 4),
            ("experience", 4),
            ("the", 1),
            ("NHS", 1),
            ("2026", 1),
            ("places", 2),
            ("homes", 1),
            ("we're", 1),
            ("queue", 1),
            ("accessibility", 6),
        ] {
            let counted = syllables(word);
            assert!(
                counted.abs_diff(count) <= 1,
                "{word}: {counted}, spoken {count}"
            );
        }
        assert_eq!(
            ["cat", "table", "asked", "needed", "hospital"].map(syllables),
            [1, 2, 1, 2, 3]
        );
    }

    #[test]
    fn a_stop_ends_a_sentence_only_where_one_ends() {
        assert_eq!(
            sentences("We meet at 3.30 p.m. on Tuesdays, e.g. in May. Come along!"),
            2
        );
        assert_eq!(sentences("You will:\n- read papers\n- join a call\n"), 3);
        assert_eq!(sentences("He said \"Yes.\" Then he left"), 2);
        assert_eq!(sentences("… — !"), 0);
        assert_eq!(sentences(""), 0);
    }

    #[test]
    fn short_words_in_short_sentences_are_plain_english() {
        let plain = measure(
            "We want to hear from you. Tell us what works and what does not. We pay for your time.",
        );
        assert_eq!((plain.words, plain.sentences), (19, 3));
        assert!(
            plain.reading_ease > 90.0 && plain.grade_level < 3.0,
            "{plain:?}"
        );
        let hard = measure(
            "Participants will contribute experiential expertise to multidisciplinary transformation \
             programmes, facilitating organisational accountability and strategic prioritisation.",
        );
        assert!(
            hard.reading_ease < 10.0 && hard.grade_level > 15.0,
            "{hard:?}"
        );
        assert!(hard.hint.starts_with("Hard"));
    }

    proptest! {
        #[test]
        fn every_text_has_figures_within_their_ranges(text in "\\PC{0,400}") {
            let found = measure(&text);
            prop_assert!((0.0..=100.0).contains(&found.reading_ease));
            prop_assert!((0.0..=30.0).contains(&found.grade_level));
            prop_assert!(found.sentences <= found.words);
        }

        #[test]
        fn words_are_counted_whatever_stands_between_them(words in proptest::collection::vec("[a-z]{1,9}", 0..60), gap in "[ \\n\\t]{1,3}") {
            prop_assert_eq!(measure(&words.join(&gap)).words as usize, words.len());
        }

        #[test]
        fn breaking_a_sentence_in_two_never_makes_it_harder(words in proptest::collection::vec("[a-z]{1,9}", 2..40), at in 1usize..39) {
            let at = at.min(words.len() - 1);
            let whole = measure(&format!("{}.", words.join(" ")));
            let (first, second) = words.split_at(at);
            let mut rest = second.join(" ");
            rest.replace_range(..1, &rest[..1].to_uppercase());
            let broken = measure(&format!("{}. {rest}.", first.join(" ")));
            prop_assert!(broken.reading_ease >= whole.reading_ease);
        }
    }
}
