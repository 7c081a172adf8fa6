//! What callers see of a version of a template, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{Model, TemplateVersionId};
use super::lifecycle::Status;
use crate::http::Versioned;
use crate::templates::entity::TemplateId;
use crate::templates::text::{Section, TemplateField};
use crate::values::{OdsCode, Prose};

/// A version of a template.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateVersion {
    /// Its id.
    pub id: TemplateVersionId,
    /// The organisation whose template it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts the steps that it took.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it took its last step.
    pub updated_at: DateTime<Utc>,
    /// The template.
    pub template_id: TemplateId,
    /// Counts the versions of the template.
    #[schema(minimum = 1)]
    pub number: i32,
    /// What is new in it.
    #[schema(value_type = Prose)]
    pub change_note: String,
    /// What is filled in.
    #[schema(max_items = 50)]
    pub fields: Vec<TemplateField>,
    /// What it says.
    #[schema(max_items = 50)]
    pub sections: Vec<Section>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When a newer one took its place.
    pub superseded_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for TemplateVersion {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            template_id,
            number,
            change_note,
            fields,
            sections,
            author: _,
            approved_by: _,
            approved_at,
            published_at,
            superseded_at,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            template_id,
            number,
            change_note,
            fields: fields.0,
            sections: sections.0,
            approved_at,
            published_at,
            superseded_at,
            status,
        }
    }
}

impl Versioned for TemplateVersion {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/template-versions/{}", self.id)
    }
}

/// A version to add.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "changeNote": "Says how feedback is given.",
    "fields": [{ "name": "team", "label": "The name of the team", "required": true }],
    "sections": [
        { "key": "purpose", "heading": "Purpose", "text": "{{team}} wants to hear from you.", "fills": "purpose" },
        { "key": "confidentiality", "heading": "Confidentiality", "text": "What you hear stays in the group.", "locked": true }
    ]
}))]
pub struct NewTemplateVersion {
    /// What is new in it.
    pub change_note: Prose,
    /// What is filled in.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50"))]
    pub fields: Vec<TemplateField>,
    /// What it says, in order.
    #[schema(min_items = 1, max_items = 50)]
    #[validate(length(min = 1, max = 50, message = "from 1 to 50"))]
    pub sections: Vec<Section>,
}
