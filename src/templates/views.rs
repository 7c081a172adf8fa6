//! What callers see of a template, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, Model, TemplateId, TemplateKind};
use super::versions::TemplateVersionId;
use crate::http::{Change, Sort, Versioned};
use crate::values::{OdsCode, Prose, Title, choices};

/// A text that workstreams adapt.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// The organisation whose template it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its title.
    #[schema(value_type = Title)]
    pub title: String,
    /// What comes of it.
    pub kind: TemplateKind,
    /// When to use it.
    #[schema(value_type = Prose)]
    pub summary: String,
    /// The version that is published now.
    pub current_version_id: Option<TemplateVersionId>,
    /// Its number.
    #[schema(minimum = 1)]
    pub current_number: Option<i32>,
}

impl From<Model> for Template {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            title,
            kind,
            summary,
            current_version_id,
            current_number,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            title,
            kind,
            summary,
            current_version_id,
            current_number,
        }
    }
}

impl Versioned for Template {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/templates/{}", self.id)
    }
}

/// A template to add. Its text comes with its first version.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "title": "Role description", "kind": "roleDescription", "summary": "For every role of a partner." }))]
pub struct NewTemplate {
    /// Its title.
    pub title: Title,
    /// What comes of it.
    pub kind: TemplateKind,
    /// When to use it.
    pub summary: Prose,
}

/// A change of a template. Its text changes by new versions.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "summary": "For every role of a partner, paid or not." }))]
pub struct TemplateChanges {
    /// Its title.
    #[serde(default)]
    #[schema(required = false)]
    pub title: Change<Title>,
    /// When to use it.
    #[serde(default)]
    #[schema(required = false)]
    pub summary: Change<Prose>,
}

choices! {
    /// The orders of the list.
    pub enum TemplateSort {
        /// By title.
        Title,
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for TemplateSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Title => (Column::Title, false),
            Self::Newest => (Column::Id, true),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TemplateFilter {
    /// The order; by title without it.
    #[param(inline)]
    pub sort: Option<TemplateSort>,
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<TemplateKind>,
}
