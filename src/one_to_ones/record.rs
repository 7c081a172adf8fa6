//! What a one-to-one is about: what was said, and what the partner says about how it was written down.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::values::{Prose, choices};

choices! {
    /// Whether expenses and payments came when they should.
    pub enum PaymentsOnTime {
        /// They did.
        Yes,
        /// They did not.
        No,
        /// There were none.
        NoneDue,
    }
}

choices! {
    /// Whether the partner wants to go on in the role.
    pub enum WishToContinue {
        /// They do.
        Yes,
        /// They are not sure.
        Unsure,
        /// They do not.
        No,
    }
}

/// What was said, as the supporter wrote it down. A partner need not speak about any of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OneToOneRecord {
    /// How the partner is.
    pub wellbeing: Option<Prose>,
    /// What is going well.
    pub going_well: Option<Prose>,
    /// What stands in the way.
    pub barriers: Option<Prose>,
    /// Whether access needs are met.
    pub access: Option<Prose>,
    /// Whether it is too much, or too little.
    pub workload: Option<Prose>,
    /// How far the partner feels heard, from 1 (not at all) to 5 (fully).
    #[schema(minimum = 1, maximum = 5)]
    #[validate(range(min = 1, max = 5, message = "from 1 to 5"))]
    pub feeling_heard: Option<i32>,
    /// Training that is wanted or was had.
    pub training: Option<Prose>,
    /// What the partner has seen change because of their part in it.
    pub impact_seen: Option<Prose>,
    /// Whether expenses and payments came when they should.
    pub payments_on_time: Option<PaymentsOnTime>,
    /// Whether the partner wants to go on in the role.
    pub wish_to_continue: Option<WishToContinue>,
}

impl OneToOneRecord {
    /// Whether nothing was written down.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Its texts, by the field in which they stand.
    pub fn texts(&self) -> [(&'static str, Option<&str>); 7] {
        [
            (
                "/record/wellbeing",
                self.wellbeing.as_ref().map(Prose::as_str),
            ),
            (
                "/record/goingWell",
                self.going_well.as_ref().map(Prose::as_str),
            ),
            (
                "/record/barriers",
                self.barriers.as_ref().map(Prose::as_str),
            ),
            ("/record/access", self.access.as_ref().map(Prose::as_str)),
            (
                "/record/workload",
                self.workload.as_ref().map(Prose::as_str),
            ),
            (
                "/record/training",
                self.training.as_ref().map(Prose::as_str),
            ),
            (
                "/record/impactSeen",
                self.impact_seen.as_ref().map(Prose::as_str),
            ),
        ]
    }
}

/// What the partner says about what was written down. It stands beside the text, which stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Correction {
    /// When the partner wrote it.
    pub at: DateTime<Utc>,
    /// What it says.
    pub text: Prose,
}
