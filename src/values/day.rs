//! On which day something happens: that of the calendar in London, whose summer time is an hour ahead of UTC.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;

/// The day in London at a time. What is due, late, working time or a year's is counted in these days; times are kept
/// and shown in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that knows which calendar"
)]
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}

/// When a day begins in London.
pub fn begins(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // The clocks are changed later in the night, so that every day has one midnight.
    let at = London.from_local_datetime(&midnight).earliest();
    at.map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(at: &str) -> String {
        day_of(at.parse().unwrap()).to_string()
    }

    #[test]
    fn the_last_hour_of_a_summers_day_in_utc_is_the_next_day() {
        assert_eq!(day("2027-06-30T22:59:59Z"), "2027-06-30");
        assert_eq!(day("2027-06-30T23:30:00Z"), "2027-07-01");
        assert_eq!(day("2027-12-31T23:59:59Z"), "2027-12-31");
        // From the last Sunday in March to the last one in October.
        assert_eq!(day("2027-03-27T23:30:00Z"), "2027-03-27");
        assert_eq!(day("2027-03-28T23:30:00Z"), "2027-03-29");
        assert_eq!(day("2027-10-30T23:30:00Z"), "2027-10-31");
        assert_eq!(day("2027-10-31T23:30:00Z"), "2027-10-31");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn days_follow_one_another(from in 946_684_800i64..4_102_444_800, seconds in 0i64..1_000_000) {
            let at = |second| DateTime::from_timestamp(second, 0).unwrap();
            prop_assert!(day_of(at(from)) <= day_of(at(from + seconds)));
            let day = day_of(at(from));
            prop_assert!(begins(day) <= at(from) && day_of(begins(day)) == day);
            prop_assert!(day_of(begins(day) - chrono::Duration::seconds(1)) < day);
            prop_assert!((day_of(at(from)) - at(from).naive_utc().date()).num_days().abs() <= 1);
        }
    }
}
