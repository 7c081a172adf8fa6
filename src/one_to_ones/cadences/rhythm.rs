//! The days that a cadence gives: pure.

use chrono::{Months, NaiveDate};

/// After how many months of a role one-to-ones are due, and every how many months from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// After how many months from the start, rising.
    pub after_months: Vec<u32>,
    /// Every how many months from the last of these on; none for no more.
    pub then_every: Option<u32>,
}

impl Default for Rhythm {
    /// What holds for organisations that have said nothing (domain rules: 1 month, 3 months, then 6-monthly).
    fn default() -> Self {
        Self {
            after_months: vec![1, 3],
            then_every: Some(6),
        }
    }
}

impl Rhythm {
    /// The first day that is due after a day, for a role that started on another one.
    pub fn next(&self, starts_on: NaiveDate, since: NaiveDate) -> Option<NaiveDate> {
        let due = |months: u32| starts_on.checked_add_months(Months::new(months));
        let first = self.after_months.iter().copied().filter_map(due);
        let last = self.after_months.last().copied().unwrap_or(0);
        let every = self.then_every.filter(|every| *every > 0);
        let later = every.into_iter().flat_map(|every| {
            (1u32..)
                .map_while(move |count| count.checked_mul(every)?.checked_add(last))
                .map_while(due)
        });
        first.chain(later).find(|day| *day > since)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn after_one_month_three_months_and_then_every_six() {
        let starts = day("2027-01-31");
        let mut since = starts;
        let mut days = Vec::new();
        for _ in 0..5 {
            since = Rhythm::default().next(starts, since).unwrap();
            days.push(since.to_string());
        }
        assert_eq!(
            days,
            [
                "2027-02-28",
                "2027-04-30",
                "2027-10-31",
                "2028-04-30",
                "2028-10-31"
            ]
        );
    }

    #[test]
    fn what_was_missed_is_not_made_up_for() {
        let next = Rhythm::default().next(day("2027-01-01"), day("2027-05-02"));
        assert_eq!(next, Some(day("2027-10-01")));
    }

    #[test]
    fn a_rhythm_can_end() {
        let rhythm = Rhythm {
            after_months: vec![1],
            then_every: None,
        };
        assert_eq!(rhythm.next(day("2027-01-01"), day("2027-02-01")), None);
        let at_the_end_of_time = Rhythm::default().next(NaiveDate::MAX, day("2027-02-01"));
        assert_eq!(at_the_end_of_time, None);
    }

    proptest! {
        #[test]
        fn the_next_day_is_later_and_none_lies_between(start in 0..2000i32, since in 0..4000i32, every in 1u32..24) {
            let at = |number: i32| NaiveDate::from_num_days_from_ce_opt(739_000 + number).unwrap();
            let rhythm = Rhythm { after_months: vec![1, 3], then_every: Some(every) };
            let next = rhythm.next(at(start), at(since)).unwrap();
            prop_assert!(next > at(since));
            prop_assert_eq!(rhythm.next(at(start), next.pred_opt().unwrap()), Some(next));
        }
    }
}
