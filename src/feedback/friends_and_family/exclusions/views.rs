//! What callers see of exclusions, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{FriendsAndFamilyExclusionId, Model, Reason};
use crate::http::Versioned;
use crate::values::OdsCode;

/// That somebody is not asked. Who it is, nobody here knows.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FriendsAndFamilyExclusion {
    /// Its id.
    pub id: FriendsAndFamilyExclusionId,
    /// Which organisation does not ask.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Why.
    pub reason: Reason,
    /// The last day; null if it is for good.
    pub until: Option<NaiveDate>,
}

impl From<Model> for FriendsAndFamilyExclusion {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            person: _,
            reason,
            until,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            reason,
            until,
        }
    }
}

impl Versioned for FriendsAndFamilyExclusion {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/feedback/friends-and-family/exclusions/{}", self.id)
    }
}

/// Somebody who is not to be asked.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "person": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "reason": "optOut"
}))]
pub struct NewFriendsAndFamilyExclusion {
    /// A keyed hash (HMAC-SHA-256, in hexadecimal digits) of what the caller knows the person by. The key stays with the
    /// caller: without it, nobody can find out who this is.
    #[validate(custom(function = "is_hash"))]
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub person: String,
    /// Why.
    pub reason: Reason,
    /// The last day; for good without it, and with `asked` in 30 days.
    pub until: Option<NaiveDate>,
}

/// Somebody who may be asked, or not.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "person": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }))]
pub struct MayWeAsk {
    /// The keyed hash by which the person was excluded, if they were.
    #[validate(custom(function = "is_hash"))]
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub person: String,
}

/// Whether somebody may be asked. Why not, is nobody's business who sends texts.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MayAsk {
    /// Whether they may.
    pub may_ask: bool,
}

fn is_hash(text: &str) -> Result<(), validator::ValidationError> {
    let fits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match text.len() == 64 && text.bytes().all(fits) {
        true => Ok(()),
        false => Err(validator::ValidationError::new("invalid")
            .with_message("64 hexadecimal digits are needed, in small letters".into())),
    }
}
