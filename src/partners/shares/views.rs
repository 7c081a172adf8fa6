//! What callers see of a share, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{Model, PartnerShareId};
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::values::{OdsCode, Prose, Reason};

/// That a partner lets another organisation see their record.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartnerShare {
    /// Its id.
    pub id: PartnerShareId,
    /// The organisation that holds the partner's record.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whose record is shared.
    pub partner_id: PartnerId,
    /// The organisation that may see it.
    #[schema(value_type = OdsCode)]
    pub with_organisation: String,
    /// For what.
    #[schema(value_type = Reason)]
    pub purpose: String,
    /// When the partner consented.
    pub consented_at: DateTime<Utc>,
    /// The words to which the partner consented.
    #[schema(value_type = Prose)]
    pub consent_wording: String,
    /// The last day on which it holds.
    pub ends_on: NaiveDate,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<Model> for PartnerShare {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            with_organisation,
            purpose,
            consented_at,
            consent_wording,
            ends_on,
            revoked_at,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            with_organisation,
            purpose,
            consented_at,
            consent_wording,
            ends_on,
            revoked_at,
        }
    }
}

impl Versioned for PartnerShare {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/partner-shares/{}", self.id)
    }
}

/// A partner's record to share.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "withOrganisation": "QE1",
    "purpose": "To be asked about roles of the whole system.",
    "consentWording": "Lancashire and South Cumbria may see my details to ask me about its roles.",
    "endsOn": "2027-06-30"
}))]
pub struct NewPartnerShare {
    /// The organisation that may see it.
    pub with_organisation: OdsCode,
    /// For what.
    pub purpose: Reason,
    /// The words to which the partner consented.
    pub consent_wording: Prose,
    /// The last day on which it holds: within two years.
    pub ends_on: NaiveDate,
}
