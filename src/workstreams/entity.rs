//! The table of workstreams, and their lifecycle.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::lifecycle::{Lifecycle, Step};
use crate::organisations::shared_with;
use crate::store::{Scope, record};
use crate::values::{choices, id};

id!(
    /// Names a workstream.
    WorkstreamId
);

choices! {
    /// Whether a workstream takes new opportunities.
    #[schema(as = WorkstreamStatus)]
    pub enum Status {
        /// It does.
        Active,
        /// It has ended.
        Closed,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "workstream";
    const FIRST: Self = Self::Active;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "close",
            from: &[Self::Active],
            to: Self::Closed,
            needs: "",
        },
        Step {
            verb: "reopen",
            from: &[Self::Closed],
            to: Self::Active,
            needs: "",
        },
    ];
}

/// A workstream.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workstreams")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WorkstreamId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub name: String,
    pub purpose: String,
    pub lead_id: Option<Uuid>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(WorkstreamId, "workstream", owner: None, {
    fn shared(scope: &Scope) -> Option<Condition> {
        shared_with(scope, Column::Organisation, "workstreams")
    }

    /// A lead's own are those they lead.
    fn own(scope: &Scope) -> Option<Condition> {
        Some(Condition::all().add(Column::LeadId.eq(scope.user?)))
    }
});
