//! What callers see of a code, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::entity::{CodeSet, Column, Entity, Model, PalsCodeId};
use crate::http::{Sort, Versioned};
use crate::values::{ItemCode, Line, OdsCode, choices, in_order};

/// A code under which contacts or complaints are counted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PalsCode {
    /// Its id.
    pub id: PalsCodeId,
    /// The organisation whose code it is; those of ENGLAND are for every organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What it says something about.
    pub set: CodeSet,
    /// The code.
    pub code: ItemCode,
    /// What it is called.
    pub label: Line,
    /// The national code under which an organisation's own is counted.
    pub national_code: Option<ItemCode>,
    /// Its first day.
    pub valid_from: NaiveDate,
    /// Its last day, if that is known.
    pub valid_to: Option<NaiveDate>,
}

impl From<Model> for PalsCode {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            code_set,
            code,
            label,
            national_code,
            valid_from,
            valid_to,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            set: code_set,
            code,
            label,
            national_code,
            valid_from,
            valid_to,
        }
    }
}

impl Versioned for PalsCode {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/pals/codes/{}", self.id)
    }
}

/// A code of one's own organisation to add.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "set": "subject", "code": "parking", "label": "Car parking", "nationalCode": "facilities", "validFrom": "2026-11-22"
}))]
#[validate(schema(function = ends_after_start))]
pub struct NewPalsCode {
    /// What it says something about.
    pub set: CodeSet,
    /// The code. One that there is for everyone gets another label here, or other days.
    pub code: ItemCode,
    /// What it is called.
    pub label: Line,
    /// The national code of the same set under which it is counted.
    pub national_code: Option<ItemCode>,
    /// Its first day.
    pub valid_from: NaiveDate,
    /// Its last day, if that is known.
    pub valid_to: Option<NaiveDate>,
}

fn ends_after_start(new: &NewPalsCode) -> Result<(), ValidationError> {
    in_order(("validFrom", new.valid_from), ("/validTo", new.valid_to))
}

/// The end of a code.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "validTo": "2027-03-31" }))]
pub struct EndPalsCode {
    /// Its last day, not before its first.
    pub valid_to: NaiveDate,
}

choices! {
    /// The orders of the list.
    pub enum PalsCodeSort {
        /// By code.
        Code,
        /// By label.
        Label,
    }
}

impl Sort<Entity> for PalsCodeSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Code => (Column::Code, false),
            Self::Label => (Column::Label, false),
        }
    }
}

/// Which codes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PalsCodeFilter {
    /// The order; by code without it.
    #[param(inline)]
    pub sort: Option<PalsCodeSort>,
    /// Only those of this set.
    #[param(inline)]
    pub set: Option<CodeSet>,
    /// Only those of this code.
    #[param(max_length = 40)]
    pub code: Option<ItemCode>,
}
