//! The table of checks.

use sea_orm::entity::prelude::*;

use super::lifecycle::Status;
use super::requirements::{CheckRequirementId, Workforce};
use crate::appointments::AppointmentId;
use crate::opportunities::DbsLevel;
use crate::partners::PartnerId;
use crate::store::record;
use crate::users::UserId;
use crate::values::{choices, id};

id!(
    /// Names a check.
    CheckId
);

choices! {
    /// What kind of check it is.
    pub enum CheckKind {
        /// By the Disclosure and Barring Service.
        Dbs,
        /// By asking somebody who knows the partner.
        Reference,
    }
}

/// A check of a partner for a role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "checks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CheckId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub appointment_id: AppointmentId,
    pub partner_id: PartnerId,
    pub kind: CheckKind,
    pub requirement_id: Option<CheckRequirementId>,
    pub level: Option<DbsLevel>,
    pub workforce: Option<Workforce>,
    pub legal_basis: Option<String>,
    pub as_volunteer: bool,
    pub referee_name: Option<String>,
    pub referee_contact: Option<String>,
    pub requested_on: Date,
    pub decided_by: Option<UserId>,
    pub decided_on: Option<Date>,
    pub issued_on: Option<Date>,
    pub certificate_ending: Option<String>,
    pub expires_on: Option<Date>,
    pub warned_days: Option<i32>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(CheckId, "check", owner: Some(Column::PartnerId));
