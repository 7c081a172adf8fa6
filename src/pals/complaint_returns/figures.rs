//! What a return says of a site, and the checks that it has to pass: one table of sections. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::FieldError;
use crate::pals::codes::CodeSet;
use crate::values::{ItemCode, OdsCode};

/// How the counts of a section stand to the new complaints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Total {
    /// They add up to them: each complaint stands in one place.
    Equals,
    /// They add up to no fewer: one complaint can stand in several places.
    AtLeast,
    /// They can be left out.
    Free,
}

/// A section of the return.
struct Section {
    name: &'static str,
    set: CodeSet,
    total: Total,
    of: fn(&SiteFigures) -> &[CodeCount],
}

/// Every section by codes.
const SECTIONS: &[Section] = &[
    Section {
        name: "ages",
        set: CodeSet::AgeBand,
        total: Total::Equals,
        of: |site| &site.ages,
    },
    Section {
        name: "complainants",
        set: CodeSet::ComplainantStatus,
        total: Total::Equals,
        of: |site| &site.complainants,
    },
    Section {
        name: "services",
        set: CodeSet::ServiceArea,
        total: Total::AtLeast,
        of: |site| &site.services,
    },
    Section {
        name: "clinicalSubAreas",
        set: CodeSet::ClinicalSubArea,
        total: Total::Free,
        of: |site| &site.clinical_sub_areas,
    },
    Section {
        name: "subjects",
        set: CodeSet::Subject,
        total: Total::AtLeast,
        of: |site| &site.subjects,
    },
    Section {
        name: "professions",
        set: CodeSet::Profession,
        total: Total::AtLeast,
        of: |site| &site.professions,
    },
];

/// How many complaints, up to a million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = i32, minimum = 0, maximum = 1_000_000, example = 10)]
pub struct Tally(pub i32);

impl<'de> Deserialize<'de> for Tally {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match i32::deserialize(from)? {
            count @ 0..=1_000_000 => Ok(Self(count)),
            _ => Err(serde::de::Error::custom("from 0 to 1000000")),
        }
    }
}

/// How many complaints are counted under a code. Zero is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeCount {
    /// The code.
    pub code: ItemCode,
    /// How many.
    pub count: Tally,
}

/// The complaints of a site, from the year before to the year after. Each is said, zero too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SiteTotals {
    /// Brought forward from the year before.
    pub brought_forward: Option<Tally>,
    /// New in the year.
    pub new: Option<Tally>,
    /// Resolved, and upheld.
    pub upheld: Option<Tally>,
    /// Resolved, and partly upheld.
    pub partly_upheld: Option<Tally>,
    /// Resolved, and not upheld.
    pub not_upheld: Option<Tally>,
    /// Resolved in the year.
    pub resolved: Option<Tally>,
    /// Carried forward into the year after.
    pub carried_forward: Option<Tally>,
}

/// What the return says of a site. One complaint is counted at one site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SiteFigures {
    /// The site.
    pub site_code: OdsCode,
    /// How many there were.
    pub totals: SiteTotals,
    /// How old the patients are; adds up to the new complaints.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    #[validate(length(max = 100, message = "at most 100 entries"))]
    pub ages: Vec<CodeCount>,
    /// Who complains; adds up to the new complaints.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    #[validate(length(max = 100, message = "at most 100 entries"))]
    pub complainants: Vec<CodeCount>,
    /// About which services; no fewer than the new complaints.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    #[validate(length(max = 100, message = "at most 100 entries"))]
    pub services: Vec<CodeCount>,
    /// About which clinical areas within them.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    #[validate(length(max = 100, message = "at most 100 entries"))]
    pub clinical_sub_areas: Vec<CodeCount>,
    /// About what; no fewer than the new complaints.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    #[validate(length(max = 100, message = "at most 100 entries"))]
    pub subjects: Vec<CodeCount>,
    /// About whom, by profession; no fewer than the new complaints.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    #[validate(length(max = 100, message = "at most 100 entries"))]
    pub professions: Vec<CodeCount>,
}

impl SiteFigures {
    /// How many codes its longest section has.
    pub fn longest(&self) -> usize {
        let lengths = SECTIONS.iter().map(|section| (section.of)(self).len());
        lengths.max().unwrap_or_default()
    }
}

/// The codes that a return uses.
#[derive(Debug, Default)]
pub struct Codes {
    /// Those that every organisation counts under.
    pub national: BTreeMap<CodeSet, BTreeSet<ItemCode>>,
    /// The organisation's own clinical areas.
    pub own_areas: BTreeSet<ItemCode>,
}

/// Every check that fails, by where it fails, which one it is, and what it wants.
pub fn failures(sites: &[SiteFigures], codes: &Codes) -> Vec<FieldError> {
    let mut failed = Vec::new();
    if sites.is_empty() {
        let message = "a return says something of one site at the least";
        failed.push(FieldError::new("/sites", "noSite", message));
    }
    let mut seen = BTreeSet::new();
    for (at, site) in sites.iter().enumerate() {
        if !seen.insert(&site.site_code) {
            let message = "each site once: one complaint is counted at one site";
            failed.push(FieldError::new(
                format!("/sites/{at}/siteCode"),
                "siteOnce",
                message,
            ));
        }
        failed.extend(wrong_totals(at, &site.totals));
        for section in SECTIONS {
            failed.extend(wrong_section(at, site, section, codes));
        }
    }
    failed
}

fn wrong_totals(at: usize, totals: &SiteTotals) -> Vec<FieldError> {
    let SiteTotals {
        brought_forward,
        new,
        upheld,
        partly_upheld,
        not_upheld,
        resolved,
        carried_forward,
    } = totals;
    let pointer = |name: &str| format!("/sites/{at}/totals/{name}");
    let said = [
        ("broughtForward", brought_forward),
        ("new", new),
        ("upheld", upheld),
        ("partlyUpheld", partly_upheld),
        ("notUpheld", not_upheld),
        ("resolved", resolved),
        ("carriedForward", carried_forward),
    ];
    let missing = said.iter().filter(|(_, count)| count.is_none());
    let message = "say how many, zero too";
    let mut failed: Vec<FieldError> = missing
        .map(|(name, _)| FieldError::new(pointer(name), "totalExplicit", message))
        .collect();
    if let (Some(upheld), Some(partly), Some(not), Some(resolved)) =
        (upheld, partly_upheld, not_upheld, resolved)
        && upheld.0 + partly.0 + not.0 != resolved.0
    {
        let message = "resolved is upheld, partly upheld and not upheld together";
        failed.push(FieldError::new(
            pointer("resolved"),
            "resolvedAddsUp",
            message,
        ));
    }
    if let (Some(brought), Some(new), Some(resolved), Some(carried)) =
        (brought_forward, new, resolved, carried_forward)
    {
        let left = brought.0 + new.0 - resolved.0;
        if left < 0 {
            let message = "no more is resolved than was brought forward and new";
            failed.push(FieldError::new(
                pointer("resolved"),
                "carriedNotNegative",
                message,
            ));
        }
        if left != carried.0 {
            let message = "carried forward is brought forward and new, without resolved";
            failed.push(FieldError::new(
                pointer("carriedForward"),
                "carriedAddsUp",
                message,
            ));
        }
    }
    failed
}

fn wrong_section(
    at: usize,
    site: &SiteFigures,
    section: &Section,
    codes: &Codes,
) -> Vec<FieldError> {
    let pointer = format!("/sites/{at}/{}", section.name);
    let mut failed = Vec::new();
    let mut fail = |code: &str, message: String| {
        failed.push(FieldError::new(pointer.as_str(), code, message));
    };
    let counts = (section.of)(site);
    let said: BTreeSet<&ItemCode> = counts.iter().map(|one| &one.code).collect();
    if said.len() < counts.len() {
        fail("codeOnce", "each code once".to_owned());
    }
    let nothing = BTreeSet::new();
    let national = codes.national.get(&section.set).unwrap_or(&nothing);
    let own = match section.set {
        CodeSet::ClinicalSubArea => &codes.own_areas,
        _ => &nothing,
    };
    let listed = |codes: Vec<&ItemCode>| {
        let words: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        words.join(", ")
    };
    let unknown: Vec<&ItemCode> = said
        .iter()
        .copied()
        .filter(|code| !national.contains(*code) && !own.contains(*code))
        .collect();
    if !unknown.is_empty() {
        fail(
            "codeKnown",
            format!("not among the national codes: {}", listed(unknown)),
        );
    }
    let missing: Vec<&ItemCode> = national
        .iter()
        .filter(|code| !said.contains(code))
        .collect();
    if !missing.is_empty() {
        fail(
            "zeroExplicit",
            format!("say how many, zero too: {}", listed(missing)),
        );
    }
    let Some(new) = site.totals.new.map(|new| i64::from(new.0)) else {
        return failed;
    };
    let sum: i64 = counts.iter().map(|one| i64::from(one.count.0)).sum();
    match section.total {
        Total::Equals if sum != new => {
            let message = format!("they add up to {sum}, and there are {new} new complaints");
            fail("totalEqualsNew", message);
        }
        Total::AtLeast if sum < new => {
            let message = format!("they add up to {sum}, fewer than {new} new complaints");
            fail("totalAtLeastNew", message);
        }
        _ => {}
    }
    failed
}

#[cfg(test)]
mod tests {
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
}
