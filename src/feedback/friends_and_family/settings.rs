//! What may be asked where: settings, modes of collection and touchpoints, with the days from which they hold.
//!
//! These are NHS England's, and data: a change of the guidance is a row of [`RULES`], not a branch.

use chrono::NaiveDate;

use super::period::Period;
use crate::values::choices;
use crate::working_days;

choices! {
    /// Where people are asked.
    #[schema(as = FriendsAndFamilySetting)]
    pub enum Setting {
        /// Inpatients, with day cases and children.
        Inpatient,
        /// Accident and emergency, walk-in centres and minor injury units.
        Ae,
        /// Outpatients.
        Outpatient,
        /// Maternity, at four touchpoints.
        Maternity,
        /// Mental health.
        MentalHealth,
        /// Community healthcare.
        Community,
        /// Patient transport services of ambulance trusts.
        AmbulancePts,
        /// General practice.
        Gp,
        /// Dental practice.
        Dental,
        /// Clinics for the long-term effects of COVID-19.
        PostCovid,
    }
}

choices! {
    /// How an answer was collected.
    #[schema(as = FriendsAndFamilyMode)]
    pub enum Mode {
        /// A text message.
        Sms,
        /// A device, at the point of discharge.
        ElectronicDischarge,
        /// A device, once home.
        ElectronicHome,
        /// Paper, at the point of discharge.
        PaperDischarge,
        /// Paper, once home.
        PaperHome,
        /// A call.
        Telephone,
        /// A web page.
        Online,
        /// Any other way.
        Other,
    }
}

choices! {
    /// When in maternity care people are asked.
    #[schema(as = FriendsAndFamilyTouchpoint)]
    pub enum Touchpoint {
        /// At 36 weeks.
        Antenatal,
        /// Labour ward, birthing unit or home.
        Birth,
        /// On the postnatal ward.
        PostnatalWard,
        /// On discharge from postnatal community care.
        PostnatalCommunity,
    }
}

choices! {
    /// A level of the hierarchy, from the widest to the finest.
    #[schema(as = FriendsAndFamilyLevel)]
    pub enum Level {
        /// Integrated care boards, and the independent sector as a group.
        Icb,
        /// Trusts and independent providers.
        Trust,
        /// Sites.
        Site,
        /// Wards.
        Ward,
    }
}

impl Level {
    /// How many levels are above it.
    pub fn depth(self) -> usize {
        self as usize
    }
}

impl Setting {
    /// What it is called for people, within a sentence.
    pub fn name(self) -> String {
        match self {
            Self::Ae => "A&E".to_owned(),
            Self::AmbulancePts => "patient transport".to_owned(),
            Self::Gp => "general practice".to_owned(),
            Self::MentalHealth => "mental health".to_owned(),
            Self::PostCovid => "post-COVID clinics".to_owned(),
            other => other.word(),
        }
    }
}

/// A word as files of the national layout have it: `electronic_discharge`.
pub fn in_files(word: &str) -> String {
    let mut written = String::with_capacity(word.len() + 2);
    for letter in word.chars() {
        if letter.is_ascii_uppercase() {
            written.push('_');
        }
        written.push(letter.to_ascii_lowercase());
    }
    written
}

/// What holds for a setting from a day on.
#[derive(Debug)]
pub struct Rule {
    /// The setting.
    pub setting: Setting,
    /// The first day: year, month and day.
    from: (i32, u32, u32),
    /// The first day on which it no longer holds.
    to: Option<(i32, u32, u32)>,
    /// The finest level at which it is published, which every response has to name.
    pub finest: Level,
    /// How answers may be collected.
    pub modes: &'static [Mode],
    /// When people are asked, where that is told apart.
    pub touchpoints: &'static [Touchpoint],
    /// On which working day of the next month the return is due, where the national collection says so.
    pub due: Option<i32>,
}

impl Rule {
    /// The day on which the return of a month is due.
    pub fn due_on(&self, month: Period) -> Option<NaiveDate> {
        Some(working_days::after(month.last(), self.due?))
    }
}

/// Accident and emergency and patient transport have no devices at home.
const AWAY_FROM_HOME: &[Mode] = &[
    Mode::Sms,
    Mode::ElectronicDischarge,
    Mode::PaperDischarge,
    Mode::PaperHome,
    Mode::Telephone,
    Mode::Online,
    Mode::Other,
];

const fn rule(setting: Setting, finest: Level, modes: &'static [Mode], due: Option<i32>) -> Rule {
    Rule {
        setting,
        from: ASKED_SINCE,
        to: None,
        finest,
        modes,
        touchpoints: &[],
        due,
    }
}

/// The first day of the question that is asked now. Answers to the one before it are another series.
pub const ASKED_SINCE: (i32, u32, u32) = (2020, 4, 1);

/// A wording of the question. Answers to different ones are different series, and are never mixed.
#[derive(Debug)]
pub struct Question {
    /// Under which name responses keep it.
    pub code: &'static str,
    /// What is asked.
    pub wording: &'static str,
    /// The answers, from 1 to 6.
    pub answers: [&'static str; 6],
    /// The first day: year, month and day.
    from: (i32, u32, u32),
}

/// Every wording, the latest first.
const QUESTIONS: &[Question] = &[Question {
    code: "experience",
    wording: "Overall, how was your experience of our service?",
    answers: [
        "Very good",
        "Good",
        "Neither good nor poor",
        "Poor",
        "Very poor",
        "Don't know",
    ],
    from: ASKED_SINCE,
}];

impl Question {
    /// The question that was asked on a day; nothing before the first one that is counted here.
    pub fn asked_on(day: NaiveDate) -> Option<&'static Self> {
        QUESTIONS.iter().find(|one| {
            let (year, month, first) = one.from;
            NaiveDate::from_ymd_opt(year, month, first).is_some_and(|from| from <= day)
        })
    }
}

/// What holds where, and since when.
pub const RULES: &[Rule] = &[
    rule(Setting::Inpatient, Level::Ward, Mode::ALL, Some(9)),
    rule(Setting::Ae, Level::Site, AWAY_FROM_HOME, Some(9)),
    rule(Setting::Outpatient, Level::Trust, Mode::ALL, None),
    Rule {
        touchpoints: Touchpoint::ALL,
        ..rule(Setting::Maternity, Level::Trust, Mode::ALL, None)
    },
    rule(Setting::MentalHealth, Level::Trust, Mode::ALL, None),
    rule(Setting::Community, Level::Trust, Mode::ALL, None),
    rule(
        Setting::AmbulancePts,
        Level::Trust,
        AWAY_FROM_HOME,
        Some(13),
    ),
    rule(Setting::Gp, Level::Trust, Mode::ALL, Some(12)),
    rule(Setting::Dental, Level::Trust, Mode::ALL, None),
    rule(Setting::PostCovid, Level::Trust, Mode::ALL, None),
];

impl Rule {
    /// The rule for a setting on a day.
    pub fn of(setting: Setting, day: NaiveDate) -> Option<&'static Self> {
        let date = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day);
        RULES.iter().find(|rule| {
            rule.setting == setting
                && date(rule.from).is_some_and(|from| from <= day)
                && rule.to.is_none_or(|to| date(to).is_some_and(|to| day < to))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_national_files() {
        let words: Vec<String> = Mode::ALL
            .iter()
            .map(|mode| in_files(&mode.word()))
            .collect();
        assert_eq!(
            words.join(" "),
            "sms electronic_discharge electronic_home paper_discharge paper_home telephone online other"
        );
        assert_eq!(in_files(&Setting::AmbulancePts.word()), "ambulance_pts");
    }

    #[test]
    fn every_setting_has_one_rule_on_each_day_since_the_question_changed() {
        let (year, month, day) = ASKED_SINCE;
        let first = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        for setting in Setting::ALL {
            assert!(Rule::of(*setting, first).is_some());
            assert!(Rule::of(*setting, first.pred_opt().unwrap()).is_none());
        }
    }

    #[test]
    fn returns_are_due_on_working_days_around_the_holidays() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        let due = |setting, month: &str| {
            let rule = Rule::of(setting, day).unwrap();
            rule.due_on(month.parse().unwrap())
                .map(|day| day.to_string())
        };
        assert_eq!(
            due(Setting::Inpatient, "2026-09").as_deref(),
            Some("2026-10-13")
        );
        // New Year's Day is none.
        assert_eq!(due(Setting::Ae, "2026-12").as_deref(), Some("2027-01-14"));
        assert_eq!(
            due(Setting::AmbulancePts, "2026-09").as_deref(),
            Some("2026-10-19")
        );
        assert_eq!(due(Setting::Gp, "2026-09").as_deref(), Some("2026-10-16"));
        assert_eq!(due(Setting::Dental, "2026-09"), None);
    }

    #[test]
    fn accident_and_emergency_has_no_device_at_home() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        let modes = |setting| Rule::of(setting, day).unwrap().modes;
        assert!(!modes(Setting::Ae).contains(&Mode::ElectronicHome));
        assert!(modes(Setting::Inpatient).contains(&Mode::ElectronicHome));
    }
}
