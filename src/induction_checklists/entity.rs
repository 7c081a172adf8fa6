//! The table of induction checklists.

use sea_orm::entity::prelude::*;

use super::items::ChecklistItem;
use crate::store::record;
use crate::values::{Stored, id};

id!(
    /// Names a revision of an organisation's induction checklist.
    InductionChecklistId
);

/// A revision of an organisation's induction checklist. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "induction_checklists")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InductionChecklistId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub revision: i32,
    pub items: Stored<Vec<ChecklistItem>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(InductionChecklistId, "induction checklist", owner: None);
