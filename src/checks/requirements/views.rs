//! What callers see of a decision about the checks of a role, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::entity::{CheckRequirementId, Model, Workforce};
use crate::http::Versioned;
use crate::opportunities::{DbsLevel, OpportunityId};
use crate::users::UserId;
use crate::values::{OdsCode, Prose};

/// Which checks a role may ask for by law, and why.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckRequirement {
    /// Its id.
    pub id: CheckRequirementId,
    /// The organisation whose role it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Always 1: a decision is never changed, another one takes its place.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// The role. The newest decision about it holds.
    pub opportunity_id: OpportunityId,
    /// The check by the DBS for which the role is eligible; `none` says that the law allows none.
    pub level: DbsLevel,
    /// With whom the partner works.
    pub workforce: Option<Workforce>,
    /// On which legal basis, in words.
    #[schema(value_type = Prose)]
    pub legal_basis: String,
    /// How many references are needed.
    #[schema(minimum = 0, maximum = 3)]
    pub references_needed: i32,
    /// Who decided it.
    pub decided_by: UserId,
    /// The day on which they did.
    pub decided_on: NaiveDate,
}

impl From<Model> for CheckRequirement {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at: _,
            opportunity_id,
            level,
            workforce,
            legal_basis,
            references_needed,
            decided_by,
            decided_on,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            opportunity_id,
            level,
            workforce,
            legal_basis,
            references_needed,
            decided_by,
            decided_on,
        }
    }
}

impl Versioned for CheckRequirement {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/check-requirements/{}", self.id)
    }
}

/// A decision to write down.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "opportunityId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "level": "standard", "workforce": "adult",
    "legalBasis": "Access to patients in the course of normal duties (Exceptions Order 1975).",
    "referencesNeeded": 1
}))]
#[validate(schema(function = whole))]
pub struct NewCheckRequirement {
    /// The role.
    pub opportunity_id: OpportunityId,
    /// The check by the DBS for which the role is eligible; `none` says that the law allows none.
    pub level: DbsLevel,
    /// With whom the partner works; needed for a level above `basic`.
    pub workforce: Option<Workforce>,
    /// On which legal basis, in words; for `none`, why the law allows none.
    pub legal_basis: Prose,
    /// How many references are needed.
    #[serde(default)]
    #[schema(required = false, default = 0, minimum = 0, maximum = 3)]
    #[validate(range(min = 0, max = 3, message = "from 0 to 3"))]
    pub references_needed: i32,
}

fn whole(new: &NewCheckRequirement) -> Result<(), ValidationError> {
    let wrong = |code: &'static str, message: &'static str| {
        let mut error = ValidationError::new(code).with_message(message.into());
        error.add_param("pointer".into(), &"/workforce");
        Err(error)
    };
    match (new.level, new.workforce) {
        (DbsLevel::None | DbsLevel::Basic, Some(_)) => {
            wrong("contradiction", "only for a level above `basic`")
        }
        (DbsLevel::None | DbsLevel::Basic, None) | (_, Some(_)) => Ok(()),
        (_, None) => wrong("required", "say with whom the partner works"),
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CheckRequirementFilter {
    /// Only those about this role.
    #[param(inline)]
    pub opportunity_id: Option<OpportunityId>,
}
