//! What staff see of an improvement.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{Column, Entity, ImprovementId, Model};
use super::lifecycle::{Decision, Publication, Status};
use crate::http::{Sort, Versioned};
use crate::users::UserId;
use crate::values::{Label, OdsCode, Prose, choices};

/// What is done, or not done, about what people said.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Improvement {
    /// Its id.
    pub id: ImprovementId,
    /// The organisation that answers.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What people said.
    #[schema(value_type = Prose)]
    pub you_said: String,
    /// What is decided about it.
    pub decision: Decision,
    /// What was done, or will be.
    #[schema(value_type = Option<Prose>)]
    pub we_did: Option<String>,
    /// Why it will not be done, or not all of it.
    #[schema(value_type = Option<Prose>)]
    pub why_not: Option<String>,
    /// The service that it is about.
    #[schema(value_type = Label)]
    pub service: String,
    /// The member of staff who sees to it.
    pub owner_id: UserId,
    /// The day until which it is to be done.
    pub due_on: Option<NaiveDate>,
    /// By what it will be seen whether it helped.
    #[schema(value_type = Option<Prose>)]
    pub impact_measure: Option<String>,
    /// What was seen to come of it.
    #[schema(value_type = Option<Prose>)]
    pub impact_observed: Option<String>,
    /// The words of somebody who said it that are told in public.
    #[schema(value_type = Option<Prose>)]
    pub quote: Option<String>,
    /// When a second person checked that it tells of nobody.
    pub checked_at: Option<DateTime<Utc>>,
    /// Since when it is public.
    pub published_at: Option<DateTime<Utc>>,
    /// What the public is told.
    pub publication: Publication,
    /// How far the work is.
    pub status: Status,
}

impl From<Model> for Improvement {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            you_said,
            decision,
            we_did,
            why_not,
            service,
            owner_id,
            due_on,
            impact_measure,
            impact_observed,
            quote,
            authors: _,
            checked_by: _,
            checked_at,
            published_at,
            publication,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            you_said,
            decision,
            we_did,
            why_not,
            service,
            owner_id,
            due_on,
            impact_measure,
            impact_observed,
            quote,
            checked_at,
            published_at,
            publication,
            status,
        }
    }
}

impl Versioned for Improvement {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/improvements/{}", self.id)
    }
}

choices! {
    /// The orders of the list.
    pub enum ImprovementSort {
        /// The newest first.
        Newest,
        /// By the day until which they are to be done.
        Due,
    }
}

impl Sort<Entity> for ImprovementSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Due => (Column::DueOn, false),
        }
    }

    fn has_gaps(self) -> bool {
        matches!(self, Self::Due)
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImprovementFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<ImprovementSort>,
    /// Only those whose words hold all these.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// Only those about this service.
    #[param(inline)]
    pub service: Option<Label>,
    /// Only those with this decision.
    #[param(inline)]
    pub decision: Option<Decision>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those of which the public is told this.
    #[param(inline)]
    pub publication: Option<Publication>,
    /// Only those that rest on an insight which was not withdrawn, or only those that rest on none.
    pub is_supported: Option<bool>,
}
