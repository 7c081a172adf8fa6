//! What callers see of an induction, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, InductionId, Model};
use super::items::InductionItem;
use super::lifecycle::Status;
use crate::appointments::AppointmentId;
use crate::http::{Sort, Versioned};
use crate::induction_checklists::InductionChecklistId;
use crate::partners::PartnerId;
use crate::values::{ItemCode, OdsCode, Reason, choices};

/// The induction of a partner into a role.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Induction {
    /// Its id.
    pub id: InductionId,
    /// The organisation that appointed the partner.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who is inducted.
    pub partner_id: PartnerId,
    /// Into which role.
    pub appointment_id: AppointmentId,
    /// The revision of the checklist that it keeps to; null for the list that ships with the service.
    pub checklist_id: Option<InductionChecklistId>,
    /// The number of that revision; 0 for the list that ships with the service.
    #[schema(minimum = 0)]
    pub checklist_revision: i32,
    /// What it covers.
    #[schema(max_items = 60)]
    pub items: Vec<InductionItem>,
    /// The earliest date of an item that is still to do.
    pub next_due_on: Option<NaiveDate>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for Induction {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            appointment_id,
            checklist_id,
            checklist_revision,
            items,
            next_due_on,
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
            checklist_id,
            checklist_revision,
            items: items.0,
            next_due_on,
            status,
        }
    }
}

impl Versioned for Induction {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/inductions/{}", self.id)
    }
}

/// An item that has been done.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "code": "welcome" }))]
pub struct CompleteItem {
    /// Which one.
    pub code: ItemCode,
    /// When it was done, unless it was just now.
    pub done_at: Option<DateTime<Utc>>,
}

/// An item that does not apply.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "code": "buildingTour", "reason": "The group meets online only." }))]
pub struct ItemNotApplicable {
    /// Which one.
    pub code: ItemCode,
    /// Why. The partner reads it.
    pub reason: Reason,
}

/// An item that is to be done again.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "code": "welcome" }))]
pub struct ReopenItem {
    /// Which one.
    pub code: ItemCode,
}

choices! {
    /// The orders of the list.
    pub enum InductionSort {
        /// The newest first.
        Newest,
        /// By the earliest date of an item that is still to do.
        Due,
    }
}

impl Sort<Entity> for InductionSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Due => (Column::NextDueOn, false),
        }
    }

    fn has_gaps(self) -> bool {
        self == Self::Due
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InductionFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<InductionSort>,
    /// Only those of this partner.
    #[param(inline)]
    pub partner_id: Option<PartnerId>,
    /// Only that of this appointment.
    #[param(inline)]
    pub appointment_id: Option<AppointmentId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those with an item whose date has passed (`true`), or without (`false`).
    pub overdue: Option<bool>,
}
