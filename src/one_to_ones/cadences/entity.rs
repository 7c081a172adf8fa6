//! The table of cadences.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::store::{Reach, Scope, record};
use crate::values::{Stored, id};

id!(
    /// Names a cadence of one-to-ones.
    OneToOneCadenceId
);

/// How often one-to-ones are held, for appointments that start from a day on. It is never changed: another
/// one takes its place.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_to_one_cadences")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OneToOneCadenceId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub after_months: Stored<Vec<u32>>,
    pub then_every_months: Option<i32>,
    pub applies_from: Date,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(OneToOneCadenceId, "one-to-one cadence", owner: None, {
    /// Everybody in the organisation whom it concerns may know it.
    fn shared(scope: &Scope) -> Option<Condition> {
        let organisation = scope.organisation.as_deref().filter(|_| scope.reach >= Reach::Own)?;
        Some(Condition::all().add(Column::Organisation.eq(organisation)))
    }
});
