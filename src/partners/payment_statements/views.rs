//! What callers see of a statement, and what they ask for.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::periods::StatementBy;
use crate::partners::PartnerId;

/// What a partner was paid, by the day on which the money was sent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentStatement {
    /// Whose statement it is.
    pub partner_id: PartnerId,
    /// By what it is divided.
    pub by: StatementBy,
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last day that counts.
    pub to: NaiveDate,
    /// The periods in which something was paid, the oldest first.
    #[schema(max_items = 1000)]
    pub periods: Vec<StatementPeriod>,
    /// What it all comes to.
    pub sum: StatementSum,
}

/// What was paid in a period.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementPeriod {
    /// Its first day, or the first day that counts.
    pub from: NaiveDate,
    /// Its last day, or the last day that counts.
    pub to: NaiveDate,
    /// What was paid.
    pub sum: StatementSum,
}

/// What something comes to. Expenses that are paid back and payments for time are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementSum {
    /// How many claims.
    #[schema(minimum = 0)]
    pub claims: i64,
    /// What was spent and paid back, in pence.
    #[schema(minimum = 0)]
    pub expenses_pence: i64,
    /// What was paid for time, vouchers included, in pence.
    #[schema(minimum = 0)]
    pub payments_pence: i64,
    /// What the partner chose to give to somebody else, and did not get, in pence.
    #[schema(minimum = 0)]
    pub donated_pence: i64,
    /// What the partner got: expenses and payments, in pence.
    #[schema(minimum = 0)]
    pub total_pence: i64,
}

impl StatementPeriod {
    /// The columns of the file.
    pub(super) const COLUMNS: &'static [&'static str] = &[
        "from",
        "to",
        "claims",
        "expensesPence",
        "paymentsPence",
        "donatedPence",
        "totalPence",
    ];

    /// The same as cells, in the order of the columns.
    pub(super) fn cells(&self) -> Vec<String> {
        let sum = self.sum;
        let numbers = [
            sum.claims,
            sum.expenses_pence,
            sum.payments_pence,
            sum.donated_pence,
            sum.total_pence,
        ];
        let days = [self.from, self.to].into_iter().map(|day| day.to_string());
        days.chain(numbers.into_iter().map(|number| number.to_string()))
            .collect()
    }
}

/// What to state.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatementQuery {
    /// By what to divide it; by months without it.
    #[param(inline)]
    pub by: Option<StatementBy>,
    /// The first day; that of this tax year without it.
    pub from: Option<NaiveDate>,
    /// The last day, within ten years of the first; today without it.
    pub to: Option<NaiveDate>,
}

/// What to tell in a letter.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LetterQuery {
    /// The first day of payments; that of this tax year without it.
    pub from: Option<NaiveDate>,
    /// The last day, within ten years of the first; today without it.
    pub to: Option<NaiveDate>,
}
