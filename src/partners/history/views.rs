//! What callers see of a partner's history.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ledger::EntryKind;
use crate::values::{Label, Line, OdsCode};

/// Something that happened to a partner's data: a change, or that somebody looked at it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The entry's id in the ledger.
    pub id: Uuid,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// Whether something was changed or looked at.
    pub kind: EntryKind,
    /// What happened.
    #[schema(max_length = 60, example = "accessNeed.listed")]
    pub action: String,
    /// Which record; none for a list.
    #[schema(max_length = 60)]
    pub record_id: Option<String>,
    /// The names of the fields that changed. Their values are in the records, never in the history.
    #[schema(max_items = 200, value_type = Vec<Label>)]
    pub fields: Vec<String>,
    /// The organisation for which they acted.
    #[schema(value_type = Option<OdsCode>)]
    pub organisation: Option<String>,
    /// Who it was, by name where the service knows it.
    #[schema(value_type = Option<Line>)]
    pub name: Option<String>,
    /// Who it was, as their issuer knows them; nothing for somebody without credentials.
    #[schema(max_length = 500)]
    pub subject: Option<String>,
    /// The API client through which it was done.
    #[schema(max_length = 500)]
    pub client_id: Option<String>,
    /// For what, if that was asked.
    #[schema(max_length = 2000)]
    pub purpose: Option<String>,
}
