//! How much of what is personal the screening finds, over comments in which it is known.
//!
//! The comments are made up for this: 160 in which names and numbers were planted in many shapes, some of which no sieve
//! of this kind can find, and 40 in which there is nothing, but much that looks like it. 44 more follow, in the shapes of
//! somebody who wanted to get past it, and some that look like these. They were there while the screening was written, so
//! that what it does with other people's comments is worse.

use proptest::prelude::*;

use super::{Personal, is_urgent, personal, redacted};

const COMMENTS: &str = include_str!("corpus.txt");

/// A line with the signs that nobody would see in the file.
fn written(line: &str) -> String {
    let mut pieces = line.replace("\\n", "\n");
    while let Some(at) = pieces.find("\\u") {
        let code = u32::from_str_radix(&pieces[at + 2..at + 6], 16).unwrap();
        pieces.replace_range(at..at + 6, &char::from_u32(code).unwrap().to_string());
    }
    pieces
}

/// A comment without its marks, and where what was planted stands in it.
fn planted(line: &str) -> (String, Vec<std::ops::Range<usize>>) {
    let line = written(line);
    let (mut text, mut places, mut rest) = (String::new(), Vec::new(), line.as_str());
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, after) = after.split_once('}').unwrap();
        let (_, value) = inner.split_once(':').unwrap();
        text.push_str(before);
        places.push(text.len()..text.len() + value.len());
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    (text, places)
}

#[test]
fn precision_and_recall_are_what_the_readme_says() {
    let (mut there, mut covered, mut found, mut right) = (0, 0, 0, 0);
    for line in COMMENTS.lines() {
        let (text, places) = planted(line);
        let details = personal(&text);
        let within = |place: &std::ops::Range<usize>| {
            details
                .iter()
                .any(|one| one.at.start <= place.start && place.end <= one.at.end)
        };
        let meant = |at: &std::ops::Range<usize>| {
            places
                .iter()
                .any(|place| place.start < at.end && at.start < place.end)
        };
        let missed = places.iter().filter(|place| !within(place));
        missed.for_each(|place| println!("missed {:?} in {text:?}", &text[place.clone()]));
        let wrong = details.iter().filter(|one| !meant(&one.at));
        wrong.for_each(|one| println!("wrong {:?} in {text:?}", &text[one.at.clone()]));
        there += places.len();
        covered += places.iter().filter(|place| within(place)).count();
        found += details.len();
        right += details.iter().filter(|one| meant(&one.at)).count();
    }
    assert_eq!(COMMENTS.lines().count(), 244);
    // 238 of 252 planted details are wholly covered; all 239 that are found were planted.
    assert_eq!((there, covered, found, right), (252, 238, 239, 239));
}

#[test]
fn what_is_taken_out_is_marked_and_the_rest_stays() {
    let text = "Ask for Dr Patel, 07700 900123 or jo@example.org, FY3 8NR.";
    let found = personal(text);
    let kinds: Vec<Personal> = found.iter().map(|one| one.what).collect();
    assert_eq!(
        kinds,
        [
            Personal::Name,
            Personal::Telephone,
            Personal::Email,
            Personal::Postcode
        ]
    );
    let shown = redacted(text, &found);
    assert_eq!(
        shown,
        "Ask for Dr [name], [telephone number] or [e-mail address], [postcode]."
    );
    assert_eq!(redacted("Café – très bien", &[]), "Café – très bien");
    // What is taken out is what was written, and what surrounds it stays as it was.
    let text = "Café – ring ０７７００\u{A0}900–123, dr patel’s…";
    assert_eq!(
        redacted(text, &personal(text)),
        "Café – ring [telephone number], dr [name]’s…"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_is_written_can_be_redacted(pieces in prop::collection::vec(prop_oneof![
        "[0-9]{1,6}", "[ .,@\n-]{1,3}", "Dr |my mum |Jane|, |smith|nhs| \\[at\\] | at | dot |FY3", "\\PC{0,3}",
        "[\u{A0}\u{AD}\u{200B}０-９٠-٩⑴-⒇½℡ﬁ㏂é\u{301}]{1,3}",
    ], 0..12)) {
        let text = pieces.concat();
        let found = personal(&text);
        let marks: usize = found.iter().map(|one| one.what.mark().len()).sum();
        let taken: usize = found.iter().map(|one| text[one.at.clone()].len()).sum();
        prop_assert_eq!(redacted(&text, &found).len(), text.len() - taken + marks);
        is_urgent(&text);
    }
}

#[test]
fn danger_and_harm_cannot_wait() {
    for text in [
        "I want to die",
        "They hit my mother",
        "SELF-HARM again",
        "he was left in urine for hours",
        "I am scared to go home",
        "a knife was shown",
        "it is neglect",
        "she overdosed on the ward",
        "they are hitting my mum",
        "ｓｕｉｃｉｄｅ",
        "sui\u{AD}cide",
        "k\u{200B}ill myself",
        "self–harm",
        "súicidal",
    ] {
        assert!(is_urgent(text), "{text}");
    }
    for text in [
        "I was dying for a cup of tea",
        "Hit and miss food",
        "safe and warm",
        "",
    ] {
        assert!(!is_urgent(text), "{text}");
    }
}
