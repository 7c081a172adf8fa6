//! What the text of a template consists of, and what is wrong with one: pure. How two differ, `differences` says.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
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

/// More than any part of a role takes: what is filled in a thousand times is not written out to the end.
const ENOUGH: usize = 64 * 1024;

/// The text of a section with what was filled in.
pub fn filled(text: &str, values: &BTreeMap<PartName, Prose>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while out.len() < ENOUGH
        && let Some((before, after)) = rest.split_once("{{")
    {
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::templates) fn section(key: &str, text: &str, locked: bool) -> Section {
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
    fn what_is_filled_in_over_and_over_does_not_grow_without_end() {
        let values = BTreeMap::from([(
            PartName::parse("team").unwrap(),
            Prose::parse("x".repeat(4_900)).unwrap(),
        )]);
        assert!(filled(&"{{team}}".repeat(600), &values).len() < ENOUGH + 10_000);
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
}
