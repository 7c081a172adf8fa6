//! The table of claims.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;
use sea_orm::{QueryFilter, Select};

use super::findings::Finding;
use super::lifecycle::Status;
use super::lines::{ClaimedLine, Particular};
use super::views::ClaimQuery;
use crate::appointments::AppointmentId;
use crate::opportunities::OpportunityId;
use crate::opportunities::entity::led_by;
use crate::partners::PartnerId;
use crate::store::{Scope, record};
use crate::values::{Stored, id};
use crate::workstreams::WorkstreamId;

id!(
    /// Names a claim.
    ClaimId
);

/// What a partner claims for one activity.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claims")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClaimId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub appointment_id: AppointmentId,
    pub opportunity_id: OpportunityId,
    pub workstream_id: WorkstreamId,
    pub role_level: i32,
    pub activity_date: Date,
    pub activity: Option<String>,
    pub tenth_hours: Option<i32>,
    pub payee_reference: Option<String>,
    pub lines: Stored<Vec<ClaimedLine>>,
    /// What was written beside each line, in the order of the lines.
    pub particulars: Option<Stored<Vec<Particular>>>,
    pub queries: Option<Stored<Vec<ClaimQuery>>>,
    pub findings: Stored<Vec<Finding>>,
    pub expenses_pence: i32,
    pub payments_pence: i32,
    pub donated_pence: i32,
    pub budget_code: Option<String>,
    pub declared_at: Option<DateTimeUtc>,
    /// Who sent it as their own: they decide nothing about it, even when they are nobody's partner any more.
    pub declared_by: Option<String>,
    pub submitted_at: Option<DateTimeUtc>,
    pub due_on: Option<Date>,
    pub confirmed_by: Option<Uuid>,
    pub confirmed_at: Option<DateTimeUtc>,
    pub confirmed_despite: Option<String>,
    pub authorised_by: Option<Uuid>,
    pub authorised_at: Option<DateTimeUtc>,
    pub export_id: Option<Uuid>,
    pub exported_at: Option<DateTimeUtc>,
    pub paid_on: Option<Date>,
    pub working_days_to_pay: Option<i32>,
    pub rejected_at: Option<DateTimeUtc>,
    pub reject_reason: Option<String>,
    pub appeal_contact: Option<String>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(ClaimId, "claim", owner: Some(Column::PartnerId), {
    /// Workstream leads read the claims of the workstreams they lead, but for those that nobody has sent
    /// yet. They change none: the claim is the partner's.
    fn shared(scope: &Scope) -> Option<Condition> {
        let (organisation, user) = (scope.organisation.as_deref()?, scope.user?);
        Some(
            Condition::all()
                .add(Column::Organisation.eq(organisation))
                .add(Column::SubmittedAt.is_not_null())
                .add(Column::OpportunityId.in_subquery(led_by(user))),
        )
    }
});

/// What a partner has claimed before: of one appointment, or for one day, whoever asks.
#[expect(
    clippy::disallowed_methods,
    reason = "what is compared is the partner's own, and what comes of it is told, not the claims"
)]
pub(super) fn beside(claim: &Model) -> Select<Entity> {
    let alike = Condition::any()
        .add(Column::AppointmentId.eq(claim.appointment_id))
        .add(Column::ActivityDate.eq(claim.activity_date));
    Entity::find()
        .filter(Column::PartnerId.eq(claim.partner_id))
        .filter(Column::Id.ne(claim.id))
        .filter(Column::Status.is_not_in([Status::Draft, Status::Rejected, Status::Withdrawn]))
        .filter(alike)
}

/// Everything that a partner has claimed.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever removes a partner's data reaches all of it"
)]
pub(super) fn of_partner(partner: PartnerId) -> Select<Entity> {
    Entity::find().filter(Column::PartnerId.eq(partner))
}

/// What has been sent by a partner and is neither paid nor refused.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever removes a partner's data has to know that money is owed"
)]
pub fn open_of(partner: PartnerId) -> Select<Entity> {
    let settled = [
        Status::Draft,
        Status::Paid,
        Status::Rejected,
        Status::Withdrawn,
    ];
    Entity::find()
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Status.is_not_in(settled))
}
