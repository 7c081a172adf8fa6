//! The table of single responses. There is no column for who answered, and none for from where.

use sea_orm::entity::prelude::*;

use super::super::screening::Personal;
use super::super::settings::{Mode, Setting, Touchpoint};
use crate::lifecycle::{Lifecycle, Step};
use crate::store::record;
use crate::values::{Stored, choices, id};

id!(
    /// Names a response.
    FriendsAndFamilyResponseId
);

choices! {
    /// Who answered.
    #[schema(as = FriendsAndFamilyRespondent)]
    pub enum Respondent {
        /// The patient.
        Patient,
        /// A carer.
        Carer,
        /// A parent.
        Parent,
        /// Somebody else, for the patient.
        Proxy,
    }
}

choices! {
    /// Whether what was written cannot wait.
    #[schema(as = FriendsAndFamilyUrgency)]
    pub enum Urgency {
        /// Nothing in it says so.
        None,
        /// Somebody may be in danger: a person has to look at it on the same day.
        Waiting,
        /// A person has seen to it.
        DealtWith,
    }
}

impl Lifecycle for Urgency {
    const OF: &'static str = "Friends and Family Test response";
    const FIRST: Self = Self::None;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "screen",
            from: &[Self::None],
            to: Self::Waiting,
            needs: "words of danger or harm in what was written",
        },
        Step {
            verb: "deal-with",
            from: &[Self::Waiting],
            to: Self::DealtWith,
            needs: "what was done about it",
        },
    ];
    const WITH_OTHERS: &'static [&'static str] = &["screen"];
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "friends_and_family_responses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FriendsAndFamilyResponseId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub responded_on: Date,
    pub setting: Setting,
    pub site: Option<String>,
    pub unit: Option<Uuid>,
    pub ward_name: Option<String>,
    pub touchpoint: Option<Touchpoint>,
    pub score: i32,
    pub mode: Mode,
    pub question: String,
    pub respondent: Respondent,
    pub language: Option<String>,
    pub may_be_published: bool,
    /// As it was written: for the moderator only.
    pub why: Option<String>,
    pub better: Option<String>,
    /// Without what may tell who somebody is.
    pub why_shown: Option<String>,
    pub better_shown: Option<String>,
    pub personal: Stored<Vec<Personal>>,
    pub urgency: Urgency,
    /// The day on which a person has to have looked at it, if one has to.
    pub due_on: Option<Date>,
    pub dealt_with: Option<String>,
    pub dealt_with_at: Option<DateTimeUtc>,
    pub late: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(FriendsAndFamilyResponseId, "response", owner: None);
