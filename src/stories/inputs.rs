//! What is sent about a story.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::consents::UseScope;
use super::consents::entity::GivenHow;
use super::entity::{Represented, StoryAbout, StoryFormat};
use crate::http::Change;
use crate::partners::PartnerId;
use crate::values::{ItemCode, Line, PersonName, Prose, Reason, Title};

/// A story that somebody wants to tell.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "tellerName": "Margaret", "title": "The night my father fell", "format": "text", "about": "relative",
    "service": "inpatient", "themes": ["communications"], "supportPlan": "Olu rings the evening before.",
    "tellerAttends": true
}))]
pub struct NewStory {
    /// The teller, if they are a partner.
    pub partner_id: Option<PartnerId>,
    /// The teller's name, if they are not.
    pub teller_name: Option<PersonName>,
    /// What it is called meanwhile.
    pub title: Title,
    /// In which form it is told.
    pub format: StoryFormat,
    /// Whose story it is.
    pub about: StoryAbout,
    /// Who consents, if the teller is under 16 or cannot decide about this.
    pub represented: Option<Represented>,
    /// About which kind of service: a code of the set `serviceArea` of PALS.
    pub service: Option<ItemCode>,
    /// What it is about: codes of the set `subject` of PALS.
    #[serde(default)]
    #[schema(required = false, max_items = 10)]
    #[validate(length(max = 10, message = "at most 10 entries"))]
    pub themes: Vec<ItemCode>,
    /// What supports the teller before, meanwhile and afterwards.
    pub support_plan: Option<Prose>,
    /// Whether the teller wants to be there.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub teller_attends: bool,
}

/// A change of what is known of a story; its words are in its versions.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "themes": ["communications"], "learning": "We ring families the same evening." }))]
pub struct StoryChanges {
    /// What it is called meanwhile.
    #[serde(default)]
    #[schema(required = false, value_type = Title)]
    pub title: Change<Title>,
    /// About which kind of service.
    #[serde(default)]
    #[schema(required = false, value_type = Option<ItemCode>)]
    pub service: Change<Option<ItemCode>>,
    /// What it is about.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<ItemCode>, max_items = 10)]
    #[validate(length(max = 10, message = "at most 10 entries"))]
    pub themes: Change<Vec<ItemCode>>,
    /// What supports the teller.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Prose>)]
    pub support_plan: Change<Option<Prose>>,
    /// Whether the teller wants to be there.
    #[serde(default)]
    #[schema(required = false, value_type = bool)]
    pub teller_attends: Change<bool>,
    /// What the organisation learns from it.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Prose>)]
    pub learning: Change<Option<Prose>>,
}

/// That the teller can look at the latest version.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "number": 1, "thirdPartiesUnknowable": true }))]
pub struct SendForReview {
    /// The number of the version: the latest one.
    #[schema(minimum = 1)]
    #[validate(range(min = 1, message = "from 1"))]
    pub number: i32,
    /// That a person has seen to it that members of staff and other third parties cannot be known from it.
    pub third_parties_unknowable: bool,
}

/// The teller's approval.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "number": 1 }))]
pub struct ApproveStory {
    /// The number of the version that they have seen and approve.
    #[schema(minimum = 1)]
    #[validate(range(min = 1, message = "from 1"))]
    pub number: i32,
}

/// What the teller wants to be different.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "number": 1, "changes": "Leave out the name of the ward." }))]
pub struct AskForChanges {
    /// The number of the version that they have seen.
    #[schema(minimum = 1)]
    #[validate(range(min = 1, message = "from 1"))]
    pub number: i32,
    /// What they want to be different.
    pub changes: Reason,
}

/// That a teller without an account, or who is represented, has approved a version.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "number": 1, "givenHow": "spoken", "witness": "Charles Babbage" }))]
pub struct RecordApproval {
    /// The number of the version that they have seen and approve.
    #[schema(minimum = 1)]
    #[validate(range(min = 1, message = "from 1"))]
    pub number: i32,
    /// How they approved.
    pub given_how: GivenHow,
    /// Who was there, besides whoever records it.
    pub witness: Line,
}

/// When the Board hears a story.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "audience": "boardPublic", "on": "2027-01-28", "meeting": "Board of Directors, part one" }))]
pub struct ScheduleStory {
    /// Whether the Board hears it in public or in private.
    pub audience: UseScope,
    /// The day.
    pub on: NaiveDate,
    /// Which meeting.
    pub meeting: Line,
}

/// That the Board has heard a story.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "minuted": true, "printed": false }))]
pub struct PresentStory {
    /// Whether it stands in the minutes.
    pub minuted: bool,
    /// Whether it was in printed papers.
    pub printed: bool,
}

/// Where everyone can read a story.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "number": 1, "place": "www.bfwhospitals.example/stories" }))]
pub struct PublishStory {
    /// The number of the version that is published: the approved one.
    #[schema(minimum = 1)]
    #[validate(range(min = 1, message = "from 1"))]
    pub number: i32,
    /// Where, besides the list of published stories.
    pub place: Option<Line>,
    /// Words of it that look like somebody's name and are none, or are that of whoever is meant to be known: a person has
    /// read it for them. The name under which it is told is one anyway; numbers never are.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50 entries"))]
    pub harmless: Vec<Line>,
}

/// What changed because of a story.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "changed": "Wards ring families the same evening since February." }))]
pub struct ReportBack {
    /// What changed, as the teller was told.
    pub changed: Prose,
}

/// Why a story ends, if somebody wants to say.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "I have told it often enough." }))]
pub struct EndStory {
    /// Why; nobody has to say.
    pub reason: Option<Reason>,
}
