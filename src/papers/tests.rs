use chrono::TimeZone;
use proptest::prelude::*;

use super::*;

fn paper(clauses: Vec<Clause>) -> Paper {
    Paper {
        id: "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90".to_owned(),
        title: "Our agreement".to_owned(),
        at: Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap(),
        clauses,
    }
}

fn clause(text: &str) -> Vec<Clause> {
    vec![
        Clause::Heading(text.to_owned()),
        Clause::Paragraph(text.to_owned()),
        Clause::Points(vec![text.to_owned(), "Two".to_owned()]),
        Clause::Facts(vec![("Name".to_owned(), text.to_owned())]),
        Clause::Drawing {
            path: "M10 20 L300 40 L500 290 M7 7 L8 8".to_owned(),
            name: text.to_owned(),
        },
    ]
}

#[test]
fn a_paper_has_the_same_bytes_whenever_it_is_made() {
    let whole = paper(clause("Zoë Ångström, Ελένη, Олена, שלום, مرحبا"));
    assert_eq!(page::of(&whole), page::of(&whole));
    let (one, other) = (pdf::of(&whole).unwrap(), pdf::of(&whole).unwrap());
    assert!(one.starts_with(b"%PDF-1.7") && one == other);
}

#[test]
fn a_paper_goes_over_as_many_pages_as_it_needs() {
    let long = "Words that go on and on. ".repeat(200);
    let clauses = (0..8).flat_map(|_| clause(&long)).collect();
    assert!(pdf::of(&paper(clauses)).unwrap().len() > 10_000);
}

#[test]
fn nothing_that_was_written_becomes_markup() {
    let page = page::of(&paper(clause("<script>alert('1')</script> & \"x\"")));
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert"));
    assert!(!policy().contains("unsafe"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn text_of_any_script_makes_a_pdf_for_everybody(text in "\\PC{1,60}") {
        let made = pdf::of(&paper(clause(&text)));
        prop_assert!(made.is_ok(), "{:?}", made);
    }
}
