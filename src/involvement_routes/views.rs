//! What callers see of a route of involvement, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::entity::{Column, Entity, InvolvementRouteId, Model};
use crate::http::{Sort, Versioned};
use crate::values::{Label, OdsCode, RouteCode, choices, in_order};

/// A way in which an organisation involves people, from a day to a day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvolvementRoute {
    /// Its id.
    pub id: InvolvementRouteId,
    /// The organisation whose route it is; those of ENGLAND are for every organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The code under which partners are enrolled.
    #[schema(value_type = RouteCode)]
    pub code: String,
    /// What the organisation calls it.
    #[schema(value_type = Label)]
    pub label: String,
    /// Whether everyone who asks is on it at once; on any other route staff decide.
    pub opens_to_all: bool,
    /// Its first day.
    pub valid_from: NaiveDate,
    /// Its last day, if that is known.
    pub valid_to: Option<NaiveDate>,
}

impl From<Model> for InvolvementRoute {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            code,
            label,
            opens_to_all,
            valid_from,
            valid_to,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            code,
            label,
            opens_to_all,
            valid_from,
            valid_to,
        }
    }
}

impl Versioned for InvolvementRoute {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/involvement-routes/{}", self.id)
    }
}

/// A route of one's own organisation to add.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "code": "livedExperience", "label": "Lived experience partner", "validFrom": "2026-11-22" }))]
#[validate(schema(function = ends_after_start))]
pub struct NewInvolvementRoute {
    /// The code. One that there is for everyone gives that route another label here, or other days.
    pub code: RouteCode,
    /// What the organisation calls it.
    pub label: Label,
    /// Whether everyone who asks is on it at once.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub opens_to_all: bool,
    /// Its first day.
    pub valid_from: NaiveDate,
    /// Its last day, if that is known.
    pub valid_to: Option<NaiveDate>,
}

fn ends_after_start(new: &NewInvolvementRoute) -> Result<(), ValidationError> {
    in_order(("validFrom", new.valid_from), ("/validTo", new.valid_to))
}

/// The end of a route.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "validTo": "2027-03-31" }))]
pub struct EndRoute {
    /// Its last day, not before its first.
    pub valid_to: NaiveDate,
}

choices! {
    /// The orders of the list.
    pub enum InvolvementRouteSort {
        /// By code.
        Code,
        /// By label.
        Label,
    }
}

impl Sort<Entity> for InvolvementRouteSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Code => (Column::Code, false),
            Self::Label => (Column::Label, false),
        }
    }
}

/// Which routes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InvolvementRouteFilter {
    /// The order; by code without it.
    #[param(inline)]
    pub sort: Option<InvolvementRouteSort>,
    /// Only those of this code.
    #[param(max_length = 40)]
    pub code: Option<RouteCode>,
    /// Only those that are in force on this day.
    pub on: Option<NaiveDate>,
}
