//! What callers send: an application, a change of a draft, feedback.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::http::Change;
use crate::opportunities::{ApplyMethod, OpportunityId};
use crate::partners::representatives::RepresentativeId;
use crate::partners::{NewPartner, PartnerId};
use crate::values::{
    Address, EmailAddress, Label, Line, PersonName, Perspective, Postcode, Prose, Telephone,
};

/// The person who applies, to be registered as an enquirer. One way to reach them is enough; it need not
/// be e-mail.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = can_be_reached))]
pub struct Applicant {
    /// Given name.
    pub given_name: PersonName,
    /// Family name.
    pub family_name: PersonName,
    /// How they like to be called.
    pub preferred_name: Option<PersonName>,
    /// E-mail address.
    pub email: Option<EmailAddress>,
    /// Telephone number.
    pub telephone: Option<Telephone>,
    /// Postal address.
    pub postal_address: Option<Address>,
    /// Postcode.
    pub postcode: Option<Postcode>,
    /// Whether they are 16 or older.
    pub over16: bool,
    /// The version of the privacy notice that they have acknowledged.
    pub privacy_notice_version: Option<Label>,
}

impl From<Applicant> for NewPartner {
    fn from(applicant: Applicant) -> Self {
        let Applicant {
            given_name,
            family_name,
            preferred_name,
            email,
            telephone,
            postal_address,
            postcode,
            over16,
            privacy_notice_version,
        } = applicant;
        Self {
            organisation: None,
            given_name,
            family_name,
            preferred_name,
            pronouns: None,
            email,
            telephone,
            postal_address,
            postcode,
            over_16: over16,
            perspectives: Vec::new(),
            lived_experience: Vec::new(),
            interests: Vec::new(),
            skills: Vec::new(),
            availability: None,
            digital_access: None,
            travel_limits: None,
            emergency_contact: None,
            named_contact_id: None,
            privacy_notice_version,
        }
    }
}

fn at(pointer: &'static str, code: &'static str, message: &'static str) -> ValidationError {
    let mut error = ValidationError::new(code).with_message(message.into());
    error.add_param("pointer".into(), &pointer);
    error
}

fn can_be_reached(applicant: &Applicant) -> Result<(), ValidationError> {
    let Applicant {
        email,
        telephone,
        postal_address,
        ..
    } = applicant;
    match email.is_some() || telephone.is_some() || postal_address.is_some() {
        true => Ok(()),
        false => Err(at(
            "",
            "unreachable",
            "an e-mail address, a telephone number or a postal address is needed",
        )),
    }
}

fn online() -> ApplyMethod {
    ApplyMethod::Online
}

fn at_once() -> bool {
    true
}

/// An application. No CV is asked for, and no clinical history: please leave both out.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = one_applicant))]
#[schema(example = json!({
    "opportunityId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90",
    "applicant": { "givenName": "Ada", "familyName": "Okafor", "telephone": "01253 300000", "over16": true },
    "whyInterested": "I have looked after my father since his stroke.",
    "perspective": "carer", "availabilityConfirmed": true, "consent": true
}))]
pub struct NewApplication {
    /// What it is for.
    pub opportunity_id: OpportunityId,
    /// The person who applies. Without credentials it is needed; with a partner's own it is left out.
    #[validate(nested)]
    pub applicant: Option<Applicant>,
    /// Staff: the partner for whom this is entered.
    pub partner_id: Option<PartnerId>,
    /// Who applies in the partner's name: a representative whom the partner lets apply for them.
    pub representative_id: Option<RepresentativeId>,
    /// How it reached the team, by one of the ways that the opportunity offers. Staff who enter one say so;
    /// whoever sends their own applies online.
    #[serde(default = "online")]
    #[schema(required = false, default = "online")]
    pub method: ApplyMethod,
    /// Why the applicant is interested.
    pub why_interested: Option<Prose>,
    /// What the applicant brings: life counts as much as work.
    pub relevant_experience: Option<Prose>,
    /// From which side the applicant knows the service.
    pub perspective: Option<Perspective>,
    /// What the applicant needs to take part in the informal chat.
    pub support_needed: Option<Prose>,
    /// Whether the applicant can be there at the usual times.
    pub availability_confirmed: Option<bool>,
    /// Where the applicant heard of the opportunity.
    pub how_heard: Option<Line>,
    /// Interests that could conflict with the role.
    pub declarations: Option<Prose>,
    /// That the applicant agrees to the use of what they wrote; it has to be true.
    #[validate(custom(function = given))]
    pub consent: bool,
    /// Whether it is sent at once; false saves a draft that the applicant can change and send later.
    #[serde(default = "at_once")]
    #[schema(required = false, default = true)]
    pub submit: bool,
}

fn given(consent: &bool) -> Result<(), ValidationError> {
    match consent {
        true => Ok(()),
        false => Err(ValidationError::new("required").with_message("consent is needed".into())),
    }
}

fn one_applicant(new: &NewApplication) -> Result<(), ValidationError> {
    match (&new.applicant, new.partner_id) {
        (Some(_), Some(_)) => Err(at(
            "/partnerId",
            "contradiction",
            "name a partner or an applicant, not both",
        )),
        _ => Ok(()),
    }
}

/// A change of one's own draft.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "whyInterested": "I have looked after my father since his stroke." }))]
pub struct ApplicationChanges {
    /// Why the applicant is interested.
    #[serde(default)]
    #[schema(required = false)]
    pub why_interested: Change<Option<Prose>>,
    /// What the applicant brings.
    #[serde(default)]
    #[schema(required = false)]
    pub relevant_experience: Change<Option<Prose>>,
    /// From which side the applicant knows the service.
    #[serde(default)]
    #[schema(required = false)]
    pub perspective: Change<Option<Perspective>>,
    /// What the applicant needs to take part in the informal chat.
    #[serde(default)]
    #[schema(required = false)]
    pub support_needed: Change<Option<Prose>>,
    /// Whether the applicant can be there at the usual times.
    #[serde(default)]
    #[schema(required = false)]
    pub availability_confirmed: Change<Option<bool>>,
    /// Where the applicant heard of the opportunity.
    #[serde(default)]
    #[schema(required = false)]
    pub how_heard: Change<Option<Line>>,
    /// Interests that could conflict with the role.
    #[serde(default)]
    #[schema(required = false)]
    pub declarations: Change<Option<Prose>>,
}

/// Feedback, or that it was offered and not wanted.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = feedback_or_not))]
#[schema(example = json!({ "feedback": "You spoke clearly about waiting times. Another applicant knew the ward." }))]
pub struct GiveFeedback {
    /// Feedback in plain words, which the applicant reads.
    pub feedback: Option<Prose>,
    /// That it was offered and the applicant did not want it.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub not_wanted: bool,
}

fn feedback_or_not(given: &GiveFeedback) -> Result<(), ValidationError> {
    match (&given.feedback, given.not_wanted) {
        (Some(_), false) | (None, true) => Ok(()),
        _ => Err(at(
            "/feedback",
            "required",
            "give feedback, or say that none was wanted",
        )),
    }
}
