//! What callers see of a consent, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{GivenBy, GivenHow, Model, StoryConsentId, UseScope};
use crate::http::Versioned;
use crate::stories::entity::StoryId;
use crate::users::UserId;
use crate::values::{Line, OdsCode};

/// That a teller consents to one use of one version of a story.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryConsent {
    /// Its id.
    pub id: StoryConsentId,
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The story.
    pub story_id: StoryId,
    /// The number of the version.
    #[schema(minimum = 1)]
    pub number: i32,
    /// To what.
    pub scope: UseScope,
    /// Who consents.
    pub given_by: GivenBy,
    /// How.
    pub given_how: GivenHow,
    /// Who was there, if staff recorded it.
    pub witness: Option<Line>,
    /// The member of staff who recorded it.
    pub recorded_by_id: Option<UserId>,
    /// The last day on which it stands.
    pub expires_on: NaiveDate,
    /// When it was taken back, or another one took its place.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl From<Model> for StoryConsent {
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
            given_by,
            given_how,
            witness,
            recorded_by,
            expires_on,
            withdrawn_at,
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
            given_by,
            given_how,
            witness,
            recorded_by_id: recorded_by,
            expires_on,
            withdrawn_at,
        }
    }
}

impl Versioned for StoryConsent {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/story-consents/{}", self.id)
    }
}

/// A consent to give: to one use, each by itself.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "number": 1, "scope": "boardPublic", "expiresOn": "2027-11-22" }))]
pub struct NewStoryConsent {
    /// The number of the version that they have seen: the latest one.
    #[schema(minimum = 1)]
    #[validate(range(min = 1, message = "from 1"))]
    pub number: i32,
    /// To what.
    pub scope: UseScope,
    /// The last day on which it stands.
    pub expires_on: NaiveDate,
    /// How it was given, if staff record it.
    pub given_how: Option<GivenHow>,
    /// Who was there, if staff record it.
    pub witness: Option<Line>,
}

/// Which consents to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StoryConsentFilter {
    /// Only those to this use.
    #[param(inline)]
    pub scope: Option<UseScope>,
}
