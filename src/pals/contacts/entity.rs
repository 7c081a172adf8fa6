//! The table of contacts.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Condition, ExprTrait};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::clock::Pause;
use super::consent::{Consent, ConsentGiven, ThirdParty};
use super::inputs::Reopening;
use super::lifecycle::Status;
use crate::store::{Reach, Scope, record};
use crate::users::UserId;
use crate::values::{
    Address, EmailAddress, ItemCode, Label, Line, PersonName, Prose, Reason, Stored, Telephone,
    choices, id,
};

id!(
    /// Names a PALS contact.
    PalsContactId
);

choices! {
    /// How somebody turned to PALS.
    #[schema(as = PalsChannel)]
    pub enum Channel {
        /// By telephone.
        Phone,
        /// By e-mail.
        Email,
        /// By letter.
        Letter,
        /// In the PALS office, or on a ward.
        InPerson,
        /// By a form on the internet.
        Online,
        /// By text message.
        Text,
        /// Through a member of staff.
        ViaStaff,
        /// On social media.
        SocialMedia,
        /// In another way.
        Other,
    }
}

choices! {
    /// What somebody brought to PALS.
    #[schema(as = PalsKind)]
    pub enum Kind {
        /// A question.
        Enquiry,
        /// Something that is not as it should be.
        Concern,
        /// Praise.
        Compliment,
        /// A remark.
        Comment,
        /// What could be done better.
        Suggestion,
        /// A formal complaint, to be handed over.
        Complaint,
    }
}

choices! {
    /// What somebody is to the person concerned.
    #[schema(as = PalsRelationship)]
    pub enum Relationship {
        /// That person.
        Patient,
        /// Of their family.
        Relative,
        /// Cares for them.
        Carer,
        /// A friend or neighbour.
        Friend,
        /// Speaks for them: an advocate, a solicitor, a Member of Parliament.
        Advocate,
        /// A visitor.
        Visitor,
        /// A member of staff.
        Staff,
        /// Somebody else, or not known.
        Other,
    }
}

/// Whoever turned to PALS, and how they are reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PalsCaller {
    /// Their name.
    pub name: PersonName,
    /// Their telephone number.
    pub telephone: Option<Telephone>,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
    /// Their postal address.
    pub postal_address: Option<Address>,
}

/// Something that somebody brought to PALS.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pals_contacts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PalsContactId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// With the number, the reference.
    pub year: i32,
    pub number: i32,
    pub received_at: DateTimeUtc,
    pub channel: Channel,
    pub kind: Kind,
    pub anonymous: bool,
    pub caller: Option<Stored<PalsCaller>>,
    pub relationship: Relationship,
    pub consent: Consent,
    pub consent_given: Option<ConsentGiven>,
    pub consent_at: Option<DateTimeUtc>,
    pub third_party: Option<Stored<ThirdParty>>,
    pub subjects: Stored<Vec<ItemCode>>,
    pub service: Option<ItemCode>,
    pub site_code: Option<String>,
    pub summary: Prose,
    pub outcome: Option<Prose>,
    pub staff_named: Option<Line>,
    /// Users whom it is about.
    pub concerns: Stored<Vec<UserId>>,
    pub owner_id: Option<UserId>,
    pub target_days: i32,
    pub clock_from: Date,
    pub pauses: Stored<Vec<Pause>>,
    pub due_on: Option<Date>,
    pub reopenings: Stored<Vec<Reopening>>,
    pub resolved_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    pub escalated_at: Option<DateTimeUtc>,
    pub complaint_reference: Option<Label>,
    pub escalation_reason: Option<Reason>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What people call it by.
    pub fn reference(&self) -> String {
        format!("PALS-{}-{:05}", self.year, self.number)
    }
}

/// The contacts that name a user among those whom they concern: ids have no wildcards in them.
pub fn concerning(user: Uuid) -> Expr {
    Expr::col((Entity, Column::Concerns))
        .cast_as(Alias::new("text"))
        .like(format!("%{user}%"))
}

record!(PalsContactId, "PALS contact", owner: None, {
    /// Nobody sees what is about themself, in whatever role.
    fn writable(scope: &Scope) -> Condition {
        let ours = scope.organisation.as_deref().map(|ours| Column::Organisation.eq(ours));
        match (scope.reach, ours) {
            (Reach::System, _) => Condition::all(),
            (Reach::Organisation, Some(ours)) => Condition::all()
                .add(ours)
                .add_option(scope.user.map(|me| concerning(me).not())),
            _ => Condition::all().add(Column::Id.is_null()),
        }
    }
});

/// The last contact of an organisation in a year, whomever it concerns: the next one takes the number after it.
#[expect(
    clippy::disallowed_methods,
    reason = "numbers follow each other, whoever sees the contacts"
)]
pub(super) fn last_of(organisation: &str, year: i32) -> Select<Entity> {
    Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Year.eq(year))
        .order_by_desc(Column::Number)
        .limit(1)
}
