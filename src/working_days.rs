//! Working days in England: Monday to Friday, without bank holidays. Pure.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Bank holidays that no rule gives: proclaimed once, or moved for once.
const PROCLAIMED: &[(i32, u32, u32)] = &[
    (2020, 5, 8),
    (2022, 6, 2),
    (2022, 6, 3),
    (2022, 9, 19),
    (2023, 5, 8),
];

/// Days that a rule gives, and that were moved for once.
const MOVED: &[(i32, u32, u32)] = &[(2020, 5, 4), (2022, 5, 30)];

/// Whether people work on a day.
pub fn is_working_day(day: NaiveDate) -> bool {
    !is_weekend(day) && !is_bank_holiday(day)
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_bank_holiday(day: NaiveDate) -> bool {
    let listed = |days: &[(i32, u32, u32)]| days.contains(&(day.year(), day.month(), day.day()));
    listed(PROCLAIMED) || !listed(MOVED) && (is_fixed(day) || is_monday(day) || is_easter(day))
}

/// New Year, Christmas and Boxing Day, or the working days in their place.
fn is_fixed(day: NaiveDate) -> bool {
    use Weekday::{Mon, Tue};
    matches!(
        (day.month(), day.day(), day.weekday()),
        (1, 1, _) | (1, 2 | 3, Mon) | (12, 25 | 26, _) | (12, 27 | 28, Mon | Tue)
    )
}

/// The first and the last Monday in May, and the last one in August.
fn is_monday(day: NaiveDate) -> bool {
    let monday = day.weekday() == Weekday::Mon;
    monday && matches!((day.month(), day.day()), (5, 1..=7 | 25..) | (8, 25..))
}

/// Good Friday and Easter Monday.
fn is_easter(day: NaiveDate) -> bool {
    let sunday = easter(day.year());
    let away = sunday.map(|sunday| (day - sunday).num_days());
    matches!(away, Some(-2 | 1))
}

/// Easter Sunday, by the anonymous Gregorian algorithm.
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let number = h + l - 7 * m + 114;
    let (month, day) = (number / 31, number % 31 + 1);
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// How many working days come after one day, up to another one.
pub fn between(from: NaiveDate, to: NaiveDate) -> i32 {
    let days = from.iter_days().skip(1).take_while(|day| *day <= to);
    let count = days.filter(|day| is_working_day(*day)).count();
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The day that is so many working days later.
pub fn after(from: NaiveDate, count: i32) -> NaiveDate {
    let (mut day, mut left) = (from, count);
    while left > 0 {
        let Some(next) = day.checked_add_days(Days::new(1)) else {
            break;
        };
        day = next;
        left -= i32::from(is_working_day(day));
    }
    day
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_bank_holidays_of_some_years_are_as_published() {
        for (year, published) in [
            (
                2022,
                "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
            ),
            (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
            (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        ] {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let days = first.iter_days().take_while(|day| day.year() == year);
            let found: Vec<String> = days
                .filter(|day| !is_weekend(*day) && is_bank_holiday(*day))
                .map(|day| day.format("%m-%d").to_string())
                .collect();
            assert_eq!(found.join(" "), published, "{year}");
        }
    }

    #[test]
    fn a_weekend_takes_no_time() {
        assert_eq!(between(day("2026-11-20"), day("2026-11-23")), 1);
        assert_eq!(after(day("2026-11-20"), 1), day("2026-11-23"));
        assert_eq!(after(day("2026-12-24"), 1), day("2026-12-29"));
        assert_eq!(between(day("2026-11-23"), day("2026-11-20")), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn counting_on_and_counting_back_agree(start in 738_000..741_000i32, count in 0..120i32) {
            let from = NaiveDate::from_num_days_from_ce_opt(start).unwrap();
            let to = after(from, count);
            prop_assert_eq!(between(from, to), count);
            prop_assert!(count == 0 || is_working_day(to));
        }
    }
}
