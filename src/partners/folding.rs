//! How names, addresses and numbers are compared. What a person wrote is kept as they wrote it; these
//! forms are for finding them, and for finding that somebody is in twice.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::values::Folded;

/// The words of a name: small letters without accents, apostrophes joined, anything else a gap.
pub fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .nfkd()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '\u{2019}'))
        .collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Every word of the names after a space, so that a word's beginning is found by `LIKE '% word%'`.
pub fn searchable<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names
        .into_iter()
        .flat_map(words)
        .fold(String::new(), |mut text, word| {
            text.push(' ');
            text.push_str(&word);
            text
        })
}

/// A name at a postcode, whichever way the two were written.
pub fn person(given: &str, family: &str, postcode: &str) -> String {
    format!(
        "{}|{}",
        searchable([given, family]).trim_start(),
        self::postcode(postcode)
    )
}

/// An e-mail address in small letters.
pub fn email(text: &str) -> String {
    text.to_lowercase()
}

/// The national digits of a telephone number: `+44 (0)1253 300000` is `01253300000`.
pub fn telephone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let abroad = text.starts_with('+') || digits.starts_with("00");
    match digits
        .trim_start_matches("00")
        .strip_prefix("44")
        .filter(|_| abroad)
    {
        Some(national) => format!("0{}", national.trim_start_matches('0')),
        None => digits,
    }
}

fn postcode(text: &str) -> String {
    text.chars()
        .filter(|c| *c != ' ')
        .flat_map(char::to_uppercase)
        .collect()
}

/// Whether a text holds an NHS number: ten digits of whatever script, in one piece or as 3-3-4, whose last one is
/// the check digit (modulus 11, as the NHS Data Dictionary says). Ten other digits pass one time in eleven.
pub fn holds_nhs_number(text: &str) -> bool {
    let chars: Vec<char> = Folded::of(text).text.chars().collect();
    (0..chars.len()).any(|start| {
        let begins = start == 0 || !chars[start - 1].is_ascii_digit();
        begins && nhs_number_at(&chars[start..])
    })
}

fn nhs_number_at(chars: &[char]) -> bool {
    // How many signs may stand between two groups.
    const BETWEEN: usize = 3;
    let mut digits = Vec::with_capacity(10);
    let (mut at, mut between) = (0, 0);
    while digits.len() < 10 {
        match chars.get(at).map(|c| (*c, c.to_digit(10))) {
            Some((_, Some(digit))) => {
                digits.push(digit);
                between = 0;
            }
            Some((' ' | '-' | '.' | ',' | '/' | '_' | '\n' | '\r', None))
                if matches!(digits.len(), 3 | 6) && between < BETWEEN =>
            {
                between += 1;
            }
            _ => return false,
        }
        at += 1;
    }
    let ends = chars.get(at).is_none_or(|c| !c.is_ascii_digit());
    let sum: u32 = digits
        .iter()
        .take(9)
        .zip((2..=10).rev())
        .map(|(d, w): (&u32, u32)| d * w)
        .sum();
    let check = (11 - sum % 11) % 11;
    ends && check != 10 && digits.last() == Some(&check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(words("José O'Neill-Smith"), ["jose", "oneill", "smith"]);
        assert_eq!(words("Zoë \u{2019}t Hart"), ["zoe", "t", "hart"]);
        assert_eq!(words("e\u{301}MILE"), words("Émile"));
        assert_eq!(words("محمد"), ["محمد"]);
        assert_eq!(searchable(["Ada", "Lovelace"]), " ada lovelace");
        assert_eq!(
            person("ADA", "Lovelace", "fy3 8nr"),
            person("Ada", "lovelace", "FY38NR")
        );
    }

    #[test]
    fn telephone_numbers_are_compared_by_their_national_digits() {
        for text in [
            "01253 300000",
            "+44 1253 300000",
            "+44 (0)1253 300000",
            "0044 1253-300000",
        ] {
            assert_eq!(telephone(text), "01253300000", "{text}");
        }
        assert_eq!(telephone("+49 30 1234567"), "49301234567");
    }

    #[test]
    fn an_nhs_number_is_known_by_its_check_digit() {
        for text in [
            "9434765919",
            "my number is 943 476 5919.",
            "943-476-5919",
            "943\u{2009}476\u{2009}5919",
            "943 – 476 – 5919",
            "943, 476,\n5919",
            "٩٤٣٤٧٦٥٩١٩",
            "９４３ ４７６ ５９１９",
            "94347\u{200B}65919",
        ] {
            assert!(holds_nhs_number(text), "{text}");
        }
        for text in [
            "9434765918",
            "94347659190",
            "01253 300000",
            "1234567890",
            "943 4765 919",
            "",
        ] {
            assert!(!holds_nhs_number(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = searchable([text.as_str()]);
            proptest::prop_assert_eq!(searchable([once.as_str()]), once.clone());
            proptest::prop_assert_eq!(telephone(&telephone(&text)), telephone(&text));
        }
    }
}
