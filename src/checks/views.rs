//! What callers see of a check, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{CheckId, CheckKind, Column, Entity, Model};
use super::lifecycle::Status;
use super::requirements::{CheckRequirementId, Workforce};
use crate::appointments::AppointmentId;
use crate::http::{Sort, Versioned};
use crate::opportunities::DbsLevel;
use crate::partners::PartnerId;
use crate::users::UserId;
use crate::values::{CertificateEnding, Line, OdsCode, PersonName, Prose, choices};

/// Somebody who knows the partner, and is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Referee {
    /// Their name.
    pub name: PersonName,
    /// How they are reached.
    pub contact: Line,
}

/// A check of a partner for a role. What a certificate or a referee says is not kept.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Its id.
    pub id: CheckId,
    /// The organisation that asks for it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// For which role.
    pub appointment_id: AppointmentId,
    /// Of whom.
    pub partner_id: PartnerId,
    /// What kind of check it is.
    pub kind: CheckKind,
    /// The decision that the role is eligible for it, of a check by the DBS.
    pub requirement_id: Option<CheckRequirementId>,
    /// At which level, of a check by the DBS.
    pub level: Option<DbsLevel>,
    /// For work with whom, of a check by the DBS.
    pub workforce: Option<Workforce>,
    /// On which legal basis, of a check by the DBS.
    #[schema(value_type = Option<Prose>)]
    pub legal_basis: Option<String>,
    /// Whether it is a free one for a volunteer. A paid role has none.
    pub as_volunteer: bool,
    /// Who is asked, for a reference.
    #[schema(value_type = Option<PersonName>)]
    pub referee_name: Option<String>,
    /// How they are reached.
    #[schema(value_type = Option<Line>)]
    pub referee_contact: Option<String>,
    /// The day on which it was asked for.
    pub requested_on: NaiveDate,
    /// Where it stands.
    pub status: Status,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// The day on which they did.
    pub decided_on: Option<NaiveDate>,
    /// The day on which the certificate or the reference was given.
    pub issued_on: Option<NaiveDate>,
    /// How the number of the certificate ends.
    #[schema(value_type = Option<CertificateEnding>)]
    pub certificate_ending: Option<String>,
    /// The day on which it is to be made anew. The partner is told 60, 30 and 7 days before.
    pub expires_on: Option<NaiveDate>,
}

impl From<Model> for Check {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            appointment_id,
            partner_id,
            kind,
            requirement_id,
            level,
            workforce,
            legal_basis,
            as_volunteer,
            referee_name,
            referee_contact,
            requested_on,
            decided_by,
            decided_on,
            issued_on,
            certificate_ending,
            expires_on,
            warned_days: _,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            appointment_id,
            partner_id,
            kind,
            requirement_id,
            level,
            workforce,
            legal_basis,
            as_volunteer,
            referee_name,
            referee_contact,
            requested_on,
            status,
            decided_by,
            decided_on,
            issued_on,
            certificate_ending,
            expires_on,
        }
    }
}

impl Versioned for Check {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/checks/{}", self.id)
    }
}

/// A check to ask for.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "appointmentId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "kind": "reference",
    "referee": { "name": "Charles Babbage", "contact": "charles@example.org" }
}))]
pub struct NewCheck {
    /// For which role.
    pub appointment_id: AppointmentId,
    /// What kind of check it is. One by the DBS needs a decision that the role is eligible for it.
    pub kind: CheckKind,
    /// For a check by the DBS: that it is a free one for a volunteer. Not for a paid role.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub as_volunteer: bool,
    /// For a reference: who is asked.
    #[validate(nested)]
    pub referee: Option<Referee>,
}

/// That nothing stands in the way: what a person decided who has read the certificate, or the reference.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "issuedOn": "2026-11-20" }))]
pub struct ClearCheck {
    /// The day on which the certificate or the reference was given.
    pub issued_on: NaiveDate,
    /// How the number of a certificate ends: never all of it.
    pub certificate_ending: Option<CertificateEnding>,
    /// The day on which it is to be made anew, after today.
    pub expires_on: Option<NaiveDate>,
}

choices! {
    /// The orders of the list.
    pub enum CheckSort {
        /// The newest first.
        Newest,
        /// By the day on which they expire; those that do not come last.
        Expiry,
    }
}

impl Sort<Entity> for CheckSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Expiry => (Column::ExpiresOn, false),
        }
    }

    fn has_gaps(self) -> bool {
        self == Self::Expiry
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CheckFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<CheckSort>,
    /// Only those of this partner.
    #[param(inline)]
    pub partner_id: Option<PartnerId>,
    /// Only those for this role.
    #[param(inline)]
    pub appointment_id: Option<AppointmentId>,
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<CheckKind>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that expire before this day.
    pub expires_before: Option<NaiveDate>,
}
