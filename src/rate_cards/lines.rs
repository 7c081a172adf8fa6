//! What is on a rate card: rates, the most that is paid for a cost, and the rules that are numbers. Pure.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::claims::expenses::{ClaimUnit, ExpenseType, Priced};
use crate::http::FieldError;
use crate::values::{Label, Pence};

/// What is paid for a unit of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rate {
    /// For what: miles, time, or a voucher. Other costs are paid back as they were spent.
    pub expense_type: ExpenseType,
    /// For roles of this level, from 1 to 4. A payment names this or an activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 4)]
    pub role_level: Option<i32>,
    /// For this activity, whatever the level, such as `interview panel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Label>,
    /// The unit that is paid for; `mile` for miles, and for nothing else.
    pub unit: ClaimUnit,
    /// How much, in pence.
    pub pence: Pence,
}

/// The most that a line of a type comes to, unless more was agreed beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cap {
    /// Of which cost: one that is paid back as it was spent.
    pub expense_type: ExpenseType,
    /// The most, in pence.
    pub most_pence: Pence,
}

/// The rules that are numbers. What is left out is as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Policy {
    /// How long half a day is at the most, with the preparation, in tenths of an hour.
    #[schema(minimum = 1, maximum = 120)]
    pub half_day_tenth_hours: i32,
    /// For how many months after an activity it is claimed without a question.
    #[schema(minimum = 1, maximum = 60)]
    pub claim_window_months: i32,
    /// How far a distance may go beyond the one agreed before, in per cent of that one.
    #[schema(minimum = 100, maximum = 1000)]
    pub distance_percent: i32,
    /// Within how many working days a claim is paid.
    #[schema(minimum = 1, maximum = 100)]
    pub pay_within_working_days: i32,
}

impl Default for Policy {
    // Common, and nowhere prescribed: each card says what its organisation does.
    fn default() -> Self {
        Self {
            half_day_tenth_hours: 40,
            claim_window_months: 3,
            distance_percent: 130,
            pay_within_working_days: 20,
        }
    }
}

/// What is wrong with the rates and caps of a card.
pub fn check(rates: &[Rate], caps: &[Cap]) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut seen = HashSet::new();
    for (at, rate) in rates.iter().enumerate() {
        let mut add = |field: &str, code: &str, message: &str| {
            wrong.push(FieldError::new(
                format!("/rates/{at}/{field}"),
                code,
                message,
            ));
        };
        let scoped = [rate.role_level.is_some(), rate.activity.is_some()];
        match rate.expense_type.rule().priced {
            Priced::AsSpent => add("expenseType", "noRate", "it is paid back as it was spent"),
            Priced::PerMile if rate.unit != ClaimUnit::Mile => {
                add("unit", "unfit", "miles are paid by the mile");
            }
            Priced::PerMile if scoped.contains(&true) => {
                add(
                    "expenseType",
                    "contradiction",
                    "a mile is worth the same for everyone",
                );
            }
            Priced::PerUnit if rate.unit == ClaimUnit::Mile => {
                add("unit", "unfit", "time is not paid by the mile");
            }
            Priced::PerUnit if scoped == [true, true] || scoped == [false, false] => {
                add("roleLevel", "either", "for a level or for an activity");
            }
            _ => {}
        }
        let what = (
            rate.expense_type,
            rate.role_level,
            rate.activity.clone(),
            rate.unit,
        );
        if !seen.insert(what) {
            wrong.push(FieldError::new(
                format!("/rates/{at}"),
                "repeated",
                "there is one rate for each thing",
            ));
        }
    }
    let mut capped = HashSet::new();
    for (at, cap) in caps.iter().enumerate() {
        let pointer = format!("/caps/{at}/expenseType");
        if cap.expense_type.rule().priced != Priced::AsSpent {
            let message = "what has a rate needs no limit";
            wrong.push(FieldError::new(pointer, "hasRate", message));
        } else if !capped.insert(cap.expense_type) {
            let message = "there is one limit for each cost";
            wrong.push(FieldError::new(pointer, "repeated", message));
        }
    }
    wrong
}

/// Whether two ranges of days have a day in common; without an end, a range goes on.
pub fn overlap<D: PartialOrd>(one: (D, Option<D>), other: (D, Option<D>)) -> bool {
    let reaches = |end: &Option<D>, day: &D| end.as_ref().is_none_or(|end| end >= day);
    reaches(&one.1, &other.0) && reaches(&other.1, &one.0)
}

/// The rate for a line: of its activity if it names one, else of the role's level, else of everyone.
pub fn rate(
    rates: &[Rate],
    expense_type: ExpenseType,
    unit: ClaimUnit,
    role_level: i32,
    activity: Option<&Label>,
) -> Option<Pence> {
    let fits = |rate: &&Rate| {
        rate.expense_type == expense_type
            && rate.unit == unit
            && match activity {
                Some(activity) => rate.activity.as_ref() == Some(activity),
                None => {
                    rate.activity.is_none()
                        && rate.role_level.is_none_or(|level| level == role_level)
                }
            }
    };
    rates.iter().find(fits).map(|rate| rate.pence)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn payment(role_level: Option<i32>, activity: Option<&str>, pence: i32) -> Rate {
        Rate {
            expense_type: ExpenseType::InvolvementPayment,
            role_level,
            activity: activity.map(|text| Label::parse(text).unwrap()),
            unit: ClaimUnit::HalfDay,
            pence: Pence(pence),
        }
    }

    #[test]
    fn an_activity_has_its_own_rate_and_a_level_another() {
        let rates = [
            payment(Some(3), None, 5000),
            payment(Some(4), None, 7500),
            payment(None, Some("reading"), 1500),
        ];
        let found = |level, activity: Option<&str>| {
            let activity = activity.map(|text| Label::parse(text).unwrap());
            let (of, unit) = (ExpenseType::InvolvementPayment, ClaimUnit::HalfDay);
            rate(&rates, of, unit, level, activity.as_ref()).map(|pence| pence.0)
        };
        assert_eq!(
            [found(3, None), found(4, None), found(1, None)],
            [Some(5000), Some(7500), None]
        );
        assert_eq!(
            [found(4, Some("reading")), found(4, Some("writing"))],
            [Some(1500), None]
        );
        assert!(check(&rates, &[]).is_empty());
    }

    #[test]
    fn a_card_says_one_thing_about_each() {
        let twice = [payment(Some(3), None, 5000), payment(Some(3), None, 6000)];
        let pointers = |rates: &[Rate], caps: &[Cap]| -> Vec<String> {
            check(rates, caps)
                .into_iter()
                .map(|error| error.pointer)
                .collect()
        };
        assert_eq!(pointers(&twice, &[]), ["/rates/1"]);
        assert_eq!(
            pointers(&[payment(None, None, 1)], &[]),
            ["/rates/0/roleLevel"]
        );
        let cap = |expense_type| Cap {
            expense_type,
            most_pence: Pence(1),
        };
        assert_eq!(
            pointers(&[], &[cap(ExpenseType::MileageCar)]),
            ["/caps/0/expenseType"]
        );
        assert_eq!(
            pointers(&[], &[cap(ExpenseType::Taxi), cap(ExpenseType::Taxi)]),
            ["/caps/1/expenseType"]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn ranges_overlap_when_they_share_a_day(
            a in 0..40i32, b in prop::option::of(0..40i32), c in 0..40i32, d in prop::option::of(0..40i32),
        ) {
            prop_assume!(b.is_none_or(|b| b >= a) && d.is_none_or(|d| d >= c));
            let has = |from: i32, to: Option<i32>, day: i32| from <= day && to.is_none_or(|to| day <= to);
            let shared = (0..=40).any(|day| has(a, b, day) && has(c, d, day));
            prop_assert_eq!(overlap((a, b), (c, d)), shared);
        }
    }
}
