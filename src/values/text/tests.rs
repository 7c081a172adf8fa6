//! Names, postcodes and lengths by example; and every kind of text against its published schema.

use std::str::FromStr;

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn names_keep_their_script_and_refuse_what_would_disguise_them() {
    for name in [
        "Ada",
        "José",
        "محمد",
        "e\u{301}mile",
        "🙂 Bee",
        "O'Neill-Smith",
    ] {
        assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
    }
    for name in [
        "",
        " ",
        "\u{0}",
        "A\u{202E}da",
        "A\nB",
        "\u{2066}x",
        "\u{200B}",
        "\u{AD} \u{FEFF}",
        "\u{3164}",
    ] {
        assert!(PersonName::parse(name).is_err(), "{name:?}");
    }
}

#[test]
fn postcodes_of_every_shape_are_known() {
    for code in [
        "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A1BB", "fy3 8nr",
    ] {
        assert!(Postcode::parse(code).is_ok(), "{code}");
    }
    for code in ["", "12345", "ABC 123", "M1 1A E", "FY38N R", "W1A  0AX"] {
        assert!(Postcode::parse(code).is_err(), "{code}");
    }
}

#[test]
fn length_is_counted_in_characters() {
    assert!(PersonName::parse("é".repeat(100)).is_ok());
    assert!(PersonName::parse("é".repeat(101)).is_err());
}

/// Characters of which something can go wrong, and some of which nothing does.
fn character() -> impl Strategy<Value = char> {
    let chosen = "aZ09 +-()@._\t\n\r\0\u{b}\u{1b}\u{7f}\u{85}\u{a0}\u{ad}\u{1680}\u{200b}\u{200d}\u{200e}\
                  \u{2028}\u{202a}\u{202e}\u{202f}\u{2066}\u{2069}\u{2800}\u{3000}\u{feff}é\u{301}ש🙂";
    prop_oneof![
        prop::sample::select(chosen.chars().collect::<Vec<_>>()),
        any::<char>()
    ]
}

/// Short texts of any characters, texts as long as a limit, and the example with a few changes.
fn text_like(example: &'static str) -> impl Strategy<Value = String> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, character()), 0..4);
    let edited = edits.prop_map(move |edits| {
        let mut text: Vec<char> = example.chars().collect();
        for (at, edit, c) in edits {
            let at = at.index(text.len() + 1);
            match edit {
                0 => text.insert(at, c),
                1 if at < text.len() => text[at] = c,
                _ if at < text.len() => drop(text.remove(at)),
                _ => {}
            }
        }
        text.into_iter().collect()
    });
    let lengths = [
        2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 24, 25, 26, 60, 61, 100, 101, 160, 161, 200, 201,
    ];
    let long = (
        prop::sample::select(lengths.to_vec()),
        prop::sample::select(vec!['1', 'A', 'é']),
    )
        .prop_map(|(length, c)| c.to_string().repeat(length));
    let short = prop::collection::vec(character(), 0..8).prop_map(String::from_iter);
    prop_oneof![edited, long, short]
}

/// The type takes exactly what the schema takes.
fn agrees<T: ComposeSchema + FromStr>(example: &'static str) {
    let schema = serde_json::to_value(T::compose(Vec::new())).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    assert!(
        T::from_str(example).is_ok() && validator.is_valid(&json!(example)),
        "{example}"
    );
    let config = ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..Default::default()
    };
    proptest!(config, |(text in text_like(example))| {
        prop_assert_eq!(T::from_str(&text).is_ok(), validator.is_valid(&json!(text)), "{:?}", text);
    });
}

#[test]
fn names_and_lines_take_what_their_schema_takes() {
    agrees::<PersonName>("Ada");
    agrees::<Line>("Outpatients");
    agrees::<Label>("diabetes");
    agrees::<Title>("Patient partner");
}

#[test]
fn longer_texts_take_what_their_schema_takes() {
    agrees::<Prose>("We want\nto hear.");
    agrees::<Reason>("Paused until spring.");
    agrees::<Address>("1 High Street\nBlackpool");
}

#[test]
fn codes_and_numbers_take_what_their_schema_takes() {
    agrees::<Telephone>("+44 (0)1253 300000");
    agrees::<Postcode>("FY3 8NR");
    agrees::<OdsCode>("RXL");
    agrees::<RouteCode>("volunteer");
    agrees::<ItemCode>("roleWalkthrough");
}

#[test]
fn addresses_take_what_their_schema_takes() {
    agrees::<Issuer>("https://login.example.org/realms/trust");
    agrees::<Subject>("248289761001");
    agrees::<EmailAddress>("ada.o'neill+nhs@mail.example.org");
}

#[test]
fn signatures_take_what_their_schema_takes() {
    agrees::<SignaturePath>("M1 1 L2 2");
    agrees::<SignaturePath>("M999 299 L0 0 L10 20 M3 4 L5 6");
}
