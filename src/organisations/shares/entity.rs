//! The table of shares, and the condition that makes them work.

use std::sync::Arc;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::http::Problem;
use crate::lifecycle::{Lifecycle, Step};
use crate::store::{Reach, Reader, Scope, Shared, record};
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

/// The condition that a record's organisation shares this kind of record with the caller's, today; nothing
/// when none does. `what` is a word of [`SharedRecords`].
pub fn shared_with(scope: &Scope, organisation: impl ColumnTrait, what: &str) -> Option<Condition> {
    let today = |share: &&Shared| share.what == what && share.days.contains(&scope.today);
    let sharing = scope.shares.iter().filter(today);
    let sharing: Vec<&str> = sharing.map(|share| share.organisation.as_str()).collect();
    let may = scope.reach == Reach::Organisation && !sharing.is_empty();
    may.then(|| Condition::all().add(organisation.is_in(sharing)))
}

/// What other organisations share with this one, now and later.
#[expect(
    clippy::disallowed_methods,
    reason = "what an organisation may read comes before what it reads"
)]
pub async fn shares_with(
    reader: &Reader<'_>,
    organisation: &str,
) -> Result<Arc<[Shared]>, Problem> {
    let agreed = Entity::find()
        .filter(Column::WithOrganisation.eq(organisation))
        .filter(Column::RevokedAt.is_null());
    let agreed = reader.all(agreed).await?.into_iter();
    Ok(agreed
        .map(|row| Shared {
            organisation: row.organisation,
            what: row.what.word(),
            days: row.starts_on..=row.ends_on,
        })
        .collect())
}
