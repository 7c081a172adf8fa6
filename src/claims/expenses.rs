//! What can be claimed: one table of the types, with what each of them asks for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::opportunities::role::{ExpenseKind, RateUnit};
use crate::values::choices;

choices! {
    /// What somebody claims for.
    pub enum ExpenseType {
        /// Miles by car.
        MileageCar,
        /// Miles by motorcycle.
        MileageMotorcycle,
        /// Miles by bicycle.
        MileageBicycle,
        /// Miles with somebody else on board, on top of the miles by car.
        MileagePassenger,
        /// Bus, tram, train, ferry.
        PublicTransport,
        /// A taxi.
        Taxi,
        /// Parking.
        Parking,
        /// A toll or a charge for a road.
        Toll,
        /// Somebody looked after children.
        Childcare,
        /// Somebody looked after an adult whom the partner cares for.
        ReplacementCare,
        /// A personal assistant, or somebody who came along.
        PersonalAssistant,
        /// Food and drink.
        Subsistence,
        /// A place to stay.
        Accommodation,
        /// Printing and post.
        PrintingPost,
        /// Telephone and internet.
        PhoneData,
        /// Payment for time.
        InvolvementPayment,
        /// A voucher in the place of money.
        Voucher,
        /// Anything else.
        Other,
    }
}

choices! {
    /// What a rate is paid for.
    pub enum ClaimUnit {
        /// A mile.
        Mile,
        /// Half a day, preparation included.
        HalfDay,
        /// A day, preparation included.
        Day,
        /// An hour.
        Hour,
        /// The task as a whole.
        Task,
    }
}

impl ClaimUnit {
    /// Whether parts of it are claimed: a mile and a half, but no day and a half.
    pub const fn has_parts(self) -> bool {
        matches!(self, Self::Mile | Self::Hour)
    }
}

impl From<RateUnit> for ClaimUnit {
    fn from(unit: RateUnit) -> Self {
        match unit {
            RateUnit::HalfDay => Self::HalfDay,
            RateUnit::Day => Self::Day,
            RateUnit::Hour => Self::Hour,
            RateUnit::Task => Self::Task,
        }
    }
}

/// How a line comes to its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Priced {
    /// The rate for a mile, on the day of the activity.
    PerMile,
    /// The rate of the role or the task, on the day of the activity.
    PerUnit,
    /// What was spent.
    AsSpent,
}

/// What a type asks for.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The type.
    pub of: ExpenseType,
    /// How a line comes to its amount.
    pub priced: Priced,
    /// Whether a receipt is needed.
    pub receipt: bool,
    /// Whether it is agreed beforehand.
    pub prior_approval: bool,
    /// The word by which a role's terms name the cost; nothing for a payment.
    pub covered_by: Option<ExpenseKind>,
}

impl Rule {
    /// Whether it pays for time, and so may count as earnings, and is the partner's to accept or not.
    pub const fn is_payment(&self) -> bool {
        matches!(self.priced, Priced::PerUnit)
    }
}

const fn miles(of: ExpenseType) -> Rule {
    Rule {
        of,
        priced: Priced::PerMile,
        receipt: false,
        prior_approval: false,
        covered_by: Some(ExpenseKind::Travel),
    }
}

const fn spent(of: ExpenseType, covered_by: Option<ExpenseKind>) -> Rule {
    Rule {
        of,
        priced: Priced::AsSpent,
        receipt: true,
        prior_approval: false,
        covered_by,
    }
}

/// A cost that is agreed beforehand.
const fn agreed(of: ExpenseType, covered_by: ExpenseKind) -> Rule {
    let mut rule = spent(of, Some(covered_by));
    rule.prior_approval = true;
    rule
}

const fn payment(of: ExpenseType) -> Rule {
    Rule {
        of,
        priced: Priced::PerUnit,
        receipt: false,
        prior_approval: false,
        covered_by: None,
    }
}

/// The types, in the order of their words. Receipts are needed for everything but miles; taxis, meals and
/// places to stay are agreed beforehand.
pub const RULES: [Rule; ExpenseType::ALL.len()] = [
    miles(ExpenseType::MileageCar),
    miles(ExpenseType::MileageMotorcycle),
    miles(ExpenseType::MileageBicycle),
    miles(ExpenseType::MileagePassenger),
    spent(ExpenseType::PublicTransport, Some(ExpenseKind::Travel)),
    agreed(ExpenseType::Taxi, ExpenseKind::Travel),
    spent(ExpenseType::Parking, Some(ExpenseKind::Parking)),
    spent(ExpenseType::Toll, Some(ExpenseKind::Travel)),
    spent(ExpenseType::Childcare, Some(ExpenseKind::ReplacementCare)),
    spent(
        ExpenseType::ReplacementCare,
        Some(ExpenseKind::ReplacementCare),
    ),
    spent(
        ExpenseType::PersonalAssistant,
        Some(ExpenseKind::PersonalAssistant),
    ),
    agreed(ExpenseType::Subsistence, ExpenseKind::Meals),
    agreed(ExpenseType::Accommodation, ExpenseKind::Accommodation),
    spent(ExpenseType::PrintingPost, Some(ExpenseKind::Printing)),
    spent(ExpenseType::PhoneData, Some(ExpenseKind::Internet)),
    payment(ExpenseType::InvolvementPayment),
    payment(ExpenseType::Voucher),
    spent(ExpenseType::Other, None),
];

impl ExpenseType {
    /// What it asks for.
    pub const fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }

    /// Whether it pays for care, which is paid back only where nobody else has paid for it.
    pub const fn is_care(self) -> bool {
        matches!(
            self,
            Self::Childcare | Self::ReplacementCare | Self::PersonalAssistant
        )
    }

    /// Whether it is a way from one place to another.
    pub const fn is_journey(self) -> bool {
        matches!(self.rule().priced, Priced::PerMile)
            || matches!(self, Self::PublicTransport | Self::Taxi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_own_rule() {
        for one in ExpenseType::ALL {
            assert_eq!(one.rule().of, *one);
        }
    }

    #[test]
    fn receipts_are_needed_for_all_that_was_spent_and_three_costs_are_agreed_beforehand() {
        for rule in RULES {
            assert_eq!(rule.receipt, rule.priced == Priced::AsSpent, "{}", rule.of);
        }
        let agreed = RULES.iter().filter(|rule| rule.prior_approval);
        let agreed: Vec<_> = agreed.map(|rule| rule.of).collect();
        assert_eq!(
            agreed,
            [
                ExpenseType::Taxi,
                ExpenseType::Subsistence,
                ExpenseType::Accommodation
            ]
        );
    }
}
