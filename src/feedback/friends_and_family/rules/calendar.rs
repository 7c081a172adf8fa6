//! The days on which returns are due, as a calendar (RFC 5545). Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Months, NaiveDate, Utc};

use super::super::period::Period;
use super::super::settings::{Rule, Setting};

/// Months that are told, before and after this one.
const BEFORE: u32 = 3;
const AFTER: u32 = 12;
/// Bytes in a line at the most, without its end.
const LONGEST: usize = 75;

/// The calendar as it is sent.
pub fn calendar(today: NaiveDate, stamp: DateTime<Utc>) -> String {
    let mut lines: Vec<String> = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Equal Partners//Friends and Family Test//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Friends and Family Test returns",
        "X-WR-CALNAME:Friends and Family Test returns",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]
    .map(str::to_owned)
    .to_vec();
    for ((due, month), settings) in deadlines(today) {
        let (names, ids) = (
            listed(&settings, Setting::name),
            listed(&settings, |one| one.word()),
        );
        let end = due.succ_opt().unwrap_or(due);
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!(
                "UID:{month}-{}@friends-and-family.equal-partners",
                ids.replace(", ", "-")
            ),
            format!("DTSTAMP:{}", stamp.format("%Y%m%dT%H%M%SZ")),
            format!("DTSTART;VALUE=DATE:{}", due.format("%Y%m%d")),
            format!("DTEND;VALUE=DATE:{}", end.format("%Y%m%d")),
            format!(
                "SUMMARY:Friends and Family Test for {month} is due: {}",
                names.replace(", ", "\\, ")
            ),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

/// Which settings are due when, for which month.
fn deadlines(today: NaiveDate) -> BTreeMap<(NaiveDate, Period), Vec<Setting>> {
    let first = today
        .checked_sub_months(Months::new(BEFORE))
        .unwrap_or(today);
    let months =
        (0..=BEFORE + AFTER).filter_map(|later| first.checked_add_months(Months::new(later)));
    let mut due: BTreeMap<(NaiveDate, Period), Vec<Setting>> = BTreeMap::new();
    for month in months.map(Period::of) {
        for setting in Setting::ALL {
            let rule = Rule::of(*setting, month.last());
            if let Some(day) = rule.and_then(|rule| rule.due_on(month)) {
                due.entry((day, month)).or_default().push(*setting);
            }
        }
    }
    due
}

fn listed(settings: &[Setting], name: impl Fn(Setting) -> String) -> String {
    let names: Vec<String> = settings.iter().map(|one| name(*one)).collect();
    names.join(", ")
}

/// A line as RFC 5545 folds it: a long one goes on after a line end and a blank.
fn folded(line: &str) -> String {
    let (mut written, mut length) = (String::new(), 0);
    for letter in line.chars() {
        if length + letter.len_utf8() > LONGEST {
            written.push_str("\r\n ");
            length = 1;
        }
        written.push(letter);
        length += letter.len_utf8();
    }
    written + "\r\n"
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn returns_stand_in_the_calendar_on_the_days_on_which_they_are_due() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let text = calendar(today, Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap());
        let plain = text.replace("\r\n ", "");
        assert!(plain.contains(
            "UID:2026-09-inpatient-ae@friends-and-family.equal-partners\r\nDTSTAMP:20261122T090000Z\r\n\
             DTSTART;VALUE=DATE:20261013\r\nDTEND;VALUE=DATE:20261014\r\n\
             SUMMARY:Friends and Family Test for 2026-09 is due: inpatient\\, A&E\r\n"
        ));
        assert!(text.split("\r\n").all(|line| line.len() <= LONGEST));
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 3 * 16);
        assert!(text.ends_with("END:VCALENDAR\r\n"));
    }
}
