//! What callers see of a prior approval, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Arrangement, Column, Entity, Model, PriorApprovalId, Status};
use crate::appointments::AppointmentId;
use crate::claims::ExpenseType;
use crate::http::{Sort, Versioned};
use crate::opportunities::OpportunityId;
use crate::partners::PartnerId;
use crate::values::{OdsCode, Pence, Reason, choices};

/// A cost that is agreed before it is spent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PriorApproval {
    /// Its id.
    pub id: PriorApprovalId,
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
    /// For whom.
    pub partner_id: PartnerId,
    /// In which role.
    pub appointment_id: AppointmentId,
    /// The opportunity that the role came from.
    pub opportunity_id: OpportunityId,
    /// For which cost.
    pub expense_type: ExpenseType,
    /// Who pays the bill.
    pub arrangement: Arrangement,
    /// What it is for.
    #[schema(value_type = Option<Reason>)]
    pub purpose: Option<String>,
    /// The most that is agreed, in pence.
    pub most_pence: Pence,
    /// For the activity on this day; for any without it.
    pub activity_date: Option<NaiveDate>,
    /// When somebody decided about it.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was declined.
    #[schema(value_type = Option<Reason>)]
    pub decline_reason: Option<String>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for PriorApproval {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            appointment_id,
            opportunity_id,
            expense_type,
            arrangement,
            purpose,
            most_pence,
            activity_date,
            requested_by: _,
            decided_by: _,
            decided_at,
            decline_reason,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            appointment_id,
            opportunity_id,
            expense_type,
            arrangement,
            purpose,
            most_pence: Pence(most_pence),
            activity_date,
            decided_at,
            decline_reason,
            status,
        }
    }
}

impl Versioned for PriorApproval {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/prior-approvals/{}", self.id)
    }
}

/// A cost to ask for.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "appointmentId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "expenseType": "taxi", "mostPence": 2400,
    "purpose": "There is no bus back after the evening meeting.", "activityDate": "2027-02-11"
}))]
pub struct NewPriorApproval {
    /// In which role.
    pub appointment_id: AppointmentId,
    /// For which cost.
    pub expense_type: ExpenseType,
    /// The most that it will come to, in pence.
    pub most_pence: Pence,
    /// What it is for.
    pub purpose: Reason,
    /// For the activity on this day; for any without it.
    pub activity_date: Option<NaiveDate>,
    /// Who pays the bill: `bookedDirectly` where nobody should have to find the money first.
    #[serde(default = "paid_back")]
    #[schema(required = false)]
    pub arrangement: Arrangement,
}

fn paid_back() -> Arrangement {
    Arrangement::PaidBack
}

/// That a cost is not agreed.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "We will collect you: Lena drives past your road." }))]
pub struct DeclinePriorApproval {
    /// Why, as the partner will read it.
    pub reason: Reason,
}

choices! {
    /// The orders of the list.
    pub enum PriorApprovalSort {
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for PriorApprovalSort {
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
pub struct PriorApprovalFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<PriorApprovalSort>,
    /// Only those of this partner.
    #[param(inline)]
    pub partner_id: Option<PartnerId>,
    /// Only those in this role.
    #[param(inline)]
    pub appointment_id: Option<AppointmentId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
}
