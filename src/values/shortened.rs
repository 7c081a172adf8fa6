//! Text that has to fit.

/// Words of so many letters at the most: longer ones end in an ellipsis.
pub fn shortened(words: &str, letters: usize) -> String {
    match words.chars().count() > letters {
        true => {
            let kept: String = words.chars().take(letters.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
        false => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn what_fits_stays_and_what_does_not_says_so() {
        assert_eq!(shortened("Zoë", 3), "Zoë");
        assert_eq!(shortened("ab cd", 4), "ab…");
    }
}
