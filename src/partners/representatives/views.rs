//! What callers see of a representative, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{Model, RepresentativeId, RepresentativeKind, RepresentativeMay};
use crate::http::{Change, Versioned};
use crate::partners::PartnerId;
use crate::values::{EmailAddress, OdsCode, PersonName, Prose, Telephone};

/// Somebody who acts for a partner, with the partner's consent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Representative {
    /// Their id.
    pub id: RepresentativeId,
    /// The organisation that holds the partner's record.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts the changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When something about them was last changed.
    pub updated_at: DateTime<Utc>,
    /// For whom they act.
    pub partner_id: PartnerId,
    /// What they are to the partner.
    pub kind: RepresentativeKind,
    /// Their name.
    #[schema(value_type = PersonName)]
    pub name: String,
    /// Their e-mail address.
    #[schema(value_type = Option<EmailAddress>)]
    pub email: Option<String>,
    /// Their telephone number.
    #[schema(value_type = Option<Telephone>)]
    pub telephone: Option<String>,
    /// What they may do.
    #[schema(max_items = 5)]
    pub may: Vec<RepresentativeMay>,
    /// When the partner consented.
    pub consented_at: DateTime<Utc>,
    /// The words to which the partner consented.
    #[schema(value_type = Prose)]
    pub consent_wording: String,
    /// When they stopped acting for the partner.
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<Model> for Representative {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            kind,
            name,
            email,
            telephone,
            may,
            consented_at,
            consent_wording,
            ended_at,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            kind,
            name,
            email,
            telephone,
            may: may.0,
            consented_at,
            consent_wording,
            ended_at,
        }
    }
}

impl Versioned for Representative {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/representatives/{}", self.id)
    }
}

/// Somebody who is to act for a partner.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "kind": "carer",
    "name": "Charles Babbage",
    "telephone": "01253 300001",
    "may": ["receiveMessages", "accompany"],
    "consentWording": "Charles may get my letters and calls, and come along to meetings."
}))]
pub struct NewRepresentative {
    /// What they are to the partner.
    pub kind: RepresentativeKind,
    /// Their name.
    pub name: PersonName,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
    /// Their telephone number.
    pub telephone: Option<Telephone>,
    /// What they may do.
    #[schema(min_items = 1, max_items = 5)]
    #[validate(length(min = 1, max = 5, message = "from 1 to 5 entries"))]
    pub may: Vec<RepresentativeMay>,
    /// The words to which the partner consented.
    pub consent_wording: Prose,
}

/// A change of how a representative is reached. For anything else the partner consents anew: end this
/// one, and add another.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "telephone": "01253 300002" }))]
pub struct RepresentativeChanges {
    /// Their name.
    #[serde(default)]
    #[schema(required = false)]
    pub name: Change<PersonName>,
    /// Their e-mail address.
    #[serde(default)]
    #[schema(required = false)]
    pub email: Change<Option<EmailAddress>>,
    /// Their telephone number.
    #[serde(default)]
    #[schema(required = false)]
    pub telephone: Change<Option<Telephone>>,
}
