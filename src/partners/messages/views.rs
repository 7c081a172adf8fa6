//! What callers see of a message.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entity::{MessageId, MessagePurpose, MessageStatus, Model};
use crate::partners::PartnerId;
use crate::values::Label;

/// A message to a partner, before it is written out: what it is about, and nothing personal.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// To whom it goes.
    pub partner_id: PartnerId,
    /// What it is for.
    pub purpose: MessagePurpose,
    /// Which text is sent.
    #[schema(value_type = Label)]
    pub template: String,
    /// What the text needs: ids, dates, numbers.
    #[schema(value_type = BTreeMap<Label, Label>)]
    pub facts: BTreeMap<String, String>,
    /// Where it is.
    pub status: MessageStatus,
}

impl From<Model> for Message {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation: _,
            version,
            created_at,
            updated_at,
            partner_id,
            purpose,
            template,
            facts,
            status,
        } = row;
        let facts = facts.0;
        Self {
            id,
            version,
            created_at,
            updated_at,
            partner_id,
            purpose,
            template,
            facts,
            status,
        }
    }
}
