//! What callers see of a contact preference, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{Channel, ContactPurpose, Model, PreferenceId};
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::values::{OdsCode, Prose};

/// That a partner has consented to be reached for a purpose by a channel.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactPreference {
    /// Its id.
    pub id: PreferenceId,
    /// The organisation that holds the partner's record.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who has consented.
    pub partner_id: PartnerId,
    /// For what they may be reached.
    pub purpose: ContactPurpose,
    /// By which way.
    pub channel: Channel,
    /// When they consented.
    pub consented_at: DateTime<Utc>,
    /// The words to which they consented.
    #[schema(value_type = Prose)]
    pub wording: String,
    /// When they took the consent back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl From<Model> for ContactPreference {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            purpose,
            channel,
            consented_at,
            wording,
            withdrawn_at,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            purpose,
            channel,
            consented_at,
            wording,
            withdrawn_at,
        }
    }
}

impl Versioned for ContactPreference {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/contact-preferences/{}", self.id)
    }
}

/// A consent to be reached.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "purpose": "opportunities",
    "channel": "phone",
    "wording": "You may call me about new opportunities."
}))]
pub struct NewContactPreference {
    /// For what they may be reached.
    pub purpose: ContactPurpose,
    /// By which way; it has to be one by which they can be reached.
    pub channel: Channel,
    /// The words to which they consented.
    pub wording: Prose,
    /// When they consented, on a paper form for example; now without it.
    pub consented_at: Option<DateTime<Utc>>,
}
