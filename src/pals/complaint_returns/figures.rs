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
mod tests;
