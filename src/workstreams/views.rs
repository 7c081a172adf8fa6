//! What callers see of a workstream, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, Model, Status, WorkstreamId};
use crate::http::{Change, Sort, Versioned};
use crate::users::UserId;
use crate::values::{OdsCode, Prose, Title, choices};

/// An area of work that wants patient and public partners.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Workstream {
    /// Its id.
    pub id: WorkstreamId,
    /// The organisation that runs it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its name, unique in the organisation.
    #[schema(value_type = Title)]
    pub name: String,
    /// What it wants to achieve.
    #[schema(value_type = Prose)]
    pub purpose: String,
    /// The member of staff who leads it.
    pub lead_id: Option<UserId>,
    /// Whether it takes new opportunities.
    pub status: Status,
}

impl From<Model> for Workstream {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            name,
            purpose,
            lead_id,
            status,
        } = row;
        let lead_id = lead_id.map(UserId);
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            name,
            purpose,
            lead_id,
            status,
        }
    }
}

impl Versioned for Workstream {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/workstreams/{}", self.id)
    }
}

/// A workstream to add.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "name": "Diabetes pathway redesign",
    "purpose": "Bring clinics closer to where people live."
}))]
pub struct NewWorkstream {
    /// Its name, unique in the organisation.
    pub name: Title,
    /// What it wants to achieve.
    pub purpose: Prose,
    /// The member of staff who leads it.
    pub lead_id: Option<UserId>,
}

/// A change of a workstream.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "purpose": "Bring clinics closer to where people live, and open them later." }))]
pub struct WorkstreamChanges {
    /// Its name, unique in the organisation.
    #[serde(default)]
    #[schema(required = false)]
    pub name: Change<Title>,
    /// What it wants to achieve.
    #[serde(default)]
    #[schema(required = false)]
    pub purpose: Change<Prose>,
    /// The member of staff who leads it; null for nobody.
    #[serde(default)]
    #[schema(required = false)]
    pub lead_id: Change<Option<UserId>>,
}

choices! {
    /// The orders of the list.
    pub enum WorkstreamSort {
        /// By name.
        Name,
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for WorkstreamSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::Name, false),
            Self::Newest => (Column::CreatedAt, true),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkstreamFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<WorkstreamSort>,
    /// Only those whose name and purpose hold all these words.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that this person leads.
    pub lead_id: Option<UserId>,
}
