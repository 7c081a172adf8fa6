//! Whether the person concerned lets PALS speak about them, and what is kept of them meanwhile. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::entity::Relationship;
use crate::http::FieldError;
use crate::values::{Line, PersonName, Prose, choices};

choices! {
    /// Whether the person concerned lets PALS speak about them with whoever brought it.
    #[schema(as = PalsConsent)]
    pub enum Consent {
        /// It is about whoever brought it, or about nobody.
        NotRequired,
        /// They have not said yet.
        Pending,
        /// They do.
        Obtained,
        /// They do not, or not any more.
        Refused,
    }
}

impl Consent {
    /// Whether details of the person concerned may be kept.
    pub const fn lets_keep(self) -> bool {
        matches!(self, Self::Obtained)
    }

    /// What holds for a contact that says nothing about it.
    pub const fn by_custom(relationship: Relationship) -> Self {
        match relationship {
            Relationship::Patient => Self::NotRequired,
            _ => Self::Pending,
        }
    }
}

choices! {
    /// How consent was given.
    #[schema(as = PalsConsentGiven)]
    pub enum ConsentGiven {
        /// In writing.
        Written,
        /// By saying so.
        Spoken,
        /// By whoever may decide for them by law.
        LegalRepresentative,
        /// They cannot decide, and it is in their best interests.
        BestInterests,
    }
}

/// Somebody whom a contact concerns, other than whoever brought it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ThirdParty {
    /// Their name.
    pub name: Option<PersonName>,
    /// How they are reached.
    pub contact: Option<Line>,
    /// What else has to be known of them.
    pub detail: Option<Prose>,
}

/// What is wrong with consent and details beside each other.
pub fn check(
    relationship: Relationship,
    consent: Consent,
    given: Option<ConsentGiven>,
    third_party: Option<&ThirdParty>,
) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if relationship == Relationship::Patient && consent != Consent::NotRequired {
        let message = "whoever speaks for themself needs nobody's consent";
        wrong.push(FieldError::new("/consent", "contradiction", message));
    }
    match (consent, given) {
        (Consent::Obtained, None) => {
            let message = "say how consent was given";
            wrong.push(FieldError::new("/consentGiven", "required", message));
        }
        (Consent::NotRequired | Consent::Pending | Consent::Refused, Some(_)) => {
            let message = "no consent was given";
            wrong.push(FieldError::new("/consentGiven", "contradiction", message));
        }
        _ => {}
    }
    if third_party.is_some() && !consent.lets_keep() {
        let message = "details of somebody else are kept once they consent";
        wrong.push(FieldError::new("/thirdParty", "consentMissing", message));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_of_somebody_else_are_kept_with_their_consent_and_no_other_way() {
        let details = ThirdParty::default();
        for consent in Consent::ALL {
            let given = consent.lets_keep().then_some(ConsentGiven::Spoken);
            let wrong = check(Relationship::Carer, *consent, given, Some(&details));
            assert_eq!(wrong.is_empty(), *consent == Consent::Obtained, "{consent}");
            assert!(check(Relationship::Carer, *consent, given, None).is_empty());
        }
    }

    #[test]
    fn patients_need_no_consent_of_their_own() {
        let wrong = check(Relationship::Patient, Consent::Pending, None, None);
        assert_eq!(wrong[0].pointer, "/consent");
        assert!(check(Relationship::Patient, Consent::NotRequired, None, None).is_empty());
    }
}
