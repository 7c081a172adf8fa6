//! What everyone sees of a story.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::{Problem, Versioned};
use crate::stories::entity::{Model as Story, StoryFormat, StoryId};
use crate::stories::versions::entity::{Model as Version, StoryIdentity};
use crate::values::{ItemCode, Label, LongProse, OdsCode, PersonName, Title};

/// A story that everyone can read, as its teller approved it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishedStory {
    /// Its id.
    pub id: StoryId,
    /// The organisation that publishes it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Its title.
    pub title: Option<Title>,
    /// Its words.
    pub words: Option<LongProse>,
    /// In which form it is told.
    pub format: StoryFormat,
    /// How the teller wants to be known.
    pub identity: StoryIdentity,
    /// The name under which it is told; null for one that is anonymous.
    pub shown_as: Option<PersonName>,
    /// What readers are warned of.
    #[schema(max_items = 20)]
    pub content_warnings: Vec<Label>,
    /// Whether there is something to hear or to see.
    pub has_recording: bool,
    /// About which kind of service.
    pub service: Option<ItemCode>,
    /// What it is about.
    #[schema(max_items = 10)]
    pub themes: Vec<ItemCode>,
    /// Since when everyone can read it.
    pub published_at: Option<DateTime<Utc>>,
}

impl PublishedStory {
    /// A story with its approved version.
    pub(super) fn of(story: Story, version: Option<Version>) -> Result<Self, Problem> {
        let version =
            version.ok_or_else(|| Problem::internal("a published story without its version"))?;
        Ok(Self {
            id: story.id,
            organisation: story.organisation,
            version: story.version,
            title: version.title,
            words: version.words,
            format: story.format,
            identity: version.identity,
            shown_as: version.shown_as,
            content_warnings: version.content_warnings.0,
            has_recording: version.file_id.is_some(),
            service: story.service,
            themes: story.themes.0,
            published_at: story.published_at,
        })
    }
}

impl Versioned for PublishedStory {
    fn tag(&self) -> String {
        format!("{}-public", self.version)
    }

    fn location(&self) -> String {
        format!("/v1/published-stories/{}", self.id)
    }
}

/// Which published stories to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublishedStoryFilter {
    /// Only those of this organisation.
    #[param(inline)]
    pub organisation: Option<OdsCode>,
    /// Only those about this kind of service.
    #[param(max_length = 40)]
    pub service: Option<ItemCode>,
}
