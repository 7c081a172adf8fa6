//! The weeks, months and tax years by which payments are told. Pure.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::values::choices;

choices! {
    /// By what a statement is divided.
    pub enum StatementBy {
        /// Weeks, from Monday to Sunday.
        Week,
        /// Calendar months.
        Month,
        /// Tax years, from 6 April to 5 April.
        TaxYear,
    }
}

impl StatementBy {
    /// The first and the last day of the period that a day belongs to.
    pub fn period(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        let on = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
        let months = |first: NaiveDate, count| first.checked_add_months(Months::new(count));
        let bounds = match self {
            Self::Week => {
                let gone = Days::new(day.weekday().num_days_from_monday().into());
                let first = day.checked_sub_days(gone);
                first.and_then(|first| Some((first, first.checked_add_days(Days::new(6))?)))
            }
            Self::Month => day.with_day(1).and_then(|first| {
                let last = months(first, 1)?.pred_opt()?;
                Some((first, last))
            }),
            Self::TaxYear => {
                let this = on(day.year(), 4, 6);
                let first = match this {
                    Some(this) if day < this => on(day.year() - 1, 4, 6),
                    this => this,
                };
                first.and_then(|first| Some((first, months(first, 12)?.pred_opt()?)))
            }
        };
        bounds.unwrap_or((day, day))
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
    fn a_tax_year_begins_on_the_sixth_of_april() {
        let year = |text: &str| StatementBy::TaxYear.period(day(text));
        assert_eq!(year("2027-04-05"), (day("2026-04-06"), day("2027-04-05")));
        assert_eq!(year("2027-04-06"), (day("2027-04-06"), day("2028-04-05")));
        let month = StatementBy::Month.period(day("2028-02-10"));
        assert_eq!(month, (day("2028-02-01"), day("2028-02-29")));
        let week = StatementBy::Week.period(day("2026-11-22"));
        assert_eq!(week, (day("2026-11-16"), day("2026-11-22")));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn every_day_is_in_one_period(number in 700_000..760_000i32, by in 0..3usize) {
            let (by, day) = (StatementBy::ALL[by], NaiveDate::from_num_days_from_ce_opt(number).unwrap());
            let (first, last) = by.period(day);
            prop_assert!(first <= day && day <= last);
            prop_assert_eq!(by.period(first), (first, last));
            prop_assert_eq!(by.period(last), (first, last));
            prop_assert_ne!(by.period(last.succ_opt().unwrap()).0, first);
        }
    }
}
