//! What callers see of shares, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::entity::{Model, OrganisationShareId, ShareStatus, SharedRecords};
use crate::http::Versioned;
use crate::values::{OdsCode, Reason, in_order};

/// What one organisation lets another one see. Nothing can be changed through a share.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationShare {
    /// Its id.
    pub id: OrganisationShareId,
    /// The organisation that shares.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The organisation that may see.
    #[schema(value_type = OdsCode)]
    pub with_organisation: String,
    /// What it may see.
    pub what: SharedRecords,
    /// Why.
    #[schema(value_type = Reason)]
    pub purpose: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Whether it still counts, on the days for which it was made.
    pub status: ShareStatus,
}

impl From<Model> for OrganisationShare {
    fn from(row: Model) -> Self {
        let status = row.status();
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            with_organisation,
            what,
            purpose,
            starts_on,
            ends_on,
            revoked_at,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            with_organisation,
            what,
            purpose,
            starts_on,
            ends_on,
            revoked_at,
            status,
        }
    }
}

impl Versioned for OrganisationShare {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/organisations/{}/shares/{}", self.organisation, self.id)
    }
}

/// A share to add.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = ends_after_start))]
#[schema(example = json!({
    "withOrganisation": "QE1", "what": "workstreams", "startsOn": "2026-12-01", "endsOn": "2027-11-30",
    "purpose": "The integrated care board plans involvement across its trusts."
}))]
pub struct NewOrganisationShare {
    /// The organisation that may see: another one.
    pub with_organisation: OdsCode,
    /// What it may see.
    pub what: SharedRecords,
    /// Why.
    pub purpose: Reason,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
}

fn ends_after_start(new: &NewOrganisationShare) -> Result<(), ValidationError> {
    in_order(("startsOn", new.starts_on), ("/endsOn", Some(new.ends_on)))
}

/// What to list, the newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ShareFilter {
    /// Only shares of this.
    #[param(inline)]
    pub what: Option<SharedRecords>,
}
