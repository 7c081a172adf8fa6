//! What is found on a single line of a claim.

use super::{Agreed, Facts, FindingCode, Other, pounds, tenths};
use crate::claims::expenses::{ExpenseType, Priced};
use crate::claims::lines::{ClaimedLine, OverrideOf};
use crate::opportunities::PaymentKind;
use crate::prior_approvals::{Arrangement, PriorApprovalId};

/// A distance that grew is agreed when somebody confirms it: the last one that was more than the rules let
/// pass, or else the first one. Small steps add up to nothing.
fn agreed_distance(distances: &[i32], percent: i32) -> Option<i32> {
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

/// Adds a finding: what was found, whether it blocks, and what was compared.
pub(super) type Add<'a> = &'a mut dyn FnMut(FindingCode, bool, String);

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

pub(super) fn look_for_papers(facts: &Facts<'_>, line: &ClaimedLine, add: Add<'_>) {
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
pub(super) fn look_at_limits(facts: &Facts<'_>, at: i32, line: &ClaimedLine, add: Add<'_>) {
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

pub(super) fn look_for_the_same_approval(facts: &Facts<'_>, line: &ClaimedLine, add: Add<'_>) {
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

pub(super) fn look_for_the_same(facts: &Facts<'_>, at: i32, line: &ClaimedLine, add: Add<'_>) {
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

pub(super) fn look_at_distance(facts: &Facts<'_>, line: &ClaimedLine, add: Add<'_>) {
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

pub(super) fn look_at_terms(facts: &Facts<'_>, line: &ClaimedLine, add: Add<'_>) {
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
