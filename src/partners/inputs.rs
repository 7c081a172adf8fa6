//! What callers send about a partner.

use std::borrow::Cow;

use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::entity::{Availability, DigitalAccess, EmergencyContact, PartnerEndReason, PartnerId};
use crate::http::Change;
use crate::users::UserId;
use crate::values::{
    Address, EmailAddress, Label, OdsCode, PersonName, Perspective, Postcode, Prose, Reason,
    Telephone,
};

/// A partner to register: oneself, or somebody who asked for it.
///
/// At least one way to reach them is needed, and it need not be e-mail. Never give an NHS number.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "organisation": "RXL",
    "givenName": "Ada",
    "familyName": "Lovelace",
    "telephone": "01253 300000",
    "over16": true,
    "perspectives": ["serviceUser", "carer"],
    "interests": ["diabetes"],
    "privacyNoticeVersion": "2026-04"
}))]
#[validate(schema(function = reachable))]
pub struct NewPartner {
    /// The organisation to register with: needed without credentials; with them it is the caller's own.
    pub organisation: Option<OdsCode>,
    /// Their given name.
    pub given_name: PersonName,
    /// Their family name.
    pub family_name: PersonName,
    /// What they like to be called.
    pub preferred_name: Option<PersonName>,
    /// Their pronouns.
    pub pronouns: Option<Label>,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
    /// Their telephone number.
    pub telephone: Option<Telephone>,
    /// Their postal address.
    pub postal_address: Option<Address>,
    /// Their postcode.
    pub postcode: Option<Postcode>,
    /// Whether they are 16 or older.
    pub over_16: bool,
    /// From which sides they know the NHS.
    #[serde(default)]
    #[schema(required = false, max_items = 9)]
    #[validate(length(max = 9, message = "at most 9 entries"))]
    pub perspectives: Vec<Perspective>,
    /// What they have experience of living with, in their words.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50 entries"))]
    pub lived_experience: Vec<Label>,
    /// What they want to work on.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50 entries"))]
    pub interests: Vec<Label>,
    /// What they are good at.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50 entries"))]
    pub skills: Vec<Label>,
    /// When and how they can take part.
    #[validate(nested)]
    pub availability: Option<Availability>,
    /// How they can be reached electronically.
    pub digital_access: Option<DigitalAccess>,
    /// How far they can travel, in their words.
    pub travel_limits: Option<Prose>,
    /// Whom to call when something happens.
    #[validate(nested)]
    pub emergency_contact: Option<EmergencyContact>,
    /// The member of staff who is there for them; for staff to choose.
    pub named_contact_id: Option<UserId>,
    /// The version of the privacy notice that they have acknowledged.
    pub privacy_notice_version: Option<Label>,
}

fn reachable(new: &NewPartner) -> Result<(), ValidationError> {
    match new.email.is_some() || new.telephone.is_some() || new.postal_address.is_some() {
        true => Ok(()),
        false => Err(ValidationError::new("required").with_message(Cow::Borrowed(UNREACHABLE))),
    }
}

/// What is said when a partner could not be reached at all.
pub const UNREACHABLE: &str = "one of email, telephone and postalAddress is needed";

/// A change of a partner.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "preferredName": "Ada", "interests": ["diabetes", "eye care"] }))]
pub struct PartnerChanges {
    /// Their given name.
    #[serde(default)]
    #[schema(required = false)]
    pub given_name: Change<PersonName>,
    /// Their family name.
    #[serde(default)]
    #[schema(required = false)]
    pub family_name: Change<PersonName>,
    /// What they like to be called.
    #[serde(default)]
    #[schema(required = false)]
    pub preferred_name: Change<Option<PersonName>>,
    /// Their pronouns.
    #[serde(default)]
    #[schema(required = false)]
    pub pronouns: Change<Option<Label>>,
    /// Their e-mail address.
    #[serde(default)]
    #[schema(required = false)]
    pub email: Change<Option<EmailAddress>>,
    /// Their telephone number.
    #[serde(default)]
    #[schema(required = false)]
    pub telephone: Change<Option<Telephone>>,
    /// Their postal address.
    #[serde(default)]
    #[schema(required = false)]
    pub postal_address: Change<Option<Address>>,
    /// Their postcode.
    #[serde(default)]
    #[schema(required = false)]
    pub postcode: Change<Option<Postcode>>,
    /// Whether they are 16 or older.
    #[serde(default)]
    #[schema(required = false)]
    pub over_16: Change<bool>,
    /// From which sides they know the NHS.
    #[serde(default)]
    #[schema(value_type = Vec<Perspective>, required = false, max_items = 9)]
    #[validate(length(max = 9, message = "at most 9 entries"))]
    pub perspectives: Change<Vec<Perspective>>,
    /// What they have experience of living with, in their words.
    #[serde(default)]
    #[schema(value_type = Vec<Label>, required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50 entries"))]
    pub lived_experience: Change<Vec<Label>>,
    /// What they want to work on.
    #[serde(default)]
    #[schema(value_type = Vec<Label>, required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50 entries"))]
    pub interests: Change<Vec<Label>>,
    /// What they are good at.
    #[serde(default)]
    #[schema(value_type = Vec<Label>, required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50 entries"))]
    pub skills: Change<Vec<Label>>,
    /// When and how they can take part.
    #[serde(default)]
    #[schema(required = false)]
    #[validate(nested)]
    pub availability: Change<Option<Availability>>,
    /// How they can be reached electronically.
    #[serde(default)]
    #[schema(required = false)]
    pub digital_access: Change<Option<DigitalAccess>>,
    /// How far they can travel, in their words.
    #[serde(default)]
    #[schema(required = false)]
    pub travel_limits: Change<Option<Prose>>,
    /// Whom to call when something happens.
    #[serde(default)]
    #[schema(required = false)]
    #[validate(nested)]
    pub emergency_contact: Change<Option<EmergencyContact>>,
    /// The member of staff who is there for them; for staff to choose.
    #[serde(default)]
    #[schema(required = false)]
    pub named_contact_id: Change<Option<UserId>>,
}

/// That a partner has read the privacy notice.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "version": "2026-04" }))]
pub struct NoticeRead {
    /// The version of the notice.
    pub version: Label,
}

/// Why a partner takes part no more.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "ownChoice" }))]
pub struct Ending {
    /// Why. A partner who ends it themself gives `ownChoice` or `moved`.
    pub reason: PartnerEndReason,
}

/// Why something that takes two people is proposed.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "Shouted at others in two meetings, after a talk about it." }))]
pub struct ProposedStep {
    /// Why, in words that the partner may read.
    pub reason: Reason,
}

/// Which record is the same person's.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "duplicateId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a91" }))]
pub struct Merging {
    /// The record that ends; everything that belongs to it moves to this partner.
    pub duplicate_id: PartnerId,
    /// That somebody has checked that whoever registered as the duplicate is this person: then they call as
    /// this partner from now on. Without it, the duplicate's credentials end, with what their holder acknowledged
    /// and consented to.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub identity_checked: bool,
}
