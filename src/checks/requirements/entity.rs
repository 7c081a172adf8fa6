//! The table of decisions about checks.

use sea_orm::entity::prelude::*;

use crate::opportunities::{DbsLevel, OpportunityId};
use crate::store::record;
use crate::users::UserId;
use crate::values::{choices, id};

id!(
    /// Names a decision about the checks of a role.
    CheckRequirementId
);

choices! {
    /// With whom somebody works, as the Disclosure and Barring Service tells them apart.
    pub enum Workforce {
        /// With adults.
        Adult,
        /// With children.
        Child,
        /// With both.
        AdultAndChild,
        /// With neither.
        Other,
    }
}

impl Workforce {
    /// Whether a check for work with these is one for work with others.
    pub fn covers(self, asked: Self) -> bool {
        let both = self == Self::AdultAndChild && matches!(asked, Self::Adult | Self::Child);
        self == asked || both
    }
}

/// A decision about the checks of a role. It is never changed: another one takes its place.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "check_requirements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CheckRequirementId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub opportunity_id: OpportunityId,
    pub level: DbsLevel,
    pub workforce: Option<Workforce>,
    pub legal_basis: String,
    pub references_needed: i32,
    pub decided_by: UserId,
    pub decided_on: Date,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(CheckRequirementId, "check requirement", owner: None);
