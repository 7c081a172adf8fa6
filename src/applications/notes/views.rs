//! What the panel sees of a note, and what it sends.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{ApplicationNoteId, Model};
use crate::applications::ApplicationId;
use crate::http::Versioned;
use crate::users::UserId;
use crate::values::{OdsCode, Prose};

/// A note of the panel on an application.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationNote {
    /// Its id.
    pub id: ApplicationNoteId,
    /// The organisation whose panel wrote it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Always 1: a note is never changed.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// The application that it is about.
    pub application_id: ApplicationId,
    /// Who wrote it.
    pub author_id: UserId,
    /// What it says.
    pub body: Prose,
}

impl From<Model> for ApplicationNote {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at: _,
            application_id,
            author_id,
            body,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            application_id,
            author_id,
            body,
        }
    }
}

impl Versioned for ApplicationNote {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/application-notes/{}", self.id)
    }
}

/// A note to write. The applicant can ask for it under subject access: keep to facts.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "body": "Asked whether the meetings could be moved to the evening." }))]
pub struct NewApplicationNote {
    /// What it says.
    pub body: Prose,
}
