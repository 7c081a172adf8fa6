//! What is disclosed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::applications::entity as application;
use crate::applications::notes::ApplicationNote;
use crate::applications::people::People;
use crate::applications::{ApplicationId, Chat, ChatRecord, Status};
use crate::opportunities::OpportunityId;
use crate::values::{Prose, Stored};

/// What a panel wrote about an applicant, and what it told them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Disclosure {
    /// The application.
    pub application_id: ApplicationId,
    /// What it was for.
    pub opportunity_id: OpportunityId,
    /// When it was sent.
    pub submitted_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub status: Status,
    /// The informal chat, as it was arranged.
    pub chat: Option<Chat>,
    /// What the panel recorded about the chat.
    pub chat_record: Option<ChatRecord>,
    /// The feedback that was given.
    pub feedback: Option<Prose>,
    /// The panel's notes, the oldest first.
    #[schema(max_items = 10_000)]
    pub notes: Vec<ApplicationNote>,
}

impl Disclosure {
    /// What was written about an application.
    pub(super) fn of(
        row: application::Model,
        notes: Vec<ApplicationNote>,
        people: &People,
    ) -> Self {
        Self {
            application_id: row.id,
            opportunity_id: row.opportunity_id,
            submitted_at: row.submitted_at,
            status: row.status,
            chat: row.chat.map(|Stored(chat)| Chat {
                panel: people.members(&chat.panel_ids),
                ..chat
            }),
            chat_record: row.chat_record.map(|stored| stored.0),
            feedback: row.feedback,
            notes,
        }
    }
}
