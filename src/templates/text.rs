//! What the text of a template consists of, what is wrong with one, and how two differ: pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::FieldError;
use crate::values::{Line, PartName, Prose, choices};

choices! {
    /// A part of a role description that a section fills.
    pub enum RolePart {
        /// What the role is for.
        Purpose,
        /// What led to it.
        Background,
        /// What a partner does, one thing a line.
        WhatYouWillDo,
        /// What a partner is not asked to do, one thing a line.
        WhatYouWillNotDo,
        /// The experience that is wanted.
        ExperienceWanted,
        /// Skills without which the role cannot be done, one a line.
        SkillsEssential,
        /// Skills that help, one a line.
        SkillsDesirable,
        /// Training that is given.
        Training,
        /// How access needs are met.
        AccessSupportStatement,
        /// How partners hear what came of their part.
        HowFeedbackWillBeGiven,
        /// The organisation's commitment to equality.
        EqualityStatement,
    }
}

/// Something to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "name": "workstreamName", "label": "The name of the workstream", "required": true }))]
pub struct TemplateField {
    /// The name; `{{name}}` in a section stands for what is filled in.
    pub name: PartName,
    /// What to fill in.
    pub label: Line,
    /// Whether an adaptation is approved without it.
    pub required: bool,
}

/// A section of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = TemplateSection, example = json!({ "key": "purpose", "heading": "Purpose", "text": "{{workstreamName}} wants partners.", "locked": false }))]
pub struct Section {
    /// By what the section is known in all versions.
    pub key: PartName,
    /// Its heading.
    pub heading: Line,
    /// Its text.
    pub text: Prose,
    /// Whether it stays as it is in every adaptation, as confidentiality and data protection do.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub locked: bool,
    /// The part of a role description that it fills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fills: Option<RolePart>,
}

/// The names in double braces of a text.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
}

/// What is wrong with fields and sections: each has a name of its own, and what is named in braces is a field.
pub fn faults(fields: &[TemplateField], sections: &[Section]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut wrong = |pointer: String, code: &str, message: &str| {
        faults.push(FieldError::new(pointer, code, message));
    };
    let mut names = BTreeSet::new();
    for (at, field) in fields.iter().enumerate() {
        if !names.insert(field.name.as_str()) {
            wrong(format!("/fields/{at}/name"), "repeated", "each name once");
        }
    }
    let (mut keys, mut parts) = (BTreeSet::new(), BTreeSet::new());
    for (at, section) in sections.iter().enumerate() {
        if !keys.insert(section.key.as_str()) {
            wrong(format!("/sections/{at}/key"), "repeated", "each key once");
        }
        if section.fills.is_some_and(|part| !parts.insert(part)) {
            wrong(
                format!("/sections/{at}/fills"),
                "repeated",
                "each part of a role once",
            );
        }
        if named(section.text.as_str()).any(|name| !names.contains(name)) {
            let message = "what stands in braces is the name of a field";
            wrong(format!("/sections/{at}/text"), "unknown", message);
        }
    }
    faults
}

/// What an adaptation may not do to the sections of its template: change, add or leave out what is locked.
pub fn liberties(template: &[Section], adapted: &[Section]) -> Vec<FieldError> {
    let of_template = |key: &PartName| template.iter().find(|one| one.key == *key);
    let mut faults = Vec::new();
    for (at, section) in adapted.iter().enumerate() {
        let taken = match of_template(&section.key) {
            Some(original) if original.locked => section != original,
            _ => section.locked,
        };
        if taken {
            let message = "a locked section stays as it is in the template";
            faults.push(FieldError::new(
                format!("/sections/{at}"),
                "locked",
                message,
            ));
        }
    }
    let kept = |one: &Section| adapted.iter().any(|section| section.key == one.key);
    for missing in template.iter().filter(|one| one.locked && !kept(one)) {
        let message = format!("the locked section `{}` belongs to it", missing.key);
        faults.push(FieldError::new("/sections", "locked", message));
    }
    faults
}

/// The text of a section with what was filled in.
pub fn filled(text: &str, values: &BTreeMap<PartName, Prose>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        out.push_str(before);
        let value = values.iter().find(|(key, _)| key.as_str() == name.trim());
        match value {
            Some((_, value)) => out.push_str(value.as_str()),
            None => out.push_str(&format!("{{{{{}}}}}", name.trim())),
        }
        rest = after;
    }
    out + rest
}

choices! {
    /// What became of a section or a field.
    pub enum Difference {
        /// It is new.
        Added,
        /// It is gone.
        Removed,
        /// It says something else.
        Changed,
    }
}

choices! {
    /// What became of a line.
    pub enum LineChange {
        /// It stands in both.
        Kept,
        /// It stands in the newer one only.
        Added,
        /// It stands in the older one only.
        Removed,
    }
}

/// A line of a text, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedLine {
    /// What became of it.
    pub change: LineChange,
    /// The line.
    #[schema(max_length = 5000)]
    pub text: String,
}

/// How a section differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SectionDifference {
    /// The section.
    pub key: PartName,
    /// What became of it.
    pub difference: Difference,
    /// Whether it is locked, in the newer text if it is there.
    pub locked: bool,
    /// Its lines, the heading first.
    #[schema(max_items = 10_000)]
    pub lines: Vec<ChangedLine>,
}

fn whole(section: Option<&Section>) -> String {
    section.map_or_else(String::new, |one| {
        format!("{}\n{}\n", one.heading, one.text)
    })
}

/// How the sections of two texts differ, in the order of the newer one; those that are gone come last.
pub fn differences(older: &[Section], newer: &[Section]) -> Vec<SectionDifference> {
    let find = |all: &[Section], key: &PartName| all.iter().find(|one| one.key == *key).cloned();
    let gone = older.iter().filter(|one| find(newer, &one.key).is_none());
    let keys = newer.iter().chain(gone).map(|one| one.key.clone());
    let each = keys.filter_map(|key| {
        let (before, after) = (find(older, &key), find(newer, &key));
        let difference = match (&before, &after) {
            (None, _) => Difference::Added,
            (_, None) => Difference::Removed,
            (Some(before), Some(after)) if before != after => Difference::Changed,
            _ => return None,
        };
        let locked = after
            .as_ref()
            .or(before.as_ref())
            .is_some_and(|one| one.locked);
        let (before, after) = (whole(before.as_ref()), whole(after.as_ref()));
        let lines = TextDiff::from_lines(&before, &after)
            .iter_all_changes()
            .map(|change| ChangedLine {
                change: match change.tag() {
                    ChangeTag::Equal => LineChange::Kept,
                    ChangeTag::Insert => LineChange::Added,
                    ChangeTag::Delete => LineChange::Removed,
                },
                text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
            })
            .collect();
        Some(SectionDifference {
            key,
            difference,
            locked,
            lines,
        })
    });
    each.collect()
}

/// The sections of an adaptation on a newer version of its template: what the workstream wrote stays, everything else
/// is the template's.
pub fn carried_over(pinned: &[Section], current: &[Section], adapted: &[Section]) -> Vec<Section> {
    let find = |all: &[Section], key: &PartName| all.iter().find(|one| one.key == *key).cloned();
    let mut sections: Vec<Section> = current
        .iter()
        .filter_map(|new| {
            let (before, theirs) = (find(pinned, &new.key), find(adapted, &new.key));
            match (before, theirs) {
                _ if new.locked => Some(new.clone()),
                // They left it out.
                (Some(_), None) => None,
                (before, Some(theirs)) if before.as_ref() != Some(&theirs) => Some(Section {
                    locked: false,
                    ..theirs
                }),
                _ => Some(new.clone()),
            }
        })
        .collect();
    let own = adapted
        .iter()
        .filter(|one| find(pinned, &one.key).is_none());
    let new: Vec<_> = own
        .filter(|one| find(current, &one.key).is_none())
        .cloned()
        .collect();
    sections.extend(new);
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(key: &str, text: &str, locked: bool) -> Section {
        Section {
            key: PartName::parse(key).unwrap(),
            heading: Line::parse(key).unwrap(),
            text: Prose::parse(text).unwrap(),
            locked,
            fills: None,
        }
    }

    fn field(name: &str) -> TemplateField {
        TemplateField {
            name: PartName::parse(name).unwrap(),
            label: Line::parse(name).unwrap(),
            required: true,
        }
    }

    #[test]
    fn what_stands_in_braces_is_a_field() {
        let sections = [section("purpose", "{{team}} and {{ other }}", false)];
        assert_eq!(faults(&[field("team"), field("other")], &sections), []);
        assert_eq!(
            faults(&[field("team")], &sections)[0].pointer,
            "/sections/0/text"
        );
        assert_eq!(
            faults(&[field("team"), field("team")], &[])[0].pointer,
            "/fields/1/name"
        );
        let values = BTreeMap::from([(
            PartName::parse("team").unwrap(),
            Prose::parse("Falls").unwrap(),
        )]);
        assert_eq!(
            filled("{{team}} and {{other}} {{", &values),
            "Falls and {{other}} {{"
        );
    }

    #[test]
    fn what_is_locked_is_neither_changed_nor_left_out_nor_made_up() {
        let template = [
            section("purpose", "One.", false),
            section("secrecy", "Keep it.", true),
        ];
        assert_eq!(
            liberties(
                &template,
                &[section("purpose", "Two.", false), template[1].clone()]
            ),
            []
        );
        for adapted in [
            vec![section("secrecy", "Tell all.", true)],
            vec![section("secrecy", "Keep it.", false)],
            vec![section("purpose", "One.", false)],
            vec![template[1].clone(), section("mine", "So it is.", true)],
        ] {
            assert_eq!(liberties(&template, &adapted).len(), 1, "{adapted:?}");
        }
    }

    #[test]
    fn a_difference_says_which_lines_came_and_went() {
        let older = [
            section("a", "One.\nTwo.", false),
            section("gone", "Bye.", false),
        ];
        let newer = [
            section("a", "One.\nThree.", false),
            section("b", "New.", true),
        ];
        let found = differences(&older, &newer);
        let kinds: Vec<_> = found
            .iter()
            .map(|one| (one.key.as_str(), one.difference))
            .collect();
        assert_eq!(
            kinds,
            [
                ("a", Difference::Changed),
                ("b", Difference::Added),
                ("gone", Difference::Removed)
            ]
        );
        let lines: Vec<_> = found[0]
            .lines
            .iter()
            .map(|line| (line.change, line.text.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                (LineChange::Kept, "a"),
                (LineChange::Kept, "One."),
                (LineChange::Removed, "Two."),
                (LineChange::Added, "Three."),
            ]
        );
        assert_eq!(differences(&older, &older), []);
    }

    #[test]
    fn what_a_workstream_wrote_is_carried_over_and_the_rest_is_the_templates() {
        let pinned = [
            section("a", "A1", false),
            section("b", "B1", false),
            section("c", "C1", false),
            section("lock", "L1", true),
        ];
        let current = [
            section("a", "A2", false),
            section("b", "B2", false),
            section("c", "C2", false),
            section("lock", "L2", true),
            section("new", "N", false),
        ];
        let adapted = [
            section("a", "A1", false),
            section("b", "Ours", false),
            section("lock", "L1", true),
            section("own", "Own", false),
        ];
        let texts: Vec<_> = carried_over(&pinned, &current, &adapted)
            .into_iter()
            .map(|one| one.text.into_string())
            .collect();
        assert_eq!(texts, ["A2", "Ours", "L2", "N", "Own"]);
    }

    proptest::proptest! {
        #[test]
        fn what_is_carried_over_takes_no_liberties(texts in proptest::collection::vec("[a-c]{1,2}", 12), locked in proptest::collection::vec(proptest::bool::ANY, 4)) {
            let all = |from: usize| -> Vec<Section> {
                (0..4).map(|at| section(&format!("key{at}"), &texts[from + at], locked[at])).collect()
            };
            let (pinned, current, mut adapted) = (all(0), all(4), all(8));
            for (section, original) in adapted.iter_mut().zip(&pinned) {
                if original.locked {
                    *section = original.clone();
                }
            }
            proptest::prop_assert!(liberties(&current, &carried_over(&pinned, &current, &adapted)).is_empty());
        }
    }
}
