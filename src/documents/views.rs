//! What callers see of a document, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{
    Audience, Column, DocumentFormat, DocumentId, DocumentKind, Edition, Entity, Model,
};
use crate::http::{Change, Sort, Versioned};
use crate::users::UserId;
use crate::values::{Label, Language, OdsCode, Prose, Title, choices};

/// A guide, a template, a strategy, a policy or a form.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The organisation whose document it is.
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
    /// What it is for.
    pub kind: DocumentKind,
    /// What is in it, in plain English.
    #[schema(value_type = Prose)]
    pub summary: String,
    /// What it is about, in a few words.
    #[schema(max_items = 20)]
    pub topics: Vec<Label>,
    /// For whom it is, once it is published.
    pub audience: Audience,
    /// The document that it belongs to, as a summary belongs to its strategy.
    pub part_of_id: Option<DocumentId>,
    /// The member of staff who looks after it.
    pub owner_id: Option<UserId>,
    /// The current version in each format and language. One that is missing can be asked for.
    #[schema(max_items = 200)]
    pub editions: Vec<Edition>,
    /// When something of it was published first.
    pub published_at: Option<DateTime<Utc>>,
}

impl From<Model> for Document {
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
            topics,
            audience,
            part_of_id,
            owner_id,
            editions,
            published_at,
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
            topics: topics.0,
            audience,
            part_of_id,
            owner_id,
            editions: editions.0,
            published_at,
        }
    }
}

impl Versioned for Document {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/documents/{}", self.id)
    }
}

/// A document to add. It is read by nobody else before a version of it is published.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "title": "Guide to patient and public partners", "kind": "guide", "audience": "everyone",
    "summary": "How to plan a role, find partners, and look after them.", "topics": ["recruitment"]
}))]
pub struct NewDocument {
    /// Its title.
    pub title: Title,
    /// What it is for.
    pub kind: DocumentKind,
    /// What is in it, in plain English.
    pub summary: Prose,
    /// What it is about, in a few words.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub topics: Vec<Label>,
    /// For whom it is, once it is published.
    pub audience: Audience,
    /// The document that it belongs to.
    pub part_of_id: Option<DocumentId>,
    /// The member of staff who looks after it.
    pub owner_id: Option<UserId>,
}

/// A change of a document. What is in it changes by new versions.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "summary": "How to plan a role, find partners, look after them, and part as friends." }))]
pub struct DocumentChanges {
    /// Its title.
    #[serde(default)]
    #[schema(required = false)]
    pub title: Change<Title>,
    /// What is in it, in plain English.
    #[serde(default)]
    #[schema(required = false)]
    pub summary: Change<Prose>,
    /// What it is about, in a few words.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<Label>, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub topics: Change<Vec<Label>>,
    /// For whom it is; what is published is opened to others by somebody who may publish.
    #[serde(default)]
    #[schema(required = false)]
    pub audience: Change<Audience>,
    /// The document that it belongs to; null for none.
    #[serde(default)]
    #[schema(required = false)]
    pub part_of_id: Change<Option<DocumentId>>,
    /// The member of staff who looks after it; null for nobody.
    #[serde(default)]
    #[schema(required = false)]
    pub owner_id: Change<Option<UserId>>,
}

choices! {
    /// The orders of the list.
    pub enum DocumentSort {
        /// By title.
        Title,
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for DocumentSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Title => (Column::Title, false),
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentFilter {
    /// The order; by title without it.
    #[param(inline)]
    pub sort: Option<DocumentSort>,
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<DocumentKind>,
    /// Only those of this organisation.
    #[param(value_type = Option<String>, min_length = 3, max_length = 10, pattern = "^[A-Z0-9]{3,10}$")]
    pub organisation: Option<OdsCode>,
    /// Only those that belong to this document.
    pub part_of_id: Option<DocumentId>,
    /// Only those whose title and summary hold all these words.
    #[param(max_length = 200)]
    pub q: Option<String>,
}

/// Which content is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WantedEdition {
    /// The format; standard without it.
    #[param(inline)]
    pub format: Option<DocumentFormat>,
    /// The language; English without it, or what else there is.
    #[param(value_type = Option<String>, min_length = 2, max_length = 35, pattern = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    pub language: Option<Language>,
}
