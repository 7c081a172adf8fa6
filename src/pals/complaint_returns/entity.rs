//! The table of returns about complaints.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryFilter, Select};

use super::figures::SiteFigures;
use super::lifecycle::Status;
use crate::store::record;
use crate::users::UserId;
use crate::values::{Stored, id};

id!(
    /// Names a return about complaints.
    ComplaintReturnId
);

/// What an organisation says about its complaints in a year.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "complaint_returns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ComplaintReturnId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// In which the financial year began.
    pub year: i32,
    pub sites: Stored<Vec<SiteFigures>>,
    /// Everyone who wrote something of it, as the ledger's words for people: they do not submit it.
    pub authors: Stored<Vec<String>>,
    pub submitted_by: Option<UserId>,
    pub submitted_at: Option<DateTimeUtc>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(ComplaintReturnId, "return about complaints", owner: None);

/// The return that an organisation submitted for a year.
#[expect(
    clippy::disallowed_methods,
    reason = "there is one, whoever may read it"
)]
pub(super) fn submitted(organisation: &str, year: i32) -> Select<Entity> {
    Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Year.eq(year))
        .filter(Column::Status.eq(Status::Submitted))
}
