//! What callers see of a payment export, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, Model, PaymentExportId, Status};
use crate::claims::{ClaimId, entity as claim};
use crate::http::{Sort, Versioned};
use crate::partners::PartnerId;
use crate::values::{Label, Line, OdsCode, Pence, choices};
use crate::workstreams::WorkstreamId;

/// What finance is told to pay, in one file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentExport {
    /// Its id.
    pub id: PaymentExportId,
    /// The organisation that pays.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How many claims are in it.
    #[schema(minimum = 1, maximum = 10_000)]
    pub claims: i32,
    /// What is paid back, in pence.
    #[schema(minimum = 0)]
    pub expenses_pence: i64,
    /// What is paid for time, in pence.
    #[schema(minimum = 0)]
    pub payments_pence: i64,
    /// What partners chose to give to somebody else, in pence.
    #[schema(minimum = 0)]
    pub donated_pence: i64,
    /// What is paid to partners: expenses and payments, in pence.
    #[schema(minimum = 0)]
    pub total_pence: i64,
    /// The day on which the money was sent.
    pub paid_on: Option<NaiveDate>,
    /// Finance's own name for the payment.
    #[schema(value_type = Option<Label>)]
    pub reference: Option<String>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for PaymentExport {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            claims,
            expenses_pence,
            payments_pence,
            donated_pence,
            paid_on,
            reference,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            claims,
            expenses_pence,
            payments_pence,
            donated_pence,
            total_pence: expenses_pence.saturating_add(payments_pence),
            paid_on,
            reference,
            status,
        }
    }
}

impl Versioned for PaymentExport {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/payment-exports/{}", self.id)
    }
}

/// A claim as finance needs it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentLine {
    /// The claim.
    pub claim_id: ClaimId,
    /// Who is paid.
    pub partner_id: PartnerId,
    /// Their name, as it is now.
    #[schema(value_type = Line)]
    pub payee: String,
    /// Under which name finance knows them.
    #[schema(value_type = Option<Label>)]
    pub payee_reference: Option<String>,
    /// The day of the activity.
    pub activity_date: NaiveDate,
    /// The workstream that it belongs to.
    pub workstream_id: WorkstreamId,
    /// The level of the role.
    #[schema(minimum = 1, maximum = 4)]
    pub role_level: i32,
    /// The budget that it is paid from.
    #[schema(value_type = Option<Label>)]
    pub budget_code: Option<String>,
    /// What is paid back, in pence.
    pub expenses_pence: Pence,
    /// What is paid for time, in pence.
    pub payments_pence: Pence,
    /// What the partner chose to give to somebody else, in pence.
    pub donated_pence: Pence,
    /// What is paid to the partner, in pence.
    pub total_pence: Pence,
}

/// The columns of the file.
pub(super) const COLUMNS: &[&str] = &[
    "claimId",
    "partnerId",
    "payee",
    "payeeReference",
    "activityDate",
    "workstreamId",
    "roleLevel",
    "budgetCode",
    "expensesPence",
    "paymentsPence",
    "donatedPence",
    "totalPence",
];

impl PaymentLine {
    /// The line of a claim, for somebody of this name.
    pub(super) fn of(row: claim::Model, payee: String) -> Self {
        Self {
            claim_id: row.id,
            partner_id: row.partner_id,
            payee,
            payee_reference: row.payee_reference,
            activity_date: row.activity_date,
            workstream_id: row.workstream_id,
            role_level: row.role_level,
            budget_code: row.budget_code,
            expenses_pence: Pence(row.expenses_pence),
            payments_pence: Pence(row.payments_pence),
            donated_pence: Pence(row.donated_pence),
            total_pence: Pence(row.expenses_pence.saturating_add(row.payments_pence)),
        }
    }

    /// The same as cells, in the order of the columns.
    pub(super) fn cells(self) -> Vec<String> {
        vec![
            self.claim_id.to_string(),
            self.partner_id.to_string(),
            self.payee,
            self.payee_reference.unwrap_or_default(),
            self.activity_date.to_string(),
            self.workstream_id.to_string(),
            self.role_level.to_string(),
            self.budget_code.unwrap_or_default(),
            self.expenses_pence.0.to_string(),
            self.payments_pence.0.to_string(),
            self.donated_pence.0.to_string(),
            self.total_pence.0.to_string(),
        ]
    }
}

/// That the money was sent.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "paidOn": "2026-11-22", "reference": "BACS 4711" }))]
pub struct MarkPaid {
    /// The day on which it was sent: not before the export, and today at the latest.
    pub paid_on: NaiveDate,
    /// Finance's own name for the payment.
    pub reference: Option<Label>,
}

choices! {
    /// The orders of the list.
    pub enum PaymentExportSort {
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for PaymentExportSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PaymentExportFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<PaymentExportSort>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
}
