//! How two texts of templates differ, and what of a workstream's own goes along to a newer one: pure.

use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};
use utoipa::ToSchema;

use super::text::Section;
use crate::values::{PartName, choices};

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
    use crate::templates::text::liberties;
    use crate::templates::text::tests::section;

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
