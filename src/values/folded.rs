//! Text as a reader takes it, in whatever signs it is written: wide or Arabic digits, dashes and blanks of every kind,
//! and signs that nobody sees between the letters. Pure.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The zeros of the scripts that have digits of their own; nine more follow each.
const ZEROS: &[u32] = &[
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
];

/// Text in plain signs, which knows where each of them stands in what was written.
pub struct Folded {
    /// The text: compatibility forms composed (NFKC), digits, dashes, blanks and apostrophes as in ASCII.
    pub text: String,
    /// For each byte of it, what it was written as.
    written: Vec<Range<usize>>,
}

impl Folded {
    /// Folds a text.
    pub fn of(text: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            written: Vec::with_capacity(text.len()),
        };
        let mut letters = text.char_indices().peekable();
        while let Some((start, letter)) = letters.next() {
            if is_unseen(letter) {
                continue;
            }
            // A letter and its accents are one.
            let (mut cluster, mut end) = (letter.to_string(), start + letter.len_utf8());
            while let Some((at, more)) = letters.next_if(|(_, next)| is_combining_mark(*next)) {
                if !is_unseen(more) {
                    cluster.push(more);
                }
                end = at + more.len_utf8();
            }
            folded.text.extend(cluster.nfkc().map(plain));
            folded.written.resize(folded.text.len(), start..end);
        }
        folded
    }

    /// Where something stands in what was written.
    pub fn written(&self, at: &Range<usize>) -> Range<usize> {
        match self.written.get(at.clone()) {
            Some([first, .., last]) => first.start..last.end,
            Some([only]) => only.clone(),
            _ => 0..0,
        }
    }
}

/// Whether a sign is there and nobody sees it: zero-width ones, soft hyphens, marks of direction, variation selectors
/// and what encloses another sign.
fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{20DD}'..='\u{20E3}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}')
}

fn plain(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2E3A}'
        | '\u{2E3B}'
        | '\u{30FC}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2BC}' | '\u{2B9}' | '\u{2032}' => '\'',
        '\u{B7}' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{22C5}' | '\u{3002}' | '\u{30FB}' => {
            '.'
        }
        '\u{60C}' | '\u{66B}' | '\u{66C}' | '\u{3001}' => ',',
        '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\n' | '\r' => letter,
        blank if blank.is_whitespace() => ' ',
        other => digit(other).unwrap_or(other),
    }
}

fn digit(letter: char) -> Option<char> {
    let code = u32::from(letter);
    let zero = ZEROS
        .iter()
        .find(|zero| (**zero..**zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_like_it_is_it() {
        for (written, text) in [
            ("07700\u{A0}900\u{2009}123", "07700 900 123"),
            ("07700–900—123", "07700-900-123"),
            ("٠٧٧٠٠ ९००", "07700 900"),
            ("０７７００＠", "07700@"),
            ("7\u{FE0F}\u{20E3}7\u{FE0F}\u{20E3}", "77"),
            ("sui\u{AD}cide\u{200B}", "suicide"),
            ("Siobha\u{301}n O’Neill", "Siobhán O'Neill"),
            ("one\u{2028}two\r\n", "one\ntwo\r\n"),
        ] {
            assert_eq!(Folded::of(written).text, text);
        }
        let written = "é 07700\u{A0}\u{200B}900";
        let folded = Folded::of(written);
        let at = folded.text.find("0 9").unwrap();
        assert_eq!(&written[folded.written(&(at..at + 3))], "0\u{A0}\u{200B}9");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn every_piece_of_it_stands_somewhere_in_what_was_written(text in "\\PC{0,40}", from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
            let folded = Folded::of(&text);
            let places: Vec<usize> = folded.text.char_indices().map(|(at, _)| at).chain([folded.text.len()]).collect();
            let mut at = [from, to].map(|index| places[index.index(places.len())]);
            at.sort_unstable();
            let written = folded.written(&(at[0]..at[1]));
            prop_assert!(text.get(written).is_some());
            prop_assert_eq!(Folded::of(&folded.text).text, folded.text);
        }
    }
}
