//! How well a partner fits an opportunity, by what they said themselves: interests, skills, perspectives
//! and availability, less what was asked of them lately. Equality data has no place here, nor has lived
//! experience, which can tell of health. Every point has a reason that a person can read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entity::Model;
use crate::values::{DayPart, Label, Line, Mode, Perspective, Weekday, choices};

choices! {
    /// What speaks for or against asking somebody.
    pub enum Ground {
        /// What they are interested in.
        Interests,
        /// What they can do.
        Skills,
        /// From which side they know the NHS.
        Perspective,
        /// How they can take part.
        Mode,
        /// On which days they can.
        Days,
        /// At which times of the day they can.
        Times,
        /// For how many hours they can.
        Hours,
        /// How much was asked of them lately.
        AskedLately,
        /// Whether they want to hear of opportunities.
        Contact,
    }
}

/// The most points that each ground gives; together 100.
const WEIGHTS: &[(Ground, i32)] = &[
    (Ground::Interests, 30),
    (Ground::Skills, 20),
    (Ground::Perspective, 20),
    (Ground::Mode, 10),
    (Ground::Hours, 8),
    (Ground::Days, 6),
    (Ground::Times, 6),
];
/// What each message, application and appointment of the last 90 days takes away, so that not always
/// the same few are asked, and the most that they take away together.
const ASKED_ONCE: i32 = 3;
const ASKED_MOST: i32 = 30;

/// A reason, with the points that it gives or takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatchReason {
    /// What it is about.
    pub ground: Ground,
    /// Points that it gives, or takes if below zero.
    #[schema(minimum = -30, maximum = 30)]
    pub points: i32,
    /// The reason in words.
    #[schema(max_length = 2000)]
    pub text: String,
}

/// The words of a topic, an interest or a skill, as they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    text: String,
    words: BTreeSet<String>,
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| {
                let word = word.to_lowercase();
                let stem = word
                    .strip_suffix('s')
                    .filter(|stem| stem.chars().count() > 3 && !stem.ends_with('s'));
                stem.map(str::to_owned).unwrap_or(word)
            })
            .collect();
        Self {
            text: text.to_owned(),
            words,
        }
    }
}

impl Words {
    /// Whether they speak of the same: all words of the one are among the other's.
    fn meet(&self, other: &Self) -> bool {
        let (few, many) = if self.words.len() < other.words.len() {
            (self, other)
        } else {
            (other, self)
        };
        !few.words.is_empty() && few.words.is_subset(&many.words)
    }
}

/// What an opportunity wants.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub topics: Vec<Words>,
    pub skills: Vec<Words>,
    pub perspectives: BTreeSet<Perspective>,
    pub mode: Mode,
    pub days: BTreeSet<Weekday>,
    pub times: BTreeSet<DayPart>,
    pub hours: Option<i32>,
}

impl Wanted {
    pub fn by(row: &Model) -> Self {
        let role = &row.role.0;
        Self {
            topics: row
                .topics
                .0
                .iter()
                .map(Label::as_str)
                .map(Words::from)
                .collect(),
            skills: role
                .skills_essential
                .iter()
                .chain(&role.skills_desirable)
                .map(Line::as_str)
                .map(Words::from)
                .collect(),
            perspectives: row.perspectives_wanted.0.iter().copied().collect(),
            mode: row.mode,
            days: role.usual_days.iter().copied().collect(),
            times: role.usual_times.iter().copied().collect(),
            hours: row.hours_per_month,
        }
    }
}

/// When and how somebody can take part; an empty set stands for any.
#[derive(Clone, Debug, Default)]
pub(super) struct Available {
    pub modes: BTreeSet<Mode>,
    pub days: BTreeSet<Weekday>,
    pub times: BTreeSet<DayPart>,
    pub hours: Option<i32>,
}

/// What somebody said of themselves, and how often they were asked lately.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub interests: Vec<Words>,
    pub skills: Vec<Words>,
    pub perspectives: BTreeSet<Perspective>,
    /// Nothing if they have not said.
    pub available: Option<Available>,
    pub asked: u32,
}

fn weight(ground: Ground) -> i32 {
    WEIGHTS
        .iter()
        .find(|(of, _)| *of == ground)
        .map_or(0, |(_, points)| *points)
}

/// The ground's points in the proportion of what is met to what is wanted.
fn share(ground: Ground, met: usize, wanted: usize) -> i32 {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    weight(ground)
        .saturating_mul(count(met))
        .checked_div(count(wanted))
        .unwrap_or(0)
}

/// The reasons for and against asking somebody. Grounds without a point are left out.
pub(super) fn reasons(wanted: &Wanted, said: &Said) -> Vec<MatchReason> {
    let available = said.available.as_ref();
    [
        of_words(
            Ground::Interests,
            "is interested in",
            &wanted.topics,
            &said.interests,
        ),
        of_words(Ground::Skills, "brings", &wanted.skills, &said.skills),
        of_set(
            Ground::Perspective,
            "knows the NHS as",
            &wanted.perspectives,
            &said.perspectives,
        ),
        available.and_then(|available| of_mode(wanted.mode, &available.modes)),
        available.and_then(|available| of_hours(wanted.hours?, available.hours?)),
        available.and_then(|available| of_time(Ground::Days, &wanted.days, &available.days)),
        available.and_then(|available| of_time(Ground::Times, &wanted.times, &available.times)),
        of_asking(said.asked),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The sum of the reasons.
pub(super) fn score(reasons: &[MatchReason]) -> i32 {
    reasons.iter().map(|reason| reason.points).sum()
}

fn reason(ground: Ground, points: i32, text: String) -> Option<MatchReason> {
    (points != 0).then_some(MatchReason {
        ground,
        points,
        text,
    })
}

fn of_words(ground: Ground, verb: &str, wanted: &[Words], said: &[Words]) -> Option<MatchReason> {
    let met: Vec<&str> = wanted
        .iter()
        .filter(|want| said.iter().any(|have| want.meet(have)))
        .map(|want| want.text.as_str())
        .collect();
    reason(
        ground,
        share(ground, met.len(), wanted.len()),
        format!("{verb} {}", met.join(", ")),
    )
}

fn of_set<T: Ord + std::fmt::Display>(
    ground: Ground,
    verb: &str,
    wanted: &BTreeSet<T>,
    said: &BTreeSet<T>,
) -> Option<MatchReason> {
    let met: Vec<String> = wanted.intersection(said).map(ToString::to_string).collect();
    // One perspective of several that are wanted is what one person can bring.
    let points = if met.is_empty() { 0 } else { weight(ground) };
    reason(ground, points, format!("{verb} {}", met.join(", ")))
}

fn of_time<T: Ord + std::fmt::Display>(
    ground: Ground,
    wanted: &BTreeSet<T>,
    said: &BTreeSet<T>,
) -> Option<MatchReason> {
    let met: Vec<String> = wanted
        .iter()
        .filter(|want| said.is_empty() || said.contains(*want))
        .map(ToString::to_string)
        .collect();
    reason(
        ground,
        share(ground, met.len(), wanted.len()),
        format!("can take part: {}", met.join(", ")),
    )
}

fn of_mode(wanted: Mode, said: &BTreeSet<Mode>) -> Option<MatchReason> {
    let either = |mode: &Mode| matches!(mode, Mode::InPerson | Mode::Online | Mode::Hybrid);
    let fits = said.is_empty()
        || said.contains(&wanted)
        || (wanted == Mode::Hybrid && said.iter().any(either))
        || (said.contains(&Mode::Hybrid) && either(&wanted));
    let points = if fits { weight(Ground::Mode) } else { 0 };
    reason(
        Ground::Mode,
        points,
        format!("can take part this way: {wanted}"),
    )
}

fn of_hours(wanted: i32, said: i32) -> Option<MatchReason> {
    let met = said.clamp(0, wanted);
    let points = (weight(Ground::Hours) * met)
        .checked_div(wanted)
        .unwrap_or(0);
    reason(
        Ground::Hours,
        points,
        format!("has up to {said} hours a month; the role takes {wanted}"),
    )
}

fn of_asking(asked: u32) -> Option<MatchReason> {
    let times = i32::try_from(asked).unwrap_or(i32::MAX);
    let points = -times.saturating_mul(ASKED_ONCE).min(ASKED_MOST);
    reason(
        Ground::AskedLately,
        points,
        format!("was asked or took part {asked} times in the last 90 days"),
    )
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    use super::*;

    fn words(texts: &[&str]) -> Vec<Words> {
        texts.iter().map(|text| Words::from(*text)).collect()
    }

    fn wanted() -> Wanted {
        Wanted {
            topics: words(&["Diabetes", "Clinics"]),
            skills: words(&["Listening", "Chairing meetings"]),
            perspectives: [Perspective::Carer, Perspective::ServiceUser].into(),
            mode: Mode::Hybrid,
            days: [Weekday::Tuesday].into(),
            times: [DayPart::Evening].into(),
            hours: Some(4),
        }
    }

    fn total(wanted: &Wanted, said: &Said) -> i32 {
        score(&reasons(wanted, said))
    }

    #[test]
    fn who_fits_in_everything_and_was_not_asked_gets_every_point() {
        let said = Said {
            interests: words(&["diabetes care", "clinic"]),
            skills: words(&["listening", "meeting", "chairing meetings"]),
            perspectives: [Perspective::Carer].into(),
            available: Some(Available {
                hours: Some(6),
                ..Available::default()
            }),
            asked: 0,
        };
        assert_eq!(total(&wanted(), &said), 100);
        assert_eq!(WEIGHTS.iter().map(|(_, points)| points).sum::<i32>(), 100);
        let found = reasons(&wanted(), &said);
        assert_eq!(found[0].text, "is interested in Diabetes, Clinics");
    }

    #[test]
    fn who_said_nothing_has_no_reason_and_no_point() {
        assert_eq!(reasons(&wanted(), &Said::default()), []);
        assert_eq!(
            total(
                &wanted(),
                &Said {
                    asked: 2,
                    ..Said::default()
                }
            ),
            -6
        );
        assert_eq!(
            total(
                &wanted(),
                &Said {
                    asked: 99,
                    ..Said::default()
                }
            ),
            -30
        );
    }

    #[test]
    fn words_meet_when_one_says_no_more_than_the_other() {
        let meet = |a: &str, b: &str| Words::from(a).meet(&Words::from(b));
        assert!(meet("Diabetes", "diabetes care") && meet("clinics", "Clinic"));
        assert!(
            !meet("diabetes care", "care homes") && !meet("", "anything") && !meet("bus", "bu")
        );
    }

    fn any_words() -> impl Strategy<Value = Vec<Words>> {
        vec("(care|clinic|home|letter|bus)( (care|clinic|home))?", 0..5).prop_map(|texts| {
            texts
                .iter()
                .map(|text| Words::from(text.as_str()))
                .collect()
        })
    }

    fn any_of<T: Copy + Ord + std::fmt::Debug>(
        all: &'static [T],
    ) -> impl Strategy<Value = BTreeSet<T>> {
        btree_set(proptest::sample::select(all), 0..all.len())
    }

    prop_compose! {
        fn any_wanted()(
            topics in any_words(), skills in any_words(), perspectives in any_of(Perspective::ALL),
            mode in proptest::sample::select(Mode::ALL), days in any_of(Weekday::ALL), times in any_of(DayPart::ALL),
            hours in proptest::option::of(1..160i32),
        ) -> Wanted {
            Wanted { topics, skills, perspectives, mode, days, times, hours }
        }
    }

    prop_compose! {
        fn any_said()(
            interests in any_words(), skills in any_words(), perspectives in any_of(Perspective::ALL),
            modes in any_of(Mode::ALL), days in any_of(Weekday::ALL), times in any_of(DayPart::ALL),
            hours in proptest::option::of(0..400i32), said in any::<bool>(), asked in 0..20u32,
        ) -> Said {
            let available = said.then_some(Available { modes, days, times, hours });
            Said { interests, skills, perspectives, available, asked }
        }
    }

    proptest! {
        #[test]
        fn more_overlap_never_lowers_a_score(
            wanted in any_wanted(), said in any_said(), more in any_words(),
            perspective in proptest::sample::select(Perspective::ALL), day in proptest::sample::select(Weekday::ALL),
            mode in proptest::sample::select(Mode::ALL), hours in 0..100i32,
        ) {
            let before = total(&wanted, &said);
            let mut richer = said;
            richer.interests.extend(more.clone());
            prop_assert!(total(&wanted, &richer) >= before);
            richer.skills.extend(more);
            richer.perspectives.insert(perspective);
            if let Some(available) = &mut richer.available {
                // Who named no day can on any; naming one narrows it.
                if !available.days.is_empty() {
                    available.days.insert(day);
                }
                if !available.modes.is_empty() {
                    available.modes.insert(mode);
                }
                available.hours = Some(available.hours.unwrap_or(0) + hours);
            }
            prop_assert!(total(&wanted, &richer) >= before);
        }

        #[test]
        fn asking_more_often_never_raises_a_score(wanted in any_wanted(), said in any_said(), more in 0..20u32) {
            let again = Said { asked: said.asked + more, ..said.clone() };
            prop_assert!(total(&wanted, &again) <= total(&wanted, &said));
        }

        #[test]
        fn scores_stay_within_their_range(wanted in any_wanted(), said in any_said()) {
            prop_assert!((-30..=100).contains(&total(&wanted, &said)));
        }
    }
}
