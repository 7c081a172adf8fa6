//! What callers see of an induction checklist, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{InductionChecklistId, Model};
use super::items::ChecklistItem;
use crate::http::Versioned;
use crate::values::OdsCode;

/// A revision of what an organisation's inductions cover.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InductionChecklist {
    /// Its id.
    pub id: InductionChecklistId,
    /// Whose inductions they are.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes: a revision has none.
    #[schema(minimum = 1)]
    pub version: i64,
    /// From when inductions begin with it.
    pub created_at: DateTime<Utc>,
    /// The same: a revision never changes.
    pub updated_at: DateTime<Utc>,
    /// Counts the organisation's revisions.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// What an induction covers.
    #[schema(min_items = 2, max_items = 60)]
    pub items: Vec<ChecklistItem>,
}

impl From<Model> for InductionChecklist {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            revision,
            items,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            revision,
            items: items.0,
        }
    }
}

impl Versioned for InductionChecklist {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/induction-checklists/{}", self.id)
    }
}

/// What inductions cover from now on.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "items": [
    { "code": "welcome", "title": "Welcome, and who the named contact is", "mandatory": true, "dueDays": 0, "usuallyBy": "namedContact" },
    { "code": "confidentialityAgreement", "title": "The confidentiality agreement", "mandatory": true, "dueDays": 14, "usuallyBy": "namedContact" },
    { "code": "involvementAgreement", "title": "The involvement agreement", "mandatory": true, "dueDays": 14, "usuallyBy": "namedContact" },
    { "code": "buildingTour", "title": "A tour of the building", "mandatory": false, "dueDays": 28, "usuallyBy": "workstreamLead" }
] }))]
pub struct NewInductionChecklist {
    /// What an induction covers, in the order in which it is shown. `confidentialityAgreement` and
    /// `involvementAgreement` are part of every list, and mandatory.
    #[schema(min_items = 2, max_items = 60)]
    #[validate(length(min = 2, max = 60, message = "from 2 to 60 entries"), nested)]
    pub items: Vec<ChecklistItem>,
}
