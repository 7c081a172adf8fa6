//! What callers see of a theme, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, InsightThemeId, Model, Status};
use crate::http::{Sort, Versioned};
use crate::values::{ItemCode, Label, OdsCode, choices};

/// What is heard about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InsightTheme {
    /// Its id.
    pub id: InsightThemeId,
    /// The organisation whose word it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The word for programs, unique in the organisation.
    #[schema(value_type = ItemCode)]
    pub code: String,
    /// The word for people.
    #[schema(value_type = Label)]
    pub label: String,
    /// The code of the national subject under which it is counted.
    #[schema(value_type = Option<ItemCode>)]
    pub national_subject: Option<String>,
    /// Whether it is given to insights.
    pub status: Status,
}

impl From<Model> for InsightTheme {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            code,
            label,
            national_subject,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            code,
            label,
            national_subject,
            status,
        }
    }
}

impl Versioned for InsightTheme {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/insight-themes/{}", self.id)
    }
}

/// A theme to add.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "code": "openingHours", "label": "When clinics are open", "nationalSubject": "appointments"
}))]
pub struct NewInsightTheme {
    /// The word for programs, unique in the organisation.
    pub code: ItemCode,
    /// The word for people.
    pub label: Label,
    /// The code of the national subject under which it is counted: one of `GET /v1/pals/codes`.
    pub national_subject: Option<ItemCode>,
}

choices! {
    /// The orders of the list.
    pub enum InsightThemeSort {
        /// By the word for people.
        Label,
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for InsightThemeSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Label => (Column::Label, false),
            Self::Newest => (Column::Id, true),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InsightThemeFilter {
    /// The order; by label without it.
    #[param(inline)]
    pub sort: Option<InsightThemeSort>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
}
