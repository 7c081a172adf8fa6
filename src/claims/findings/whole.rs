//! What is found of a claim as a whole: its day, its hours and its dates.

use chrono::{Datelike, Months};

use super::{Facts, FindingCode, tenths};
use crate::claims::expenses::ClaimUnit;
use crate::claims::lines::ClaimedLine;

pub(super) fn look_at_days(facts: &Facts<'_>, add: &mut dyn FnMut(FindingCode, String)) {
    let same_day = facts
        .others
        .iter()
        .filter(|other| other.activity_date == facts.activity_date);
    let units = |lines: &[ClaimedLine], unit| lines.iter().any(|line| line.unit == Some(unit));
    let (mut half, mut whole) = (
        units(facts.lines, ClaimUnit::HalfDay),
        units(facts.lines, ClaimUnit::Day),
    );
    if half || whole {
        for other in same_day {
            half |= units(&other.lines, ClaimUnit::HalfDay);
            whole |= units(&other.lines, ClaimUnit::Day);
        }
    }
    if half && whole {
        let day = facts.activity_date;
        let message = format!("half a day and a whole day are claimed for {day}");
        add(FindingCode::HalfAndFullDay, message);
    }
    look_at_the_whole_day(facts, add);
    let (Some(took), most) = (facts.tenth_hours, facts.policy.half_day_tenth_hours) else {
        return;
    };
    let (short, took_text) = (took <= most, tenths(took));
    if short && units(facts.lines, ClaimUnit::Day) {
        let message = format!(
            "a day is claimed, and {took_text} hours are half a day: that goes up to {}",
            tenths(most)
        );
        add(FindingCode::Duration, message);
    }
    if !short && units(facts.lines, ClaimUnit::HalfDay) {
        let message = format!(
            "half a day is claimed, and {took_text} hours are more: half a day goes up to {}",
            tenths(most)
        );
        add(FindingCode::Duration, message);
    }
}

/// A day in the smallest part that is counted: a tenth of an hour is two of them.
const PARTS_OF_A_DAY: i64 = 480;

/// What is paid by the time it takes, in parts of a day.
fn parts(lines: &[ClaimedLine]) -> i64 {
    let one = |line: &ClaimedLine| {
        let each = match line.unit {
            Some(ClaimUnit::Day) => PARTS_OF_A_DAY / 10,
            Some(ClaimUnit::HalfDay) => PARTS_OF_A_DAY / 20,
            Some(ClaimUnit::Hour) => PARTS_OF_A_DAY / 240,
            Some(ClaimUnit::Mile | ClaimUnit::Task) | None => 0,
        };
        i64::from(line.quantity_tenths.unwrap_or(0)) * each
    };
    lines.iter().map(one).sum()
}

fn look_at_the_whole_day(facts: &Facts<'_>, add: &mut dyn FnMut(FindingCode, String)) {
    let day = facts.activity_date;
    let own = parts(facts.lines);
    let beside = facts.others.iter().filter(|one| one.activity_date == day);
    let total = own + beside.map(|other| parts(&other.lines)).sum::<i64>();
    if own > 0 && total > PARTS_OF_A_DAY {
        // Rounded up: what is more than a day is shown as more.
        let days = (total * 100 + PARTS_OF_A_DAY - 1) / PARTS_OF_A_DAY;
        let (whole, part) = (days / 100, days % 100);
        let message =
            format!("{whole}.{part:02} days are claimed for {day}, with other claims of that day");
        add(FindingCode::MoreThanADay, message);
    }
}

pub(super) fn look_at_dates(facts: &Facts<'_>, add: &mut dyn FnMut(FindingCode, String)) {
    let months = facts.policy.claim_window_months;
    let window = Months::new(u32::try_from(months).unwrap_or_default());
    let last = facts.activity_date.checked_add_months(window);
    if last.is_some_and(|last| facts.today > last) {
        let month = facts.activity_date.format("%-d %B");
        let message = format!(
            "the activity was on {month} {}, and claims are sent within {months} months",
            facts.activity_date.year()
        );
        add(FindingCode::Late, message);
    }
    let (starts, ends) = facts.term;
    if facts.activity_date < starts || ends.is_some_and(|ends| facts.activity_date > ends) {
        let until = ends.map_or_else(String::new, |ends| format!(" to {ends}"));
        let message = format!("the term of the appointment is from {starts}{until}");
        add(FindingCode::OutsideTerm, message);
    }
}
