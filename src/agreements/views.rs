//! What callers see of an agreement, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::acceptance::ShownAcceptance;
use super::entity::{AgreementId, Column, Entity, Model};
use super::lifecycle::{EndedBy, Status};
use super::particulars::{OwnTerms, Particulars};
use crate::agreement_texts::{AgreementKind, AgreementTextId};
use crate::appointments::AppointmentId;
use crate::http::{Sort, Versioned};
use crate::partners::PartnerId;
use crate::values::{OdsCode, Reason, choices};

/// An agreement with a partner about a role. How it reads is in its page and its PDF.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was offered.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// With whom.
    pub partner_id: PartnerId,
    /// About which role.
    pub appointment_id: AppointmentId,
    /// What is agreed.
    pub kind: AgreementKind,
    /// In which words.
    pub text_id: AgreementTextId,
    /// Who, which role, for how long, and what is on offer.
    pub particulars: Particulars,
    /// That the partner has accepted.
    pub partner_acceptance: Option<ShownAcceptance>,
    /// That the organisation has accepted.
    pub organisation_acceptance: Option<ShownAcceptance>,
    /// Since when it is in force.
    pub in_force_at: Option<DateTime<Utc>>,
    /// SHA-256 of the page that was signed, in hexadecimal. The ledger holds it too.
    #[schema(max_length = 64)]
    pub page_sha256: Option<String>,
    /// SHA-256 of the PDF that was signed, in hexadecimal. The ledger holds it too.
    #[schema(max_length = 64)]
    pub pdf_sha256: Option<String>,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// By whom.
    pub ended_by: Option<EndedBy>,
    /// Why. A partner need not say.
    pub end_reason: Option<Reason>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for Agreement {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            appointment_id,
            text_id,
            kind,
            particulars,
            partner_acceptance,
            organisation_acceptance,
            in_force_at,
            page_sha256,
            pdf_sha256,
            ended_at,
            ended_by,
            end_reason,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            appointment_id,
            kind,
            text_id,
            particulars: particulars.0,
            partner_acceptance: partner_acceptance.map(|stored| stored.0.into()),
            organisation_acceptance: organisation_acceptance.map(|stored| stored.0.into()),
            in_force_at,
            page_sha256,
            pdf_sha256,
            ended_at,
            ended_by,
            end_reason,
            status,
        }
    }
}

impl Versioned for Agreement {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/agreements/{}", self.id)
    }
}

/// An agreement to put to a partner.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "appointmentId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "kind": "involvement",
    "terms": {
        "support": { "name": "Olu Adeyemi", "telephone": "01253 300000" },
        "meetings": "At least four meetings a year, each two hours",
        "absenceNoticeHours": 48,
        "supportOffered": "We call you within two days after each meeting."
    }
}))]
pub struct NewAgreement {
    /// About which role.
    pub appointment_id: AppointmentId,
    /// What is agreed, in the wording that is published now.
    pub kind: AgreementKind,
    /// What is added for this partner in this role.
    #[validate(nested)]
    pub terms: OwnTerms,
}

/// The end of an agreement.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "endedBy": "organisation", "reason": "The project has come to its end." }))]
pub struct EndAgreement {
    /// Who ends it, for staff to say: `partner` records that the partner did. A partner ends their own.
    pub ended_by: Option<EndedBy>,
    /// Why. Needed when the organisation ends it; a partner need not say.
    pub reason: Option<Reason>,
}

choices! {
    /// Whose acceptance is waited for.
    pub enum Awaiting {
        /// The partner's.
        Partner,
        /// The organisation's.
        Organisation,
    }
}

impl Awaiting {
    /// The states in which it is.
    pub(super) const fn states(self) -> [Status; 2] {
        match self {
            Self::Partner => [Status::Offered, Status::AcceptedByOrganisation],
            Self::Organisation => [Status::Offered, Status::AcceptedByPartner],
        }
    }
}

choices! {
    /// The orders of the list.
    pub enum AgreementSort {
        /// The newest first.
        Newest,
        /// The oldest first: who has waited longest.
        Oldest,
    }
}

impl Sort<Entity> for AgreementSort {
    fn order(self) -> (Column, bool) {
        // Ids sort by the time at which they were made.
        (Column::Id, self == Self::Newest)
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgreementFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<AgreementSort>,
    /// Only those with this partner.
    #[param(inline)]
    pub partner_id: Option<PartnerId>,
    /// Only those about this role.
    #[param(inline)]
    pub appointment_id: Option<AppointmentId>,
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<AgreementKind>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that wait for this side.
    #[param(inline)]
    pub awaiting: Option<Awaiting>,
}
