//! What somebody should look at before a claim is confirmed: each finding says what was compared. Pure.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entity::ClaimId;
use super::expenses::{ClaimUnit, ExpenseType, Priced};
use super::lines::{ClaimedLine, OverrideOf};
use crate::opportunities::PaymentKind;
use crate::opportunities::role::Payment;
use crate::prior_approvals::{Arrangement, PriorApprovalId};
use crate::rate_cards::{Cap, Policy};
use crate::values::choices;

choices! {
    /// What was found.
    pub enum FindingCode {
        /// A receipt is needed, and there is none.
        MissingReceipt,
        /// It should have been agreed beforehand.
        MissingPriorApproval,
        /// It is more than the limit, or more than what was agreed.
        OverCap,
        /// The same has been claimed already.
        Duplicate,
        /// It is farther than before.
        Distance,
        /// Half a day and a whole one are claimed for one date.
        HalfAndFullDay,
        /// More than a day is paid for one date.
        MoreThanADay,
        /// What is claimed and how long it took do not go together.
        Duration,
        /// It is long ago.
        Late,
        /// It is outside the term of the appointment.
        OutsideTerm,
        /// The terms of the role do not name this cost.
        NotCovered,
        /// What was agreed beforehand stands on another claim too.
        ApprovalUsed,
    }
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// On which line, counted from 0; null for the claim as a whole.
    #[schema(minimum = 0, maximum = 50)]
    pub line: Option<i32>,
    /// Whether it has to be mended, or let pass by name, before the claim is confirmed. Others can be
    /// confirmed with a reason.
    pub blocks: bool,
    /// What was compared with what.
    #[schema(max_length = 500)]
    pub message: String,
}

/// A claim of the same partner, of the same appointment or for the same date.
#[derive(Clone, Debug)]
pub struct Other {
    /// Which one.
    pub id: ClaimId,
    /// Whether it is of the same appointment.
    pub same_appointment: bool,
    /// Whether somebody has confirmed it.
    pub confirmed: bool,
    /// The day of the activity.
    pub activity_date: NaiveDate,
    /// Its lines.
    pub lines: Vec<ClaimedLine>,
}

/// What was agreed beforehand.
#[derive(Clone, Debug)]
pub struct Agreed {
    /// Which agreement.
    pub id: PriorApprovalId,
    /// About what.
    pub expense_type: ExpenseType,
    /// The most that was agreed, in pence.
    pub most_pence: i32,
    /// Who pays the bill.
    pub arrangement: Arrangement,
    /// For which day; any without it.
    pub activity_date: Option<NaiveDate>,
    /// On which day it was agreed.
    pub agreed_on: Option<NaiveDate>,
}

/// A claim with what it is compared with.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The day on which it is looked at.
    pub today: NaiveDate,
    /// The day of the activity.
    pub activity_date: NaiveDate,
    /// How long it took, in tenths of an hour.
    pub tenth_hours: Option<i32>,
    /// Its lines.
    pub lines: &'a [ClaimedLine],
    /// The rules that are numbers, on the day of the activity.
    pub policy: Policy,
    /// The limits on that day.
    pub caps: &'a [Cap],
    /// The terms of the role.
    pub offered: &'a Payment,
    /// The term of the appointment.
    pub term: (NaiveDate, Option<NaiveDate>),
    /// What was agreed beforehand and is named in the claim.
    pub agreed: &'a [Agreed],
    /// What was claimed beside it, the oldest first.
    pub others: &'a [Other],
}

/// A distance that grew is agreed when somebody confirms it: the last one that was more than the rules let
/// pass, or else the first one. Small steps add up to nothing.
pub fn agreed_distance(distances: &[i32], percent: i32) -> Option<i32> {
    let (first, later) = distances.split_first()?;
    let agreed = later.iter().fold(*first, |agreed, next| {
        if is_farther(*next, agreed, percent) {
            *next
        } else {
            agreed
        }
    });
    Some(agreed)
}

fn is_farther(distance: i32, agreed: i32, percent: i32) -> bool {
    i64::from(distance) * 100 > i64::from(agreed) * i64::from(percent)
}

/// Miles of a way, which somebody else on board does not make longer.
fn distance(line: &ClaimedLine) -> Option<i32> {
    let rule = line.expense_type.rule();
    let travelled =
        rule.priced == Priced::PerMile && line.expense_type != ExpenseType::MileagePassenger;
    line.quantity_tenths.filter(|_| travelled)
}

fn pounds(pence: impl Into<i64>) -> String {
    let pence = pence.into();
    format!("£{}.{:02}", pence / 100, pence % 100)
}

fn tenths(number: i32) -> String {
    format!("{}.{}", number / 10, number % 10)
}

/// Everything that was found, the lines in order, then the claim as a whole.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, line) in facts.lines.iter().enumerate() {
        let at = i32::try_from(at).unwrap_or(i32::MAX);
        let mut add = |code, blocks, message: String| {
            found.push(Finding {
                code,
                line: Some(at),
                blocks,
                message,
            });
        };
        look_for_papers(facts, line, &mut add);
        look_at_limits(facts, at, line, &mut add);
        look_for_the_same_approval(facts, line, &mut add);
        look_for_the_same(facts, at, line, &mut add);
        look_at_distance(facts, line, &mut add);
        look_at_terms(facts, line, &mut add);
    }
    let mut add = |code, message: String| {
        found.push(Finding {
            code,
            line: None,
            blocks: false,
            message,
        });
    };
    look_at_days(facts, &mut add);
    look_at_dates(facts, &mut add);
    found
}

type Add<'a> = &'a mut dyn FnMut(FindingCode, bool, String);

/// What a line names, where it is for this cost and this day.
fn fitting<'a>(facts: &'a Facts<'_>, line: &ClaimedLine) -> Option<&'a Agreed> {
    let mut agreed = facts.agreed.iter();
    agreed.find(|one| {
        let day = one.activity_date;
        Some(one.id) == line.prior_approval_id
            && one.expense_type == line.expense_type
            && day.is_none_or(|day| day == facts.activity_date)
    })
}

/// The same, where it was agreed before the activity was over.
fn beforehand<'a>(facts: &'a Facts<'_>, line: &ClaimedLine) -> Option<&'a Agreed> {
    let in_time = |one: &&Agreed| one.agreed_on.is_some_and(|day| day <= facts.activity_date);
    fitting(facts, line).filter(in_time)
}

/// What bounds a line: the lines of a claim with the same bound share it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Agreed(PriorApprovalId),
    Card(ExpenseType),
}

/// What bounds a line, and at how many pence. What was agreed too late lifts no limit of the card.
fn bound(facts: &Facts<'_>, line: &ClaimedLine) -> Option<(Bound, i32)> {
    let agreed = |one: &Agreed| (Bound::Agreed(one.id), one.most_pence);
    let mut caps = facts.caps.iter();
    beforehand(facts, line)
        .map(agreed)
        .or_else(|| {
            caps.find(|cap| cap.expense_type == line.expense_type)
                .map(|cap| (Bound::Card(cap.expense_type), cap.most_pence.0))
        })
        .or_else(|| fitting(facts, line).map(agreed))
}

fn look_for_papers(facts: &Facts<'_>, line: &ClaimedLine, add: Add<'_>) {
    let rule = line.expense_type.rule();
    let pence = line.amount_pence.map_or(0, |pence| pence.0);
    if rule.receipt && line.receipt_id.is_none() && !line.does_without(OverrideOf::Receipt) {
        let message = format!("there is no receipt for {}", pounds(pence));
        add(FindingCode::MissingReceipt, true, message);
    }
    let named = line.prior_approval_id;
    let agreed = facts.agreed.iter().find(|one| Some(one.id) == named);
    let fits = fitting(facts, line);
    if let Some(booked) = fits.filter(|one| one.arrangement == Arrangement::BookedDirectly) {
        let most = pounds(booked.most_pence);
        let message =
            format!("up to {most} was booked and paid directly: there is nothing to pay back");
        add(FindingCode::ApprovalUsed, true, message);
    }
    let in_time = beforehand(facts, line).is_some();
    if rule.prior_approval && !in_time && !line.does_without(OverrideOf::PriorApproval) {
        let message = match agreed {
            Some(_) if fits.is_some() => "it was agreed after the day of the activity",
            Some(_) => "what was agreed beforehand is for another cost or another day",
            None => "nothing was agreed beforehand",
        };
        add(FindingCode::MissingPriorApproval, true, message.to_owned());
    }
}

/// A limit is for all lines of a claim that share it: the one that passes it is named.
fn look_at_limits(facts: &Facts<'_>, at: i32, line: &ClaimedLine, add: Add<'_>) {
    let Some((shared, most)) = bound(facts, line) else {
        return;
    };
    let shares =
        |other: &&ClaimedLine| bound(facts, other).is_some_and(|(other, _)| other == shared);
    let pence = |line: &ClaimedLine| line.amount_pence.map_or(0, |pence| i64::from(pence.0));
    let before = facts.lines.iter().take(usize::try_from(at).unwrap_or(0));
    let before: i64 = before.filter(shares).map(pence).sum();
    let sum = before + pence(line);
    if sum <= i64::from(most) || line.does_without(OverrideOf::Cap) {
        return;
    }
    let together = match before {
        0 => "",
        _ => " with the lines before",
    };
    let why = match shared {
        Bound::Agreed(_) => "was agreed",
        Bound::Card(_) => "is the limit of the rate card",
    };
    let (sum, most) = (pounds(sum), pounds(most));
    let message = format!("{sum} is claimed{together}, and {most} {why}");
    add(FindingCode::OverCap, true, message);
}

fn look_for_the_same_approval(facts: &Facts<'_>, line: &ClaimedLine, add: Add<'_>) {
    let named = line.prior_approval_id;
    let also = |other: &&Other| {
        let names = |line: &ClaimedLine| line.prior_approval_id == named;
        other.lines.iter().any(names)
    };
    if named.is_some()
        && let Some(other) = facts.others.iter().find(also)
    {
        let message = format!(
            "what was agreed beforehand stands on claim {} too",
            other.id
        );
        add(FindingCode::ApprovalUsed, false, message);
    }
}

fn look_for_the_same(facts: &Facts<'_>, at: i32, line: &ClaimedLine, add: Add<'_>) {
    let same = |other: &ClaimedLine| {
        (other.expense_type, other.amount_pence, other.unit)
            == (line.expense_type, line.amount_pence, line.unit)
    };
    let pence = line.amount_pence.map_or(0, |pence| pence.0);
    let what = format!(
        "{} of {} for {}",
        line.expense_type,
        pounds(pence),
        facts.activity_date
    );
    let before = usize::try_from(at).unwrap_or_default();
    if facts.lines.iter().take(before).any(same) {
        let message = format!("{what} stands on this claim twice");
        add(FindingCode::Duplicate, false, message);
    }
    let twice = facts
        .others
        .iter()
        .find(|other| other.activity_date == facts.activity_date && other.lines.iter().any(same));
    if let Some(other) = twice {
        let message = format!("{what} stands on claim {} too", other.id);
        add(FindingCode::Duplicate, false, message);
    }
}

fn look_at_distance(facts: &Facts<'_>, line: &ClaimedLine, add: Add<'_>) {
    let Some(claimed) = distance(line) else {
        return;
    };
    let before = facts
        .others
        .iter()
        .filter(|other| other.same_appointment && other.confirmed);
    let before: Vec<i32> = before
        .flat_map(|other| other.lines.iter().filter_map(distance))
        .collect();
    let percent = facts.policy.distance_percent;
    if let Some(agreed) = agreed_distance(&before, percent)
        && is_farther(claimed, agreed, percent)
    {
        let message = format!(
            "{} miles are claimed; {} miles were agreed for this appointment before, and up to {percent} per cent \
             of that pass without a question",
            tenths(claimed),
            tenths(agreed)
        );
        add(FindingCode::Distance, false, message);
    }
}

fn look_at_terms(facts: &Facts<'_>, line: &ClaimedLine, add: Add<'_>) {
    let rule = line.expense_type.rule();
    let terms = facts.offered;
    let named = rule
        .covered_by
        .is_some_and(|cost| terms.expenses_covered.contains(&cost));
    // Terms that name no cost at all leave it to the organisation's policy.
    let settled = terms.kind == Some(PaymentKind::Unpaid) || !terms.expenses_covered.is_empty();
    if !rule.is_payment() && settled && !named {
        let message = format!("the terms of the role do not name {}", line.expense_type);
        add(FindingCode::NotCovered, false, message);
    }
}

fn look_at_days(facts: &Facts<'_>, add: &mut dyn FnMut(FindingCode, String)) {
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

fn look_at_dates(facts: &Facts<'_>, add: &mut dyn FnMut(FindingCode, String)) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_steps_do_not_add_up_and_a_deliberate_one_counts() {
        assert_eq!(agreed_distance(&[], 130), None);
        assert_eq!(agreed_distance(&[100, 120, 129], 130), Some(100));
        assert_eq!(agreed_distance(&[100, 131, 120], 130), Some(131));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn what_passes_without_a_question_changes_nothing(
            distances in prop::collection::vec(1..2_000i32, 1..8), next in 1..2_000i32, percent in 100..300i32,
        ) {
            let agreed = agreed_distance(&distances, percent).unwrap();
            let mut with = distances.clone();
            with.push(next);
            let after = agreed_distance(&with, percent).unwrap();
            prop_assert_eq!(after, if is_farther(next, agreed, percent) { next } else { agreed });
            prop_assert!(distances.contains(&agreed));
        }
    }
}
