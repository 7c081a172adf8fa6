//! The table of targets.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::pals::contacts::Kind;
use crate::store::{Reach, Scope, record};
use crate::values::id;

id!(
    /// Names a target of PALS.
    PalsTargetId
);

/// Within how many working days contacts of a kind are resolved, from a day on. It is never changed: another one takes
/// its place.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pals_targets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PalsTargetId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub kind: Kind,
    pub working_days: i32,
    pub applies_from: Date,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PalsTargetId, "PALS target", owner: None, {
    /// Everybody in the organisation whom it concerns may know it.
    fn shared(scope: &Scope) -> Option<Condition> {
        let organisation = scope.organisation.as_deref().filter(|_| scope.reach >= Reach::Own)?;
        Some(Condition::all().add(Column::Organisation.eq(organisation)))
    }
});
