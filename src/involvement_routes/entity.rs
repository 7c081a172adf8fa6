//! The table of routes of involvement.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::organisations::ROOT;
use crate::store::{Scope, record};
use crate::values::id;

id!(
    /// Names a route of involvement.
    InvolvementRouteId
);

/// A way in which an organisation involves people, from a day to a day. Those of the root organisation are
/// for every organisation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "involvement_routes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvolvementRouteId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub code: String,
    pub label: String,
    pub opens_to_all: bool,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(InvolvementRouteId, "involvement route", owner: None, {
    /// The ones for everyone, and those of the caller's organisation.
    fn published(scope: &Scope) -> Option<Condition> {
        let ours = scope.organisation.as_deref().map(|organisation| Column::Organisation.eq(organisation));
        Some(Condition::any().add(Column::Organisation.eq(ROOT)).add_option(ours))
    }
});
