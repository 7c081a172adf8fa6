//! What callers see of a request for a format, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{FormatRequestId, Model};
use super::lifecycle::Status;
use crate::documents::entity::{DocumentFormat, DocumentId};
use crate::documents::versions::DocumentVersionId;
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::values::{Language, Line, OdsCode, Reason};

/// A request for a document in a format and language.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormatRequest {
    /// Its id.
    pub id: FormatRequestId,
    /// The organisation whose document it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The document.
    pub document_id: DocumentId,
    /// The format that is wanted.
    pub format: DocumentFormat,
    /// The language that is wanted.
    pub language: Language,
    /// The partner who asked; null for anybody else.
    pub partner_id: Option<PartnerId>,
    /// What else they said.
    #[schema(value_type = Option<Reason>)]
    pub note: Option<String>,
    /// How to reach somebody who is no partner; forgotten when the request is closed. Never shown to who has no token.
    #[schema(value_type = Option<Line>)]
    pub contact: Option<String>,
    /// The version that fulfils it.
    pub fulfilled_by_id: Option<DocumentVersionId>,
    /// Why it was declined.
    #[schema(value_type = Option<Reason>)]
    pub decline_reason: Option<String>,
    /// When it was fulfilled or declined.
    pub settled_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for FormatRequest {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            document_id,
            format,
            language,
            partner_id,
            note,
            contact,
            fulfilled_by_id,
            decline_reason,
            settled_at,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            document_id,
            format,
            language,
            partner_id,
            note,
            contact,
            fulfilled_by_id,
            decline_reason,
            settled_at,
            status,
        }
    }
}

impl Versioned for FormatRequest {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/format-requests/{}", self.id)
    }
}

/// A request to make.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "format": "easyRead", "language": "en", "note": "For our group of eight.", "contact": "01253 300000, mornings"
}))]
pub struct NewFormatRequest {
    /// The format that is wanted.
    pub format: DocumentFormat,
    /// The language that is wanted.
    pub language: Language,
    /// What else there is to say. Which disability somebody has is nobody's business here.
    pub note: Option<Reason>,
    /// How to reach the one who asks, if they want an answer; a partner with a token is told by message.
    pub contact: Option<Line>,
}

/// That a format will not be made.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DeclineFormatRequest, example = json!({ "reason": "A new strategy comes in May, in Easy Read from its first day." }))]
pub struct Decline {
    /// Why, for the one who asked.
    pub reason: Reason,
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormatRequestFilter {
    /// Only those for this document.
    pub document_id: Option<DocumentId>,
    /// Only those for this format.
    #[param(inline)]
    pub format: Option<DocumentFormat>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
}
