//! The lines of a claim: what is sent, what is kept, and how a line comes to its amount. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::expenses::{ClaimUnit, ExpenseType, Priced};
use super::receipts::ClaimReceiptId;
use super::sums::amount;
use crate::appointments::PaymentChoice;
use crate::http::FieldError;
use crate::opportunities::PaymentKind;
use crate::opportunities::role::Payment;
use crate::prior_approvals::PriorApprovalId;
use crate::rate_cards::{self, Rate};
use crate::users::UserId;
use crate::values::{Label, Line, Pence, Reason, choices};

/// A line to claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewLine {
    /// For what.
    pub expense_type: ExpenseType,
    /// How many units, in tenths: 124 are 12.4 miles, 10 are one half day. For what has a rate.
    #[schema(minimum = 1, maximum = 100_000)]
    pub quantity_tenths: Option<i32>,
    /// The unit of a payment. Miles are counted in miles.
    pub unit: Option<ClaimUnit>,
    /// For a payment by activity: which one, as the rate card has it.
    pub activity: Option<Label>,
    /// What was spent, in pence. What has a rate is worked out.
    pub amount_pence: Option<Pence>,
    /// The receipt, one of this claim's.
    pub receipt_id: Option<ClaimReceiptId>,
    /// What was agreed beforehand.
    pub prior_approval_id: Option<PriorApprovalId>,
    /// Where a journey began.
    pub from: Option<Line>,
    /// Where it led.
    pub to: Option<Line>,
    /// Whatever else there is to say.
    pub note: Option<Reason>,
}

choices! {
    /// What a line does without.
    pub enum OverrideOf {
        /// A receipt.
        Receipt,
        /// An agreement made beforehand.
        PriorApproval,
        /// The limit of the rate card.
        Cap,
    }
}

choices! {
    /// Why a line does without.
    pub enum OverrideReason {
        /// To find the money, or to wait for the agreement, would have kept the partner away.
        CashFlow,
        /// There are no receipts for it: a machine, a bus, a neighbour.
        NoneGiven,
        /// The receipt is lost, and the cost is plain.
        Lost,
        /// It could not be foreseen.
        Urgent,
        /// It is what the partner needs to take part.
        AccessNeed,
    }
}

/// That a line does without something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// Without what.
    pub of: OverrideOf,
    /// Why.
    pub reason: OverrideReason,
    /// Who said so.
    pub by_id: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is kept of a line for as long as there are accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimedLine {
    /// For what.
    pub expense_type: ExpenseType,
    /// How many units, in tenths.
    #[schema(minimum = 1, maximum = 100_000)]
    pub quantity_tenths: Option<i32>,
    /// The unit.
    pub unit: Option<ClaimUnit>,
    /// For a payment by activity: which one.
    pub activity: Option<Label>,
    /// The rate of the unit on the day of the activity, in pence.
    pub unit_pence: Option<Pence>,
    /// What it comes to, in pence; null while there is no rate for it.
    pub amount_pence: Option<Pence>,
    /// Whether the amount is given to somebody else, as the partner chose.
    pub donated: bool,
    /// The receipt.
    pub receipt_id: Option<ClaimReceiptId>,
    /// What was agreed beforehand.
    pub prior_approval_id: Option<PriorApprovalId>,
    /// What it does without.
    #[schema(max_items = 3)]
    pub overrides: Vec<Override>,
}

impl ClaimedLine {
    /// A line of a type with nothing in it.
    pub const fn blank(expense_type: ExpenseType) -> Self {
        Self {
            expense_type,
            quantity_tenths: None,
            unit: None,
            activity: None,
            unit_pence: None,
            amount_pence: None,
            donated: false,
            receipt_id: None,
            prior_approval_id: None,
            overrides: Vec::new(),
        }
    }

    /// Whether it was let do without something.
    pub fn does_without(&self, what: OverrideOf) -> bool {
        self.overrides.iter().any(|one| one.of == what)
    }
}

/// What was written beside a line. It goes when the partner is anonymised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Particular {
    /// Where a journey began.
    #[serde(default)]
    pub from: Option<Line>,
    /// Where it led.
    #[serde(default)]
    pub to: Option<Line>,
    /// Whatever else there is to say.
    #[serde(default)]
    pub note: Option<Reason>,
}

/// A line as it is shown.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownLine {
    /// What is counted.
    #[serde(flatten)]
    pub line: ClaimedLine,
    /// What was written beside it.
    #[serde(flatten)]
    pub particular: Particular,
}

/// What decides about the amounts of a claim.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The rates on the day of the activity; nothing if no card counts on it.
    pub rates: Option<&'a [Rate]>,
    /// What was offered on the day of the appointment.
    pub offered: &'a Payment,
    /// What the partner chose about it.
    pub choice: Option<PaymentChoice>,
    /// What the partner accepts in place of the rate.
    pub reduced: Option<Pence>,
    /// The level of the role.
    pub role_level: i32,
}

type Wrong = (&'static str, &'static str, &'static str);

/// What is wrong with the shape of lines, whatever the rates are.
pub fn check(lines: &[NewLine]) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let errors = check_line(line).into_iter().flatten();
        wrong.extend(errors.map(|(field, code, message)| {
            FieldError::new(format!("/lines/{at}/{field}"), code, message)
        }));
    }
    wrong
}

fn check_line(line: &NewLine) -> [Option<Wrong>; 5] {
    let rule = line.expense_type.rule();
    let quantity = match (rule.priced, line.quantity_tenths) {
        (Priced::AsSpent, Some(_)) => Some(("contradiction", "only what has a rate is counted")),
        (Priced::PerMile | Priced::PerUnit, None) => Some(("required", "say how many")),
        (Priced::PerUnit, Some(tenths))
            if tenths % 10 != 0 && line.unit.is_some_and(|unit| !unit.has_parts()) =>
        {
            Some(("whole", "whole days, half days and tasks only"))
        }
        _ => None,
    };
    let unit = match (rule.priced, line.unit) {
        (Priced::PerMile, Some(unit)) if unit != ClaimUnit::Mile => {
            Some(("contradiction", "miles are counted in miles"))
        }
        (Priced::PerUnit, None) => Some(("required", "say of what")),
        (Priced::PerUnit, Some(ClaimUnit::Mile)) => Some(("unfit", "time is not paid by the mile")),
        (Priced::AsSpent, Some(_)) => Some(("contradiction", "only what has a rate has a unit")),
        _ => None,
    };
    let spent = match (rule.priced, line.amount_pence) {
        (Priced::AsSpent, None | Some(Pence(0))) => Some(("required", "say what was spent")),
        (Priced::AsSpent, Some(_)) | (_, None) => None,
        (_, Some(_)) => Some(("contradiction", "it is worked out from the rate")),
    };
    let named = line.activity.is_some() && !rule.is_payment();
    let activity = named.then_some(("contradiction", "only payments go by activity"));
    let travelled = line.from.is_some() || line.to.is_some();
    let from = (travelled && !line.expense_type.is_journey())
        .then_some(("contradiction", "only for journeys"));
    let at = |field: &'static str| move |(code, message)| (field, code, message);
    [
        quantity.map(at("quantityTenths")),
        unit.map(at("unit")),
        spent.map(at("amountPence")),
        activity.map(at("activity")),
        from.map(at("from")),
    ]
}

/// The lines with their amounts, and what stands in the way of the others.
pub fn priced(lines: &[NewLine], terms: &Terms<'_>) -> (Vec<ClaimedLine>, Vec<FieldError>) {
    let (mut kept, mut missing) = (Vec::new(), Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let mut claimed = ClaimedLine {
            quantity_tenths: line.quantity_tenths,
            unit: match line.expense_type.rule().priced {
                Priced::PerMile => Some(ClaimUnit::Mile),
                _ => line.unit,
            },
            activity: line.activity.clone(),
            amount_pence: line.amount_pence,
            receipt_id: line.receipt_id,
            prior_approval_id: line.prior_approval_id,
            ..ClaimedLine::blank(line.expense_type)
        };
        if let Err((field, code, message)) = price(&mut claimed, terms) {
            let pointer = format!("/lines/{at}/{field}");
            missing.push(FieldError::new(pointer, code, message));
        }
        kept.push(claimed);
    }
    (kept, missing)
}

/// The same lines, at what they come to now.
pub fn again(lines: &[ClaimedLine], terms: &Terms<'_>) -> (Vec<ClaimedLine>, Vec<FieldError>) {
    let (mut kept, mut missing) = (lines.to_vec(), Vec::new());
    for (at, line) in kept.iter_mut().enumerate() {
        if let Err((field, code, message)) = price(line, terms) {
            let pointer = format!("/lines/{at}/{field}");
            missing.push(FieldError::new(pointer, code, message));
        }
    }
    (kept, missing)
}

fn price(line: &mut ClaimedLine, terms: &Terms<'_>) -> Result<(), Wrong> {
    let rule = line.expense_type.rule();
    let (Some(tenths), Some(unit)) = (line.quantity_tenths, line.unit) else {
        return Ok(());
    };
    (line.unit_pence, line.amount_pence, line.donated) = (None, None, false);
    let on_card = terms.rates.and_then(|rates| {
        let activity = line.activity.as_ref();
        rate_cards::rate(rates, line.expense_type, unit, terms.role_level, activity)
    });
    let (rate, donated) = match rule.is_payment() {
        true => payment(line, unit, on_card, terms)?,
        false => (on_card, false),
    };
    let message = "there is no rate for it on the day of the activity";
    let rate = rate.ok_or(("expenseType", "noRate", message))?;
    let message = "more than a claim may come to";
    let pence = amount(tenths, rate).ok_or(("quantityTenths", "tooLarge", message))?;
    (line.unit_pence, line.amount_pence, line.donated) = (Some(rate), Some(Pence(pence)), donated);
    Ok(())
}

/// The rate of a payment, as the partner chose to be paid: that of the card on the day of the activity, or
/// else what was offered.
fn payment(
    line: &ClaimedLine,
    unit: ClaimUnit,
    on_card: Option<Pence>,
    terms: &Terms<'_>,
) -> Result<(Option<Pence>, bool), Wrong> {
    let offered = terms.offered;
    if offered.kind != Some(PaymentKind::Paid) {
        return Err(("expenseType", "unpaid", "the role is not a paid one"));
    }
    let same_unit = offered.unit.map(ClaimUnit::from) == Some(unit);
    let money = line.expense_type == ExpenseType::InvolvementPayment;
    let as_offered = offered
        .pence
        .filter(|_| money && same_unit && line.activity.is_none());
    let rate = on_card.or(as_offered);
    match terms.choice {
        None => Err((
            "expenseType",
            "choicePending",
            "the partner chooses about payment first, on the appointment",
        )),
        Some(PaymentChoice::Decline) => Err((
            "expenseType",
            "declined",
            "the partner chose not to be paid for this role",
        )),
        Some(PaymentChoice::Accept) => Ok((rate, false)),
        Some(PaymentChoice::Donate) => Ok((rate, true)),
        Some(PaymentChoice::AcceptReduced) if !same_unit => Err((
            "unit",
            "reduced",
            "the partner accepts less for the unit that was offered: claim that one",
        )),
        Some(PaymentChoice::AcceptReduced) => {
            let reduced = terms.reduced.unwrap_or(Pence(0));
            Ok((rate.map(|rate| rate.min(reduced)), false))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn payment(unit: ClaimUnit, tenths: i32) -> NewLine {
        NewLine {
            expense_type: ExpenseType::InvolvementPayment,
            quantity_tenths: Some(tenths),
            unit: Some(unit),
            activity: None,
            amount_pence: None,
            receipt_id: None,
            prior_approval_id: None,
            from: None,
            to: None,
            note: None,
        }
    }

    fn offered(pence: i32) -> Payment {
        Payment {
            kind: Some(PaymentKind::Paid),
            pence: Some(Pence(pence)),
            unit: Some(crate::opportunities::role::RateUnit::HalfDay),
            expenses_covered: Vec::new(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn nobody_is_paid_more_than_they_chose(
            rate in 1..20_000i32, reduced in 1..20_000i32, halves in 1..10i32, choice in prop::option::of(0..4usize),
        ) {
            let (offered, line) = (offered(rate), [payment(ClaimUnit::HalfDay, halves * 10)]);
            let choices = [PaymentChoice::Accept, PaymentChoice::AcceptReduced, PaymentChoice::Decline, PaymentChoice::Donate];
            let choice = choice.map(|at| choices[at]);
            let terms = Terms { rates: None, offered: &offered, choice, reduced: Some(Pence(reduced)), role_level: 3 };
            let (lines, missing) = priced(&line, &terms);
            let (pence, donated) = (lines[0].amount_pence.map(|pence| pence.0), lines[0].donated);
            match choice {
                None | Some(PaymentChoice::Decline) => prop_assert!(pence.is_none() && missing.len() == 1),
                Some(PaymentChoice::Accept) => prop_assert_eq!((pence, donated), (Some(rate * halves), false)),
                Some(PaymentChoice::Donate) => prop_assert_eq!((pence, donated), (Some(rate * halves), true)),
                Some(PaymentChoice::AcceptReduced) => {
                    prop_assert_eq!((pence, donated), (Some(rate.min(reduced) * halves), false));
                }
            }
            // To work it out again is to work it out once.
            prop_assert_eq!(again(&lines, &terms), (lines, missing));
        }
    }
}
