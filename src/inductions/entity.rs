//! The table of inductions.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use super::items::InductionItem;
use super::lifecycle::Status;
use crate::appointments::AppointmentId;
use crate::appointments::entity::led_by;
use crate::induction_checklists::InductionChecklistId;
use crate::partners::PartnerId;
use crate::store::{Scope, record};
use crate::values::{Stored, id};

id!(
    /// Names an induction.
    InductionId
);

/// The induction of a partner into a role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inductions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InductionId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub appointment_id: AppointmentId,
    pub checklist_id: Option<InductionChecklistId>,
    pub checklist_revision: i32,
    pub items: Stored<Vec<InductionItem>>,
    /// The earliest date of an item that is still to do.
    pub next_due_on: Option<Date>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(InductionId, "induction", owner: Some(Column::PartnerId), {
    /// Workstream leads see to the inductions of the workstreams they lead.
    fn own(scope: &Scope) -> Option<Condition> {
        Some(Condition::all().add(Column::AppointmentId.in_subquery(led_by(scope.user?))))
    }

    /// Partners read their own, and tick nothing off.
    fn shared(scope: &Scope) -> Option<Condition> {
        let (organisation, partner) = (scope.organisation.as_deref()?, scope.partner?);
        Some(
            Condition::all()
                .add(Column::Organisation.eq(organisation))
                .add(Column::PartnerId.eq(partner)),
        )
    }
});
