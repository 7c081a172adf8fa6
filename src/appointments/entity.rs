//! The table of appointments.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Query, SelectStatement};
use uuid::Uuid;

use super::lifecycle::{PaymentChoice, Status};
use crate::applications::ApplicationId;
use crate::opportunities::entity as opportunity;
use crate::opportunities::role::Payment;
use crate::opportunities::{DbsLevel, OpportunityId};
use crate::partners::PartnerId;
use crate::partners::entity::PartnerEndReason;
use crate::store::{Scope, record};
use crate::values::{Pence, Stored, id};

id!(
    /// Names an appointment.
    AppointmentId
);

/// A partner in a role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub opportunity_id: OpportunityId,
    pub application_id: ApplicationId,
    pub role_level: i32,
    pub starts_on: Date,
    pub review_on: Date,
    pub ends_on: Option<Date>,
    /// The terms of the opportunity on the day of the appointment.
    pub payment_offered: Stored<Payment>,
    pub payment_choice: Option<PaymentChoice>,
    pub reduced_pence: Option<Pence>,
    pub payment_chosen_at: Option<DateTimeUtc>,
    pub benefits_info_given_at: Option<DateTimeUtc>,
    pub dbs_level: DbsLevel,
    pub dbs_checked_on: Option<Date>,
    pub ended_on: Option<Date>,
    pub end_reason: Option<PartnerEndReason>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(AppointmentId, "appointment", owner: Some(Column::PartnerId), {
    /// Workstream leads read the appointments of the workstreams they lead, and change none of them: the
    /// payment is the partner's to choose.
    fn shared(scope: &Scope) -> Option<Condition> {
        let (organisation, user) = (scope.organisation.as_deref()?, scope.user?);
        Some(
            Condition::all()
                .add(Column::Organisation.eq(organisation))
                .add(Column::OpportunityId.in_subquery(opportunity::led_by(user))),
        )
    }
});

/// The appointments to the roles of the workstreams that a user leads, by their ids.
pub fn led_by(user: Uuid) -> SelectStatement {
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::OpportunityId.in_subquery(opportunity::led_by(user)))
        .to_owned()
}
