//! What callers see of a handout, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{HandoutChannel, HandoutId, Model};
use crate::documents::entity::DocumentId;
use crate::documents::versions::DocumentVersionId;
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::values::{OdsCode, Reason};

/// That a partner was given a version of a document.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Handout {
    /// Its id.
    pub id: HandoutId,
    /// The organisation that gave it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who was given it.
    pub partner_id: PartnerId,
    /// The document.
    pub document_id: DocumentId,
    /// The version, which the partner can read whatever becomes of it.
    pub version_id: DocumentVersionId,
    /// How they got it.
    pub channel: HandoutChannel,
    /// When they got it.
    pub given_on: NaiveDate,
    /// What else there is to say.
    #[schema(value_type = Option<Reason>)]
    pub note: Option<String>,
    /// Why they were given it though its format meets none of their recorded needs.
    #[schema(value_type = Option<Reason>)]
    pub despite: Option<String>,
}

impl From<Model> for Handout {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            document_id,
            version_id,
            channel,
            given_on,
            note,
            despite,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            document_id,
            version_id,
            channel,
            given_on,
            note,
            despite,
        }
    }
}

impl Versioned for Handout {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/handouts/{}", self.id)
    }
}

/// A handout to record.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "partnerId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "versionId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90",
    "channel": "post"
}))]
pub struct NewHandout {
    /// Who was given it.
    pub partner_id: PartnerId,
    /// The version, which has been published.
    pub version_id: DocumentVersionId,
    /// How they got it.
    pub channel: HandoutChannel,
    /// When they got it; today without it.
    pub given_on: Option<NaiveDate>,
    /// What else there is to say, for the partner to read too.
    pub note: Option<Reason>,
    /// Why they are given it though its format meets none of their recorded needs, such as that they asked for it
    /// beside the other one. It is kept where that is so.
    pub despite: Option<Reason>,
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HandoutFilter {
    /// Only those to this partner.
    pub partner_id: Option<PartnerId>,
    /// Only those of this document.
    pub document_id: Option<DocumentId>,
    /// Only those of this version.
    pub version_id: Option<DocumentVersionId>,
    /// Only those whose version is no longer the current one, or only the others.
    pub outdated: Option<bool>,
}
