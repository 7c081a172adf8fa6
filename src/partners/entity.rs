//! The table of partners, and their lifecycle.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Query, SelectStatement};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::shares;
use crate::http::Problem;
use crate::lifecycle::{Lifecycle, Step};
use crate::store::{Reach, Record, Scope, record};
use crate::values::{
    Address, DayPart, Line, Mode, PersonName, Perspective, Stored, Telephone, Weekday, choices, id,
};

id!(
    /// Names a partner.
    PartnerId
);

choices! {
    /// How a person can be reached electronically.
    pub enum DigitalAccess {
        /// Not at all.
        None,
        /// By telephone.
        PhoneOnly,
        /// With a smartphone.
        Smartphone,
        /// With a computer and a good connection.
        Full,
    }
}

choices! {
    /// Where a partner's record comes from.
    pub enum PartnerSource {
        /// They registered themselves.
        OwnRegistration,
        /// Staff registered them, at their request.
        Staff,
        /// They applied for an opportunity.
        Application,
        /// An import from another system.
        Import,
    }
}

choices! {
    /// Where a partner is on the way from a first interest to the end.
    pub enum PartnerStatus {
        /// Has shown interest.
        Enquirer,
        /// Is registered.
        Registered,
        /// Takes part.
        Active,
        /// Has asked for a break; hears nothing but replies.
        Paused,
        /// Has been suspended by two members of staff.
        Suspended,
        /// Takes part no more.
        Ended,
        /// Was in twice; `mergedIntoId` says which record goes on.
        Merged,
        /// Everything that could tell who it was has been removed.
        Anonymised,
    }
}

impl Lifecycle for PartnerStatus {
    const OF: &'static str = "partner";
    const FIRST: Self = Self::Enquirer;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "register",
            from: &[Self::Enquirer],
            to: Self::Registered,
            needs: "the partner, or staff for them",
        },
        Step {
            verb: "activate",
            from: &[Self::Registered],
            to: Self::Active,
            needs: "the privacy notice acknowledged",
        },
        Step {
            verb: "pause",
            from: &[Self::Active],
            to: Self::Paused,
            needs: "no reason",
        },
        Step {
            verb: "resume",
            from: &[Self::Paused],
            to: Self::Active,
            needs: "",
        },
        Step {
            verb: "suspend",
            from: &[Self::Active, Self::Paused],
            to: Self::Suspended,
            needs: "two members of staff: one proposes with a written reason, another one confirms",
        },
        Step {
            verb: "reinstate",
            from: &[Self::Suspended],
            to: Self::Active,
            needs: "staff",
        },
        Step {
            verb: "end",
            from: &[
                Self::Enquirer,
                Self::Registered,
                Self::Active,
                Self::Paused,
                Self::Suspended,
            ],
            to: Self::Ended,
            needs: "a reason; `deceased` stops every message at once",
        },
        Step::stays(
            "record-death",
            &[Self::Ended],
            "staff; it was learned of after the end, and stops every message",
        ),
        Step {
            verb: "merge",
            from: &[
                Self::Enquirer,
                Self::Registered,
                Self::Active,
                Self::Paused,
                Self::Suspended,
                Self::Ended,
            ],
            to: Self::Merged,
            needs: "another record of the same person, which goes on",
        },
        Step {
            verb: "anonymise",
            from: &[Self::Ended, Self::Merged],
            to: Self::Anonymised,
            needs: "two people of information governance: one proposes, another one confirms",
        },
    ];
}

impl PartnerStatus {
    /// Whether somebody in this state may apply, accept a place, take a route and give a consent.
    pub const fn may_take_part(self) -> bool {
        match self {
            Self::Enquirer | Self::Registered | Self::Active | Self::Paused => true,
            Self::Suspended | Self::Ended | Self::Merged | Self::Anonymised => false,
        }
    }

    /// How far somebody in this state has come on the way in; for those who are not on it, nothing.
    pub const fn progress(self) -> Option<u8> {
        match self {
            Self::Enquirer => Some(0),
            Self::Registered => Some(1),
            Self::Active | Self::Paused => Some(2),
            Self::Suspended | Self::Ended | Self::Merged | Self::Anonymised => None,
        }
    }
}

choices! {
    /// Why a partner takes part no more.
    pub enum PartnerEndReason {
        /// They chose to.
        OwnChoice,
        /// The role is done.
        RoleComplete,
        /// The term is over.
        TermComplete,
        /// They could not be reached.
        NoContact,
        /// They moved away.
        Moved,
        /// They died.
        Deceased,
        /// Of their conduct.
        Conduct,
    }
}

impl PartnerEndReason {
    /// The reasons that partners give themselves; the others are for staff to say.
    const OWN: [Self; 2] = [Self::OwnChoice, Self::Moved];

    /// Refuses a reason that is not for the caller to give.
    pub fn given_by(self, scope: &Scope) -> Result<(), Problem> {
        match scope.reach <= Reach::Own && !Self::OWN.contains(&self) {
            false => Ok(()),
            true => {
                let message = "give `ownChoice` or `moved`";
                Err(Problem::field("/reason", "staffOnly", message))
            }
        }
    }
}

/// When and how a person can take part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Availability {
    /// On which days; none said is any day.
    #[serde(default)]
    #[schema(max_items = 7, required = false)]
    #[validate(length(max = 7, message = "at most 7 entries"))]
    pub days: Vec<Weekday>,
    /// At which times of the day; none said is any time.
    #[serde(default)]
    #[schema(max_items = 3, required = false)]
    #[validate(length(max = 3, message = "at most 3 entries"))]
    pub times: Vec<DayPart>,
    /// In which ways; none said is any way.
    #[serde(default)]
    #[schema(max_items = 5, required = false)]
    #[validate(length(max = 5, message = "at most 5 entries"))]
    pub modes: Vec<Mode>,
    /// For how many hours a month at the most.
    #[schema(minimum = 0, maximum = 400)]
    #[validate(range(min = 0, max = 400, message = "from 0 to 400"))]
    pub hours_per_month: Option<i32>,
    /// How many days ahead they need to know.
    #[schema(minimum = 0, maximum = 365)]
    #[validate(range(min = 0, max = 365, message = "from 0 to 365"))]
    pub notice_days: Option<i32>,
}

/// Whom to call when something happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmergencyContact {
    /// Their name.
    pub name: PersonName,
    /// What they are to the partner.
    pub relation: Option<Line>,
    /// Their telephone number.
    pub telephone: Telephone,
    /// Their address.
    pub address: Option<Address>,
}

/// A decision that takes two people: one proposed it with a reason, another one confirms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Why, in words that the partner may read.
    pub reason: String,
    /// Who proposed it, as one word.
    pub proposed_by: String,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// A partner.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partners")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartnerId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub given_name: String,
    pub family_name: String,
    pub preferred_name: Option<String>,
    pub pronouns: Option<String>,
    pub email: Option<String>,
    pub telephone: Option<String>,
    pub postal_address: Option<String>,
    pub postcode: Option<String>,
    pub over_16: bool,
    pub perspectives: Stored<Vec<Perspective>>,
    pub lived_experience: Stored<Vec<String>>,
    pub interests: Stored<Vec<String>>,
    pub skills: Stored<Vec<String>>,
    pub availability: Option<Stored<Availability>>,
    pub digital_access: Option<DigitalAccess>,
    pub travel_limits: Option<String>,
    pub emergency_contact: Option<Stored<EmergencyContact>>,
    pub named_contact_id: Option<Uuid>,
    pub source: PartnerSource,
    pub status: PartnerStatus,
    pub end_reason: Option<PartnerEndReason>,
    pub suspension: Option<Stored<Proposal>>,
    pub erasure: Option<Stored<Proposal>>,
    pub privacy_notice_version: Option<String>,
    pub privacy_notice_acknowledged_at: Option<DateTimeUtc>,
    pub merged_into_id: Option<Uuid>,
    /// Given and family name with the postcode, folded: for finding duplicates.
    pub match_person: Option<String>,
    /// The e-mail address, folded.
    pub match_email: Option<String>,
    /// The telephone number's national digits.
    pub match_telephone: Option<String>,
    /// Every name, folded, each word after a space: for `?q=`.
    pub search_name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The partners for whom the caller is there, as the named contact.
pub fn looked_after(scope: &Scope) -> Option<SelectStatement> {
    let user = scope.user.filter(|_| scope.staff)?;
    let organisation = scope.organisation.as_deref()?;
    Some(
        Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(Column::Organisation.eq(organisation))
            .and_where(Column::NamedContactId.eq(user))
            .to_owned(),
    )
}

/// A partner whose access needs the caller may read: one whom they see, or for whom they are there.
#[expect(
    clippy::disallowed_methods,
    reason = "a named contact reads the needs, and need not see the record"
)]
pub fn with_readable_needs(scope: &Scope, id: PartnerId) -> Select<Entity> {
    let looked_after = looked_after(scope).map(|partners| Column::Id.in_subquery(partners));
    Entity::find().filter(Column::Id.eq(id)).filter(
        Condition::any()
            .add(Entity::visible(scope))
            .add_option(looked_after),
    )
}

record!(PartnerId, "partner", owner: Some(Column::Id), {
    fn shared(scope: &Scope) -> Option<Condition> {
        let partners = shares::entity::shared_partners(scope)?;
        Some(Condition::all().add(Column::Id.in_subquery(partners)))
    }
});
