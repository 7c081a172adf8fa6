//! What callers see of a use, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{Model, StoryUseId, UseKind};
use crate::http::Versioned;
use crate::stories::consents::UseScope;
use crate::stories::entity::StoryId;
use crate::users::UserId;
use crate::values::{Line, OdsCode};

/// Where a version of a story went.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryUse {
    /// Its id.
    pub id: StoryUseId,
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The story.
    pub story_id: StoryId,
    /// The number of the version.
    #[schema(minimum = 1)]
    pub number: i32,
    /// For what.
    pub scope: UseScope,
    /// How.
    pub kind: UseKind,
    /// Where, or to whom.
    pub place: Line,
    /// When.
    pub used_on: NaiveDate,
    /// Who recorded it.
    pub recorded_by_id: Option<UserId>,
    /// Whether it can be taken back: what people have heard, minutes and print cannot.
    pub can_be_recalled: bool,
    /// When it was taken back.
    pub removed_on: Option<NaiveDate>,
}

impl From<Model> for StoryUse {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            story_id,
            partner_id: _,
            number,
            scope,
            kind,
            place,
            used_on,
            recorded_by,
            removed_on,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            story_id,
            number,
            scope,
            kind,
            place,
            used_on,
            recorded_by_id: recorded_by,
            can_be_recalled: kind.can_be_recalled(),
            removed_on,
        }
    }
}

impl Versioned for StoryUse {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/story-uses/{}", self.id)
    }
}

/// A use of a story to record.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "number": 1, "scope": "training", "kind": "presented", "place": "Induction of new nurses"
}))]
pub struct NewStoryUse {
    /// The number of the version that was used: the approved one.
    #[schema(minimum = 1)]
    #[validate(range(min = 1, message = "from 1"))]
    pub number: i32,
    /// For what.
    pub scope: UseScope,
    /// How.
    pub kind: UseKind,
    /// Where, or to whom.
    pub place: Line,
    /// When; today if left out.
    pub used_on: Option<NaiveDate>,
}
