//! The informal chat: what the applicant reads of it, and what only the panel reads of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::users::UserId;
use crate::values::{Line, Prose, choices};

choices! {
    /// How people meet for an informal chat.
    pub enum ChatMode {
        /// In one room.
        InPerson,
        /// By video.
        Online,
        /// By telephone.
        Phone,
    }
}

choices! {
    /// What the panel leans to after a chat.
    pub enum Recommendation {
        /// Offer a place.
        Offer,
        /// Keep on the reserve list.
        Reserve,
        /// Offer no place.
        NotSelect,
    }
}

/// An informal chat, as the applicant reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    /// When it takes place.
    pub at: DateTime<Utc>,
    /// How people meet.
    pub mode: ChatMode,
    /// Where, or how to join.
    pub place: Option<Line>,
    /// The members of staff and partners whom the applicant will meet.
    #[schema(max_items = 20)]
    pub panel_ids: Vec<UserId>,
    /// The same people, with the names by which they are known. Never stored: names change.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub panel: Vec<PanelMember>,
    /// What is arranged so that the applicant can take part.
    pub access_arrangements: Option<Prose>,
    /// The questions that were sent ahead.
    #[schema(max_items = 20)]
    pub questions: Vec<Prose>,
    /// When the questions were sent.
    pub questions_sent_at: Option<DateTime<Utc>>,
    /// When the panel recorded that the chat took place.
    pub held_at: Option<DateTime<Utc>>,
}

/// Somebody whom the applicant will meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PanelMember {
    /// Their id.
    pub id: UserId,
    /// Their name.
    #[schema(max_length = 200)]
    pub name: String,
}

/// A criterion with a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Score {
    /// What was looked at.
    pub criterion: Line,
    /// From 1 (not shown) to 5 (shown very well).
    #[validate(range(min = 1, max = 5))]
    #[schema(minimum = 1, maximum = 5)]
    pub points: i32,
}

/// What the panel recorded about a chat. The applicant does not see it here, but can ask for it under
/// subject access: it is factual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatRecord {
    /// What was said, factually.
    pub notes: Prose,
    /// Scores against criteria that the role description names.
    #[schema(max_items = 20)]
    pub scores: Vec<Score>,
    /// What the panel leans to.
    pub recommendation: Option<Recommendation>,
}

/// An informal chat to arrange.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "at": "2027-01-14T14:00:00Z", "mode": "online", "place": "https://meet.example.org/chat",
    "panelIds": ["0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90"],
    "accessArrangements": "A British Sign Language interpreter is booked."
}))]
#[validate(schema(function = "different_people"))]
pub struct ArrangeChat {
    /// When it takes place; a time to come.
    pub at: DateTime<Utc>,
    /// How people meet.
    pub mode: ChatMode,
    /// Where, or how to join.
    pub place: Option<Line>,
    /// Whom the applicant will meet: one or more members of the opportunity's panel, with at least one
    /// partner among them where possible.
    #[validate(length(
        min = 1,
        max = 20,
        code = "length",
        message = "from 1 to 20 people are needed"
    ))]
    #[schema(min_items = 1, max_items = 20)]
    pub panel_ids: Vec<UserId>,
    /// What is arranged so that the applicant can take part.
    pub access_arrangements: Option<Prose>,
}

fn different_people(chat: &ArrangeChat) -> Result<(), ValidationError> {
    let mut panel = chat.panel_ids.clone();
    panel.sort_unstable();
    match panel.windows(2).any(|pair| pair[0] == pair[1]) {
        false => Ok(()),
        true => {
            let mut error = ValidationError::new("repeated");
            error.message = Some("somebody is named twice".into());
            error.add_param("pointer".into(), &"/panelIds");
            Err(error)
        }
    }
}

/// Questions to send ahead of the chat, so that nobody is put on the spot.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "questions": ["What would you like to see change in the clinic?"] }))]
pub struct SendQuestions {
    /// The questions; they replace those sent before.
    #[validate(length(
        min = 1,
        max = 20,
        code = "length",
        message = "from 1 to 20 questions are needed"
    ))]
    #[schema(min_items = 1, max_items = 20)]
    pub questions: Vec<Prose>,
}

/// The record of a chat that took place.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "notes": "Spoke about two years of running a carers' group.",
    "scores": [{ "criterion": "Listens to others", "points": 4 }], "recommendation": "offer"
}))]
pub struct HoldChat {
    /// What was said: factual, since the applicant can ask for it under subject access.
    pub notes: Prose,
    /// Scores against criteria that the role description names.
    #[serde(default)]
    #[validate(
        nested,
        length(max = 20, code = "length", message = "20 scores at the most")
    )]
    #[schema(required = false, max_items = 20)]
    pub scores: Vec<Score>,
    /// What the panel leans to.
    pub recommendation: Option<Recommendation>,
}
