//! The table of shares, and the condition that makes them work.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};

use crate::lifecycle::{Lifecycle, Step};
use crate::store::{Reach, Scope, record};
use crate::values::{choices, id};

id!(
    /// Names a share.
    OrganisationShareId
);

choices! {
    /// What is shared.
    pub enum SharedRecords {
        /// Workstreams.
        Workstreams,
        /// Opportunities in every state.
        Opportunities,
    }
}

choices! {
    /// Whether a share still counts, on the days for which it was made.
    pub enum ShareStatus {
        /// It does.
        Agreed,
        /// It was taken back.
        Revoked,
    }
}

impl Lifecycle for ShareStatus {
    const OF: &'static str = "share";
    const FIRST: Self = Self::Agreed;
    const STEPS: &'static [Step<Self>] = &[Step {
        verb: "revoke",
        from: &[Self::Agreed],
        to: Self::Revoked,
        needs: "",
    }];
}

/// That an organisation shares something with another one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_shares")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationShareId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub with_organisation: String,
    pub what: SharedRecords,
    pub purpose: String,
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    pub revoked_at: Option<DateTimeUtc>,
}

impl Model {
    /// Whether it still counts.
    pub fn status(&self) -> ShareStatus {
        match self.revoked_at {
            None => ShareStatus::Agreed,
            Some(_) => ShareStatus::Revoked,
        }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(OrganisationShareId, "share", owner: None, {
    fn shared(scope: &Scope) -> Option<Condition> {
        let reader = scope.organisation.clone().filter(|_| scope.reach == Reach::Organisation)?;
        Some(Condition::all().add(Column::WithOrganisation.eq(reader)))
    }
});

/// The condition that a record's organisation shares this kind of record with the caller's, today.
/// `what` is a word of [`SharedRecords`].
pub fn shared_with(scope: &Scope, organisation: impl ColumnTrait, what: &str) -> Option<Condition> {
    let reader = scope
        .organisation
        .clone()
        .filter(|_| scope.reach == Reach::Organisation)?;
    let sharing = Query::select()
        .column(Column::Organisation)
        .from(Entity)
        .and_where(Expr::col(Column::WithOrganisation).eq(reader))
        .and_where(Expr::col(Column::What).eq(what))
        .and_where(Expr::col(Column::RevokedAt).is_null())
        .and_where(Expr::col(Column::StartsOn).lte(scope.today))
        .and_where(Expr::col(Column::EndsOn).gte(scope.today))
        .to_owned();
    Some(Condition::all().add(organisation.in_subquery(sharing)))
}
