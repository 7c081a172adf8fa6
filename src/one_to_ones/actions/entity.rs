//! The table of actions.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::lifecycle::{Lifecycle, Step};
use crate::one_to_ones::OneToOneId;
use crate::one_to_ones::entity::between;
use crate::partners::PartnerId;
use crate::store::{Reach, Scope, record};
use crate::users::UserId;
use crate::values::{choices, id};

id!(
    /// Names an action that was agreed in a one-to-one.
    OneToOneActionId
);

choices! {
    /// Who does it.
    pub enum ActionOwner {
        /// The partner.
        Partner,
        /// The member of staff who supports them.
        Supporter,
    }
}

choices! {
    /// Where an action stands.
    #[schema(as = OneToOneActionStatus)]
    pub enum Status {
        /// It is to be done.
        Open,
        /// It is done.
        Done,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "one-to-one action";
    const FIRST: Self = Self::Open;
    const STEPS: &'static [Step<Self>] = &[Step {
        verb: "complete",
        from: &[Self::Open],
        to: Self::Done,
        needs: "one of the two who agreed it",
    }];
}

/// Something that was agreed in a one-to-one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_to_one_actions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OneToOneActionId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub one_to_one_id: OneToOneId,
    /// Of the one-to-one, for conditions.
    pub partner_id: PartnerId,
    pub supporter_id: UserId,
    pub what: String,
    pub owner: ActionOwner,
    pub due_on: Date,
    pub done_on: Option<Date>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(OneToOneActionId, "one-to-one action", owner: Some(Column::PartnerId), {
    fn own(scope: &Scope) -> Option<Condition> {
        between(scope, Column::PartnerId, Column::SupporterId)
    }

    /// What was agreed is between the two, however far somebody's permission reaches.
    fn writable(scope: &Scope) -> Condition {
        let own = || Some((scope.organisation.as_deref()?, Self::own(scope)?));
        match (scope.reach, own()) {
            (Reach::System, _) => Condition::all(),
            (Reach::Own | Reach::Organisation, Some((organisation, own))) => {
                Condition::all().add(Column::Organisation.eq(organisation)).add(own)
            }
            _ => Condition::all().add(Column::Id.is_null()),
        }
    }
});
