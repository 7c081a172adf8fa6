//! What the checks of a return find.

use proptest::prelude::*;

use super::*;

fn code(text: &str) -> ItemCode {
    text.parse().unwrap()
}

fn codes() -> Codes {
    let two =
        |name: &str| BTreeSet::from([code(&format!("{name}One")), code(&format!("{name}Two"))]);
    let sections = SECTIONS.iter().filter(|one| one.total != Total::Free);
    Codes {
        national: sections.map(|one| (one.set, two(one.name))).collect(),
        own_areas: BTreeSet::from([code("falls")]),
    }
}

fn counts(name: &str, one: i32, two: i32) -> Vec<CodeCount> {
    vec![
        CodeCount {
            code: code(&format!("{name}One")),
            count: Tally(one),
        },
        CodeCount {
            code: code(&format!("{name}Two")),
            count: Tally(two),
        },
    ]
}

/// A site with so many complaints brought forward, new, upheld, partly upheld and not upheld.
fn site(brought: i32, new: i32, [upheld, partly, not]: [i32; 3]) -> SiteFigures {
    let resolved = upheld + partly + not;
    SiteFigures {
        site_code: "RXL01".parse().unwrap(),
        totals: SiteTotals {
            brought_forward: Some(Tally(brought)),
            new: Some(Tally(new)),
            upheld: Some(Tally(upheld)),
            partly_upheld: Some(Tally(partly)),
            not_upheld: Some(Tally(not)),
            resolved: Some(Tally(resolved)),
            carried_forward: Some(Tally(brought + new - resolved)),
        },
        ages: counts("ages", new, 0),
        complainants: counts("complainants", 0, new),
        services: counts("services", new, 0),
        clinical_sub_areas: Vec::new(),
        subjects: counts("subjects", new, 2),
        professions: counts("professions", new, new),
    }
}

fn named(sites: &[SiteFigures]) -> Vec<(String, String)> {
    let failed = failures(sites, &codes());
    failed
        .into_iter()
        .map(|one| (one.pointer, one.code))
        .collect()
}

fn only(pointer: &str, check: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), check.to_owned())]
}

#[test]
fn each_check_is_named_where_it_fails_and_no_other() {
    let good = site(4, 10, [3, 2, 1]);
    assert_eq!(named(std::slice::from_ref(&good)), Vec::new());
    let with = |change: &dyn Fn(&mut SiteFigures)| {
        let mut site = good.clone();
        change(&mut site);
        named(&[site])
    };
    assert_eq!(named(&[]), only("/sites", "noSite"));
    assert_eq!(
        named(&[good.clone(), good.clone()]),
        only("/sites/1/siteCode", "siteOnce")
    );
    assert_eq!(
        with(&|site| site.totals.upheld = None),
        only("/sites/0/totals/upheld", "totalExplicit")
    );
    assert_eq!(
        with(&|site| site.totals.upheld = Some(Tally(4))),
        only("/sites/0/totals/resolved", "resolvedAddsUp")
    );
    assert_eq!(
        with(&|site| site.totals.carried_forward = Some(Tally(9))),
        only("/sites/0/totals/carriedForward", "carriedAddsUp")
    );
    assert_eq!(
        with(&|site| site.ages[0].count = Tally(9)),
        only("/sites/0/ages", "totalEqualsNew")
    );
    assert_eq!(
        with(&|site| site.complainants[0].count = Tally(1)),
        only("/sites/0/complainants", "totalEqualsNew")
    );
    assert_eq!(
        with(&|site| site.services[0].count = Tally(9)),
        only("/sites/0/services", "totalAtLeastNew")
    );
    assert_eq!(
        with(&|site| site.subjects[0].count = Tally(7)),
        only("/sites/0/subjects", "totalAtLeastNew")
    );
    assert_eq!(
        with(&|site| site.professions.clear()),
        vec![
            ("/sites/0/professions".to_owned(), "zeroExplicit".to_owned()),
            (
                "/sites/0/professions".to_owned(),
                "totalAtLeastNew".to_owned()
            ),
        ]
    );
    assert_eq!(
        with(&|site| site.ages.truncate(1)),
        only("/sites/0/ages", "zeroExplicit")
    );
    assert_eq!(
        with(&|site| site.subjects[1].code = code("subjectsOne")),
        vec![
            ("/sites/0/subjects".to_owned(), "codeOnce".to_owned()),
            ("/sites/0/subjects".to_owned(), "zeroExplicit".to_owned()),
        ]
    );
    let parking = CodeCount {
        code: code("parking"),
        count: Tally(1),
    };
    assert_eq!(
        with(&|site| site.subjects.push(parking.clone())),
        only("/sites/0/subjects", "codeKnown")
    );
    let falls = CodeCount {
        code: code("falls"),
        count: Tally(1),
    };
    assert_eq!(
        with(&|site| site.clinical_sub_areas.push(falls.clone())),
        Vec::new()
    );
    assert_eq!(
        with(&|site| site.clinical_sub_areas.push(parking.clone())),
        only("/sites/0/clinicalSubAreas", "codeKnown")
    );
}

#[test]
fn more_is_not_resolved_than_there_was() {
    let mut over = site(1, 2, [2, 2, 0]);
    over.totals.carried_forward = Some(Tally(0));
    let failed = named(&[over]);
    assert!(failed.contains(&(
        "/sites/0/totals/resolved".to_owned(),
        "carriedNotNegative".to_owned()
    )));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_adds_up_passes_and_one_more_or_less_in_any_total_fails(
        brought in 0..500i32, new in 0..500i32, shares in prop::array::uniform3(0..300i32), wrong in 0..7usize,
    ) {
        let resolved: i32 = shares.iter().sum();
        prop_assume!(resolved <= brought + new);
        let good = site(brought, new, shares);
        prop_assert_eq!(named(std::slice::from_ref(&good)), Vec::new());
        let mut bad = good;
        let totals = &mut bad.totals;
        let fields = [
            &mut totals.brought_forward, &mut totals.new, &mut totals.upheld, &mut totals.partly_upheld,
            &mut totals.not_upheld, &mut totals.resolved, &mut totals.carried_forward,
        ];
        for (at, field) in fields.into_iter().enumerate() {
            if at == wrong {
                *field = field.map(|count| Tally(count.0 + 1));
            }
        }
        prop_assert!(!named(&[bad]).is_empty());
    }
}
