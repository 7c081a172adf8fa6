//! The items of a checklist, the list that ships with the service, and what every list needs: pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::agreement_texts::AgreementKind;
use crate::http::FieldError;
use crate::values::{ItemCode, Line, choices};

choices! {
    /// Who usually sees to an item of an induction.
    pub enum UsuallyBy {
        /// The member of staff who looks after the partner.
        NamedContact,
        /// The engagement team.
        EngagementTeam,
        /// Who leads the workstream.
        WorkstreamLead,
        /// Who chairs the group that the partner joins.
        Chair,
        /// Another partner.
        Buddy,
        /// The partner.
        Partner,
    }
}

/// Something that an induction covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChecklistItem {
    /// Its code, once in a list.
    pub code: ItemCode,
    /// What it is, in plain words.
    pub title: Line,
    /// Whether a role becomes active only when it is done.
    pub mandatory: bool,
    /// By how many days after the start of the role it should be done.
    #[schema(minimum = 0, maximum = 730)]
    #[validate(range(min = 0, max = 730, message = "from 0 to 730 days"))]
    pub due_days: i32,
    /// Who usually sees to it.
    pub usually_by: UsuallyBy,
}

/// A row of the list that ships with the service.
type Row = (&'static str, &'static str, bool, i32, UsuallyBy);

/// What an induction covers where the organisation has not said anything else (domain rules for induction).
const SHIPPED: &[Row] = &[
    (
        "welcome",
        "Welcome, and who the named contact is",
        true,
        0,
        UsuallyBy::NamedContact,
    ),
    (
        "roleWalkthrough",
        "The role, walked through together",
        true,
        7,
        UsuallyBy::WorkstreamLead,
    ),
    (
        "confidentialityAgreement",
        "The confidentiality agreement",
        true,
        14,
        UsuallyBy::NamedContact,
    ),
    (
        "involvementAgreement",
        "The involvement agreement",
        true,
        14,
        UsuallyBy::NamedContact,
    ),
    (
        "moneyAndBenefits",
        "Expenses and payment explained, and where to get advice about benefits",
        true,
        14,
        UsuallyBy::EngagementTeam,
    ),
    (
        "accessNeeds",
        "Access needs looked at together",
        true,
        7,
        UsuallyBy::NamedContact,
    ),
    (
        "safeguardingAndEmergencies",
        "What to do when somebody is at risk, and in an emergency",
        true,
        14,
        UsuallyBy::NamedContact,
    ),
    (
        "conflictsOfInterest",
        "Conflicts of interest declared",
        true,
        14,
        UsuallyBy::Partner,
    ),
    (
        "dataProtection",
        "How personal data is protected",
        true,
        14,
        UsuallyBy::EngagementTeam,
    ),
    (
        "meetChair",
        "A first talk with the chair",
        false,
        28,
        UsuallyBy::Chair,
    ),
    (
        "buddy",
        "A buddy: another partner to turn to",
        false,
        28,
        UsuallyBy::Buddy,
    ),
    (
        "jargonBuster",
        "The jargon buster",
        false,
        14,
        UsuallyBy::NamedContact,
    ),
    (
        "termsOfReference",
        "The terms of reference, and the last minutes",
        false,
        14,
        UsuallyBy::WorkstreamLead,
    ),
    (
        "onlineMeetingTest",
        "A test of online meetings",
        false,
        14,
        UsuallyBy::EngagementTeam,
    ),
    (
        "buildingTour",
        "A tour of the building",
        false,
        28,
        UsuallyBy::WorkstreamLead,
    ),
    (
        "peerNetwork",
        "An invitation to the peer support network",
        false,
        28,
        UsuallyBy::EngagementTeam,
    ),
    (
        "training",
        "Training booked",
        false,
        56,
        UsuallyBy::EngagementTeam,
    ),
    (
        "firstMeetingDebrief",
        "A talk after the first meeting",
        false,
        56,
        UsuallyBy::NamedContact,
    ),
];

/// The items that nobody ticks off: each is done when its agreement is in force.
const AGREEMENTS: [(&str, AgreementKind); 2] = [
    ("confidentialityAgreement", AgreementKind::Confidentiality),
    ("involvementAgreement", AgreementKind::Involvement),
];

/// The agreement that an item stands for, if it stands for one.
pub fn agreement_of(code: &ItemCode) -> Option<AgreementKind> {
    let found = AGREEMENTS.iter().find(|(name, _)| *name == code.as_str());
    found.map(|(_, kind)| *kind)
}

/// The list that ships with the service.
pub(super) fn shipped() -> Result<Vec<ChecklistItem>, &'static str> {
    let item = |(code, title, mandatory, due_days, usually_by): &Row| {
        Ok(ChecklistItem {
            code: ItemCode::parse(*code)?,
            title: Line::parse(*title)?,
            mandatory: *mandatory,
            due_days: *due_days,
            usually_by: *usually_by,
        })
    };
    SHIPPED.iter().map(item).collect()
}

/// What is wrong with a list: a code stands once, and no organisation does without the agreements.
pub(super) fn check(items: &[ChecklistItem]) -> Vec<FieldError> {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if !seen.insert(&item.code) {
            let pointer = format!("/items/{index}/code");
            wrong.push(FieldError::new(pointer, "repeated", "each code once"));
        }
        if !item.mandatory && agreement_of(&item.code).is_some() {
            let message = "nobody begins without this agreement";
            wrong.push(FieldError::new(
                format!("/items/{index}/mandatory"),
                "agreement",
                message,
            ));
        }
    }
    for (code, _) in AGREEMENTS {
        if !items.iter().any(|item| item.code.as_str() == code) {
            let message = format!("the item `{code}` is needed");
            wrong.push(FieldError::new("/items", "required", message));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_ships_is_whole() {
        let items = shipped().unwrap();
        assert_eq!(check(&items), []);
        assert_eq!(items.iter().filter(|item| item.mandatory).count(), 9);
    }

    #[test]
    fn no_list_does_without_the_agreements_or_has_a_code_twice() {
        let mut items = shipped().unwrap();
        items.retain(|item| item.code.as_str() != "involvementAgreement");
        items[2].mandatory = false;
        items.push(items[0].clone());
        let last = items.len() - 1;
        let wrong: Vec<_> = check(&items)
            .into_iter()
            .map(|error| error.pointer)
            .collect();
        assert_eq!(
            wrong,
            [
                "/items/2/mandatory".to_owned(),
                format!("/items/{last}/code"),
                "/items".to_owned()
            ]
        );
    }
}
