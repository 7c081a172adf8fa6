//! What callers see of a partner.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{
    Availability, Column, DigitalAccess, EmergencyContact, Entity, Model, PartnerEndReason,
    PartnerId, PartnerSource, PartnerStatus, Proposal,
};
use crate::api_clients::Credentials;
use crate::http::{Sort, Versioned};
use crate::store::{Reach, Scope};
use crate::users::UserId;
use crate::values::{
    Address, EmailAddress, Label, Line, OdsCode, PersonName, Perspective, Postcode, Prose, Reason,
    RouteCode, Stored, Telephone, choices,
};

/// A decision that takes two people.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Why.
    #[schema(value_type = Reason)]
    pub reason: String,
    /// When one person proposed it.
    pub proposed_at: DateTime<Utc>,
    /// When another person confirmed it; null while that is waited for.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl From<Stored<Proposal>> for Decision {
    fn from(Stored(proposal): Stored<Proposal>) -> Self {
        let Proposal {
            reason,
            proposed_at,
            confirmed_at,
            proposed_by: _,
            confirmed_by: _,
        } = proposal;
        Self {
            reason,
            proposed_at,
            confirmed_at,
        }
    }
}

/// Which privacy notice a partner has acknowledged.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Acknowledgement {
    /// The version of the notice.
    #[schema(value_type = Label)]
    pub version: String,
    /// When.
    pub acknowledged_at: DateTime<Utc>,
}

/// Through whose eyes a partner is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Eyes {
    /// Staff of the organisation that holds the record.
    #[default]
    Staff,
    /// The partner themself.
    Own,
    /// Another organisation, with which the partner shares the record.
    Other,
}

/// A patient or public partner: one person, with any number of routes of involvement.
///
/// Access needs, preferences and the like are resources of their own below the partner.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    /// Their id.
    pub id: PartnerId,
    /// The organisation that holds the record.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Their given name.
    #[schema(value_type = PersonName)]
    pub given_name: String,
    /// Their family name.
    #[schema(value_type = PersonName)]
    pub family_name: String,
    /// What they like to be called.
    #[schema(value_type = Option<PersonName>)]
    pub preferred_name: Option<String>,
    /// Their pronouns.
    #[schema(value_type = Option<Label>)]
    pub pronouns: Option<String>,
    /// Their e-mail address.
    #[schema(value_type = Option<EmailAddress>)]
    pub email: Option<String>,
    /// Their telephone number.
    #[schema(value_type = Option<Telephone>)]
    pub telephone: Option<String>,
    /// Their postal address.
    #[schema(value_type = Option<Address>)]
    pub postal_address: Option<String>,
    /// Their postcode.
    #[schema(value_type = Option<Postcode>)]
    pub postcode: Option<String>,
    /// Whether they are 16 or older. Nobody is asked for a date of birth.
    pub over_16: bool,
    /// From which sides they know the NHS.
    #[schema(max_items = 9)]
    pub perspectives: Vec<Perspective>,
    /// What they have experience of living with, in their words.
    #[schema(max_items = 50, value_type = Vec<Label>)]
    pub lived_experience: Vec<String>,
    /// What they want to work on.
    #[schema(max_items = 50, value_type = Vec<Label>)]
    pub interests: Vec<String>,
    /// What they are good at.
    #[schema(max_items = 50, value_type = Vec<Label>)]
    pub skills: Vec<String>,
    /// When and how they can take part.
    pub availability: Option<Availability>,
    /// How they can be reached electronically.
    pub digital_access: Option<DigitalAccess>,
    /// How far they can travel, in their words.
    #[schema(value_type = Option<Prose>)]
    pub travel_limits: Option<String>,
    /// Whom to call when something happens; for staff of the organisation and the partner only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub emergency_contact: Option<EmergencyContact>,
    /// The member of staff who is there for them.
    pub named_contact_id: Option<UserId>,
    /// Where the record comes from.
    pub source: PartnerSource,
    /// Where they are on the way from a first interest to the end.
    pub status: PartnerStatus,
    /// Why they take part no more.
    pub end_reason: Option<PartnerEndReason>,
    /// A suspension that is proposed or in force; the partner sees it once it is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub suspension: Option<Decision>,
    /// That the removal of all personal data has been proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub erasure: Option<Decision>,
    /// Which privacy notice they have acknowledged.
    pub privacy_notice: Option<Acknowledgement>,
    /// The record that goes on, when this one was found to be of the same person.
    pub merged_into_id: Option<PartnerId>,
    #[serde(skip)]
    eyes: Eyes,
}

impl From<Model> for Partner {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            given_name,
            family_name,
            preferred_name,
            pronouns,
            email,
            telephone,
            postal_address,
            postcode,
            over_16,
            perspectives,
            lived_experience,
            interests,
            skills,
            availability,
            digital_access,
            travel_limits,
            emergency_contact,
            named_contact_id,
            source,
            status,
            end_reason,
            suspension,
            erasure,
            privacy_notice_version,
            privacy_notice_acknowledged_at,
            merged_into_id,
            match_person: _,
            match_email: _,
            match_telephone: _,
            search_name: _,
        } = row;
        let notice = privacy_notice_version.zip(privacy_notice_acknowledged_at);
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            given_name,
            family_name,
            preferred_name,
            pronouns,
            email,
            telephone,
            postal_address,
            postcode,
            over_16,
            perspectives: perspectives.0,
            lived_experience: lived_experience.0,
            interests: interests.0,
            skills: skills.0,
            availability: availability.map(|one| one.0),
            digital_access,
            travel_limits,
            emergency_contact: emergency_contact.map(|one| one.0),
            named_contact_id: named_contact_id.map(UserId),
            source,
            status,
            end_reason,
            suspension: suspension.map(Decision::from),
            erasure: erasure.map(Decision::from),
            privacy_notice: notice.map(|(version, acknowledged_at)| Acknowledgement {
                version,
                acknowledged_at,
            }),
            merged_into_id: merged_into_id.map(PartnerId),
            eyes: Eyes::Staff,
        }
    }
}

impl Partner {
    /// The partner as the caller may see them: what they may not see is left out.
    pub fn seen_by(mut self, scope: &Scope) -> Self {
        self.eyes = match scope.reach {
            Reach::Own | Reach::Published => Eyes::Own,
            _ if scope.organisation.as_deref() == Some(&self.organisation) => Eyes::Staff,
            _ => Eyes::Other,
        };
        if self.eyes == Eyes::Own {
            self.suspension = self.suspension.filter(|one| one.confirmed_at.is_some());
            self.erasure = None;
        }
        if self.eyes == Eyes::Other {
            self.emergency_contact = None;
            self.suspension = None;
            self.erasure = None;
        }
        self
    }
}

impl Versioned for Partner {
    fn tag(&self) -> String {
        match self.eyes {
            Eyes::Staff => self.version.to_string(),
            Eyes::Own => format!("{}-own", self.version),
            Eyes::Other => format!("{}-other", self.version),
        }
    }

    fn location(&self) -> String {
        format!("/v1/partners/{}", self.id)
    }
}

/// A partner as registered. Who registered themself without credentials is given some, this once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The partner.
    #[serde(flatten)]
    pub partner: Partner,
    /// With which the person gets tokens, sees and corrects their own record, and can end it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub credentials: Option<Credentials>,
}

impl Versioned for Registration {
    fn tag(&self) -> String {
        self.partner.tag()
    }

    fn location(&self) -> String {
        self.partner.location()
    }
}

choices! {
    /// The orders of the list.
    pub enum PartnerSort {
        /// The newest first.
        Newest,
        /// By family name.
        FamilyName,
    }
}

impl Sort<Entity> for PartnerSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Newest => (Column::CreatedAt, true),
            Self::FamilyName => (Column::FamilyName, false),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PartnerFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<PartnerSort>,
    /// Only those in this state; without it, all but those merged into another record or anonymised.
    #[param(inline)]
    pub status: Option<PartnerStatus>,
    /// Only those who are involved by this route, now.
    #[param(max_length = 40)]
    pub route: Option<RouteCode>,
    /// Only those who know the NHS from this side.
    #[param(inline)]
    pub perspective: Option<Perspective>,
    /// Only those with this interest, in small or capital letters.
    #[param(max_length = 60)]
    pub interest: Option<Label>,
    /// Only those with all these words at the beginning of one of their names.
    #[param(inline)]
    pub q: Option<Line>,
}
