//! What callers see of a target, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{Model, PalsTargetId};
use crate::http::Versioned;
use crate::pals::contacts::Kind;
use crate::values::OdsCode;

/// Within how many working days contacts of a kind are resolved. Without one, it is 2 for enquiries, 3 for handing over
/// complaints, and 5 for everything else.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PalsTarget {
    /// Its id.
    pub id: PalsTargetId,
    /// The organisation that set it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Always 1: a target is never changed, another one takes its place.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// For contacts of which kind.
    pub kind: Kind,
    /// Within how many working days.
    #[schema(minimum = 0, maximum = 60)]
    pub working_days: i32,
    /// It holds for contacts that are received or reopened on this day or later.
    pub applies_from: NaiveDate,
}

impl From<Model> for PalsTarget {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at: _,
            kind,
            working_days,
            applies_from,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            kind,
            working_days,
            applies_from,
        }
    }
}

impl Versioned for PalsTarget {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/pals/targets/{}", self.id)
    }
}

/// A target to set. Of several for a kind, the one that applies from the latest day holds.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "kind": "enquiry", "workingDays": 2, "appliesFrom": "2027-01-01" }))]
pub struct NewPalsTarget {
    /// For contacts of which kind.
    pub kind: Kind,
    /// Within how many working days; 0 for the same day.
    #[schema(minimum = 0, maximum = 60)]
    #[validate(range(min = 0, max = 60, message = "from 0 to 60"))]
    pub working_days: i32,
    /// It holds for contacts that are received or reopened on this day or later.
    pub applies_from: NaiveDate,
}
