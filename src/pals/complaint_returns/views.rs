//! What callers see of a return about complaints, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{ComplaintReturnId, Model};
use super::figures::SiteFigures;
use super::lifecycle::Status;
use crate::http::{Change, FieldError, Versioned};
use crate::users::UserId;
use crate::values::OdsCode;

/// What an organisation says about its complaints in a year (KO41a).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplaintReturn {
    /// Its id.
    pub id: ComplaintReturnId,
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The year in which the financial year began, on 1 April.
    #[schema(minimum = 2000, maximum = 2199)]
    pub year: i32,
    /// What it says of each site.
    #[schema(max_items = 100)]
    pub sites: Vec<SiteFigures>,
    /// Where it stands.
    pub status: Status,
    /// Who submitted it.
    pub submitted_by_id: Option<UserId>,
    /// When.
    pub submitted_at: Option<DateTime<Utc>>,
}

impl From<Model> for ComplaintReturn {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            year,
            sites,
            authors: _,
            submitted_by,
            submitted_at,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            year,
            sites: sites.0,
            status,
            submitted_by_id: submitted_by,
            submitted_at,
        }
    }
}

impl Versioned for ComplaintReturn {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/pals/complaint-returns/{}", self.id)
    }
}

/// The checks of a return.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnChecks {
    /// Whether every check passes: then it can be submitted.
    pub passes: bool,
    /// Each check that fails: where, which one, and what it wants.
    #[schema(max_items = 10_000)]
    pub failures: Vec<FieldError>,
}

/// A return to begin. It may be thin: `checks` says what is missing.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "year": 2025, "sites": [{ "siteCode": "RXL", "totals": {
    "broughtForward": 4, "new": 10, "upheld": 3, "partlyUpheld": 2, "notUpheld": 1, "resolved": 6, "carriedForward": 8
} }] }))]
pub struct NewComplaintReturn {
    /// The year in which the financial year began, on 1 April.
    #[schema(minimum = 2000, maximum = 2199)]
    #[validate(range(min = 2000, max = 2199, message = "from 2000 to 2199"))]
    pub year: i32,
    /// What it says of each site.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    #[validate(length(max = 100, message = "at most 100 entries"), nested)]
    pub sites: Vec<SiteFigures>,
}

/// A change of a return.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "sites": [{ "siteCode": "RXL", "totals": { "new": 11 } }] }))]
pub struct ComplaintReturnChanges {
    /// What it says of each site.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<SiteFigures>, max_items = 100)]
    #[validate(length(max = 100, message = "at most 100 entries"))]
    pub sites: Change<Vec<SiteFigures>>,
}

/// Which returns to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComplaintReturnFilter {
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those of the financial year that began in this one.
    #[param(minimum = 2000, maximum = 2199)]
    pub year: Option<i32>,
}
