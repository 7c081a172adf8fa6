//! By when a contact is seen to: working days, without those on which it waits for others. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lifecycle::Status;
use crate::values::{Reason, choices, day_of};
use crate::working_days::{after, between};

choices! {
    /// Whom a contact waits for while its clock stands.
    pub enum WaitingFor {
        /// Whoever brought it to PALS.
        Caller,
        /// The person concerned, who has not said yet whether they consent.
        Consent,
    }
}

/// In which states the clock stands, and for whom. While a service is asked, it runs: that is the organisation's own
/// time.
const STANDS: &[(Status, WaitingFor)] = &[
    (Status::AwaitingCaller, WaitingFor::Caller),
    (Status::AwaitingConsent, WaitingFor::Consent),
];

/// For whom the clock stands in a state, if it does.
pub fn stands_for(status: Status) -> Option<WaitingFor> {
    let stands = STANDS.iter().find(|(state, _)| *state == status);
    stands.map(|(_, waiting)| *waiting)
}

/// A time in which the clock stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
    /// For whom it stood.
    pub waiting_for: WaitingFor,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when; null while it stands.
    pub until: Option<DateTime<Utc>>,
}

/// The day on which a contact is due; none while the clock stands, unless it was overdue before that. Whole working
/// days count: those of a pause are the ones after the day on which it began, up to the day on which it ended.
pub fn due_on(from: NaiveDate, target: i32, pauses: &[Pause]) -> Option<NaiveDate> {
    let ours = pauses.iter().filter(|one| day_of(one.since) >= from);
    let mut due = after(from, target);
    for pause in ours {
        let since = day_of(pause.since);
        if since > due {
            // What is late stays late.
            continue;
        }
        let until = day_of(pause.until?);
        due = after(due, between(since, until));
    }
    Some(due)
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn pause(since: NaiveDate, until: Option<NaiveDate>) -> Pause {
        let at = |day: NaiveDate| day.and_hms_opt(11, 0, 0).unwrap().and_utc();
        Pause {
            waiting_for: WaitingFor::Caller,
            reason: Reason::parse("We asked for dates.").unwrap(),
            since: at(since),
            until: until.map(at),
        }
    }

    #[test]
    fn waiting_takes_no_time_and_working_does() {
        // A Monday; two working days.
        let from = day("2026-11-23");
        assert_eq!(due_on(from, 2, &[]), Some(day("2026-11-25")));
        let waits = pause(day("2026-11-24"), None);
        assert_eq!(due_on(from, 2, &[waits]), None);
        // From Tuesday to the next Tuesday: five working days.
        let waited = pause(day("2026-11-24"), Some(day("2026-12-01")));
        assert_eq!(due_on(from, 2, &[waited]), Some(day("2026-12-02")));
        // Over a weekend no working day is lost.
        let weekend = pause(day("2026-11-27"), Some(day("2026-11-29")));
        assert_eq!(due_on(from, 5, &[weekend]), Some(day("2026-11-30")));
    }

    #[test]
    fn what_is_late_does_not_become_punctual_by_asking_the_caller() {
        let from = day("2026-11-23");
        let late = pause(day("2026-11-26"), None);
        assert_eq!(due_on(from, 2, &[late]), Some(day("2026-11-25")));
        let in_time = pause(day("2026-11-25"), None);
        assert_eq!(due_on(from, 2, &[in_time]), None);
    }

    #[test]
    fn pauses_before_a_reopening_are_over() {
        let before = pause(day("2026-11-24"), Some(day("2026-12-01")));
        let due = due_on(day("2026-12-02"), 2, &[before]);
        assert_eq!(due, Some(day("2026-12-04")));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn a_pause_never_brings_the_day_nearer_and_adds_no_more_than_it_lasted(
            start in 738_000..741_000i32, target in 0..30i32,
            steps in prop::collection::vec((0u64..6, 0u64..12), 0..6),
        ) {
            let from = NaiveDate::from_num_days_from_ce_opt(start).unwrap();
            let (mut at, mut pauses, mut lasted) = (from, Vec::new(), 0);
            let mut due = due_on(from, target, &[]).unwrap();
            for (ran, stood) in steps {
                let since = at + Days::new(ran);
                at = since + Days::new(stood);
                lasted += between(since, at);
                pauses.push(pause(since, Some(at)));
                let next = due_on(from, target, &pauses).unwrap();
                prop_assert!(next >= due);
                prop_assert!(between(from, next) <= target + lasted);
                due = next;
            }
        }
    }
}
