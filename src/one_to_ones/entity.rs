//! The table of one-to-ones.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;
use uuid::Uuid;

use super::lifecycle::Status;
use super::record::{Correction, OneToOneRecord};
use crate::appointments::AppointmentId;
use crate::partners::PartnerId;
use crate::store::{Scope, record};
use crate::users::UserId;
use crate::values::{Mode, Stored, id};

id!(
    /// Names a one-to-one.
    OneToOneId
);

/// A talk between a partner and the member of staff who supports them.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "one_to_ones")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OneToOneId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub appointment_id: AppointmentId,
    pub partner_id: PartnerId,
    pub supporter_id: UserId,
    pub planned_for: Date,
    pub held_on: Option<Date>,
    pub mode: Option<Mode>,
    pub minutes: Option<i32>,
    pub record: Option<Stored<OneToOneRecord>>,
    pub corrections: Option<Stored<Vec<Correction>>>,
    pub cancel_reason: Option<String>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether what was said is the caller's to read: the partner's, and whoever's held it. Nobody else's,
    /// however far their permission reaches.
    pub fn is_between(&self, scope: &Scope) -> bool {
        scope.partner == Some(self.partner_id.0) || scope.user == Some(self.supporter_id.0)
    }
}

/// The rows of which the caller is one of the two: the partner, or who supports them.
pub(super) fn between<C: ColumnTrait>(
    scope: &Scope,
    partner: C,
    supporter: C,
) -> Option<Condition> {
    let theirs = |column: C, id: Option<Uuid>| id.map(|id| column.eq(id));
    match (scope.partner, scope.user) {
        (None, None) => None,
        _ => Some(
            Condition::any()
                .add_option(theirs(partner, scope.partner))
                .add_option(theirs(supporter, scope.user)),
        ),
    }
}

record!(OneToOneId, "one-to-one", owner: Some(Column::PartnerId), {
    /// A member of staff's own are those with the partners whom they support.
    fn own(scope: &Scope) -> Option<Condition> {
        between(scope, Column::PartnerId, Column::SupporterId)
    }
});
