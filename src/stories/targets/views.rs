//! What callers see of a target, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{Model, StoryTargetId};
use crate::http::Versioned;
use crate::values::OdsCode;

/// Within how many days tellers are told what changed. Without one, it is 90.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryTarget {
    /// Its id.
    pub id: StoryTargetId,
    /// The organisation that set it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Always 1: a target is never changed, another one takes its place.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// Within how many days after the story was presented.
    #[schema(minimum = 1, maximum = 365)]
    pub report_back_days: i32,
    /// It holds for stories that are presented on this day or later.
    pub applies_from: NaiveDate,
}

impl From<Model> for StoryTarget {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at: _,
            report_back_days,
            applies_from,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            report_back_days,
            applies_from,
        }
    }
}

impl Versioned for StoryTarget {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/story-targets/{}", self.id)
    }
}

/// A target to set. Of several, the one that applies from the latest day holds.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reportBackDays": 60, "appliesFrom": "2027-01-01" }))]
pub struct NewStoryTarget {
    /// Within how many days after the story was presented.
    #[schema(minimum = 1, maximum = 365)]
    #[validate(range(min = 1, max = 365, message = "from 1 to 365"))]
    pub report_back_days: i32,
    /// It holds for stories that are presented on this day or later.
    pub applies_from: NaiveDate,
}
