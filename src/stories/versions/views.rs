//! What callers see of a version, and what they send.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::entity::{Model, StoryIdentity, StoryVersionId};
use crate::files::FilePart;
use crate::http::Versioned;
use crate::store::{Reach, Scope};
use crate::stories::entity::StoryId;
use crate::stories::review::StoryApproval;
use crate::values::{Label, Line, LongProse, OdsCode, PersonName, Reason, Title};

/// A version of a story, which never changes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryVersion {
    /// Its id.
    pub id: StoryVersionId,
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts what was said about it: that it was approved, or should be different.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When something was last said about it.
    pub updated_at: DateTime<Utc>,
    /// The story.
    pub story_id: StoryId,
    /// Counts the versions of the story, from 1.
    #[schema(minimum = 1)]
    pub number: i32,
    /// Its title; null once it was erased.
    pub title: Option<Title>,
    /// Its words; of a recording, what is said in it.
    pub words: Option<LongProse>,
    /// How the teller wants to be known.
    pub identity: StoryIdentity,
    /// The name under which it is told; null for one that is anonymous.
    pub shown_as: Option<PersonName>,
    /// What listeners are warned of.
    #[schema(max_items = 20)]
    pub content_warnings: Vec<Label>,
    /// The name of the recording's file.
    #[schema(value_type = Option<Line>)]
    pub file_name: Option<String>,
    /// What kind of file it is.
    #[schema(value_type = Option<Line>)]
    pub media_type: Option<String>,
    /// Its length in bytes.
    #[schema(minimum = 0)]
    pub length: Option<i64>,
    /// SHA-256 of the file, in hexadecimal.
    #[schema(value_type = Option<Line>)]
    pub digest: Option<String>,
    /// What the teller wanted to be different.
    pub wanted_changes: Option<Reason>,
    /// That the teller approved this very version, and how.
    pub approval: Option<StoryApproval>,
}

impl StoryVersion {
    /// What somebody sees of a row: who was there at an approval is for those who keep the story, and for the teller.
    pub fn seen_by(scope: &Scope, row: Model) -> Self {
        let is_theirs = row
            .partner_id
            .is_some_and(|teller| scope.partner == Some(teller.0));
        let mut seen = Self::from(row);
        if !is_theirs && scope.reach < Reach::Organisation {
            if let Some(approval) = &mut seen.approval {
                approval.witness = None;
                approval.recorded_by_id = None;
            }
            seen.wanted_changes = None;
        }
        seen
    }
}

impl From<Model> for StoryVersion {
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
            title,
            words,
            identity,
            shown_as,
            content_warnings,
            file_id: _,
            file_name,
            media_type,
            length,
            digest,
            author: _,
            wanted_changes,
            approval,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            story_id,
            number,
            title,
            words,
            identity,
            shown_as,
            content_warnings: content_warnings.0,
            file_name,
            media_type,
            length,
            digest,
            wanted_changes,
            approval: approval.map(|stored| stored.0),
        }
    }
}

impl Versioned for StoryVersion {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/story-versions/{}", self.id)
    }
}

fn fits(identity: StoryIdentity, shown_as: Option<&PersonName>) -> Result<(), ValidationError> {
    let message = match (identity, shown_as) {
        (StoryIdentity::Anonymous, Some(_)) => "who stays anonymous is shown under no name",
        (StoryIdentity::Anonymous, None) | (_, Some(_)) => return Ok(()),
        (_, None) => "say under which name it is told",
    };
    let mut error = ValidationError::new("contradiction").with_message(Cow::Borrowed(message));
    error.add_param("pointer".into(), &"/shownAs");
    Err(error)
}

/// A version of a story in words.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "title": "The night my father fell", "words": "It was on a Sunday. My father fell on the stairs.",
    "identity": "firstName", "shownAs": "Margaret", "contentWarnings": ["falls"]
}))]
#[validate(schema(function = words_fit))]
pub struct NewStoryVersion {
    /// Its title.
    pub title: Title,
    /// Its words.
    pub words: LongProse,
    /// How the teller wants to be known.
    pub identity: StoryIdentity,
    /// The name under which it is told; none for one that is anonymous.
    pub shown_as: Option<PersonName>,
    /// What listeners are warned of.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20 entries"))]
    pub content_warnings: Vec<Label>,
}

fn words_fit(new: &NewStoryVersion) -> Result<(), ValidationError> {
    fits(new.identity, new.shown_as.as_ref())
}

/// A version of a story that is heard or seen.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "file": "story.txt", "title": "The night my father fell", "identity": "anonymous"
}))]
#[validate(schema(function = recording_fits))]
pub struct NewStoryRecording {
    /// The recording, or what else it is.
    pub file: FilePart,
    /// Its title.
    pub title: Title,
    /// What is said in it, for those who do not hear or see it.
    pub words: Option<LongProse>,
    /// How the teller wants to be known.
    pub identity: StoryIdentity,
    /// The name under which it is told; none for one that is anonymous.
    pub shown_as: Option<PersonName>,
}

fn recording_fits(new: &NewStoryRecording) -> Result<(), ValidationError> {
    fits(new.identity, new.shown_as.as_ref())
}
