//! The table of improvements.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Query, SelectStatement};

use super::lifecycle::{Decision, Publication, Status};
use crate::provenance::{NodeKind, links_between};
use crate::store::{Reach, Scope, record};
use crate::users::UserId;
use crate::values::{Stored, id};

id!(
    /// Names an improvement.
    ImprovementId
);

/// An improvement.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "improvements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImprovementId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub you_said: String,
    pub decision: Decision,
    pub we_did: Option<String>,
    pub why_not: Option<String>,
    pub service: String,
    pub owner_id: UserId,
    pub due_on: Option<Date>,
    pub impact_measure: Option<String>,
    pub impact_observed: Option<String>,
    pub quote: Option<String>,
    /// Everyone who wrote something of it: they do not check it.
    pub authors: Stored<Vec<String>>,
    pub checked_by: Option<String>,
    pub checked_at: Option<DateTimeUtc>,
    pub published_at: Option<DateTimeUtc>,
    pub publication: Publication,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(ImprovementId, "improvement", owner: None, {
    /// For those who reach no further than the public: everyone else's view tells who sees to it.
    fn published(scope: &Scope) -> Option<Condition> {
        let is_public = Column::Publication.eq(Publication::Published);
        (scope.reach == Reach::Published).then(|| Condition::all().add(is_public))
    }

    /// A workstream lead's own are those they see to.
    fn own(scope: &Scope) -> Option<Condition> {
        Some(Condition::all().add(Column::OwnerId.eq(scope.user?)))
    }
});

/// The insights that an improvement answers in public.
pub fn answered_insights() -> SelectStatement {
    let published = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::Publication.eq(Publication::Published))
        .to_owned();
    links_between(NodeKind::Insight, NodeKind::Improvement, published)
}
