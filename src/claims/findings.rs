//! What somebody should look at before a claim is confirmed: each finding says what was compared. Pure.

mod line;
mod whole;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entity::ClaimId;
use super::expenses::ExpenseType;
use super::lines::ClaimedLine;
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
    for (at, claimed) in facts.lines.iter().enumerate() {
        let at = i32::try_from(at).unwrap_or(i32::MAX);
        let mut add = |code, blocks, message: String| {
            found.push(Finding {
                code,
                line: Some(at),
                blocks,
                message,
            });
        };
        line::look_for_papers(facts, claimed, &mut add);
        line::look_at_limits(facts, at, claimed, &mut add);
        line::look_for_the_same_approval(facts, claimed, &mut add);
        line::look_for_the_same(facts, at, claimed, &mut add);
        line::look_at_distance(facts, claimed, &mut add);
        line::look_at_terms(facts, claimed, &mut add);
    }
    let mut add = |code, message: String| {
        found.push(Finding {
            code,
            line: None,
            blocks: false,
            message,
        });
    };
    whole::look_at_days(facts, &mut add);
    whole::look_at_dates(facts, &mut add);
    found
}
