//! Before words become public: what looks personal in them is refused, unless a person has found it to be harmless.

use super::{Personal, personal};
use crate::http::{FieldError, Problem};
use crate::values::Line;

/// Text as it is compared: however it is set, and in capitals or not.
pub fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// That nothing in some words looks like a number of somebody, or like a name that is not among the harmless ones. Each
/// text comes with the field that it is in.
pub fn must_tell_of_nobody<'a>(
    words: impl IntoIterator<Item = (&'static str, Option<&'a str>)>,
    harmless: &[Line],
) -> Result<(), Problem> {
    let harmless: Vec<String> = harmless.iter().map(|one| plain(one.as_str())).collect();
    let mut wrong = Vec::new();
    for (pointer, text) in words {
        let text = text.unwrap_or_default();
        for found in personal(text) {
            let words = plain(text.get(found.at).unwrap_or_default());
            if found.what == Personal::Name && harmless.contains(&words) {
                continue;
            }
            let message = format!(
                "words that tell of nobody: there is what looks like a {} in it; what is no person's name is named in `harmless`",
                found.what
            );
            wrong.push(FieldError::new(pointer, "personal", message));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::unmet("It may tell who somebody is", wrong)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    #[test]
    fn a_name_that_is_a_places_is_harmless_once_a_person_says_so() {
        let said = "Parking at Blackpool Victoria costs too much.";
        assert!(must_tell_of_nobody([("/quote", Some(said))], &[]).is_err());
        let harmless = [line("blackpool  Victoria")];
        assert!(must_tell_of_nobody([("/quote", Some(said))], &harmless).is_ok());
    }

    #[test]
    fn a_number_is_never_harmless() {
        let said = "Ring 07700 900123.";
        let harmless = [line("07700 900123")];
        assert!(must_tell_of_nobody([("/quote", Some(said))], &harmless).is_err());
    }
}
