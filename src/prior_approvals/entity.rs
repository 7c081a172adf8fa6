//! The table of prior approvals, and their lifecycle.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::appointments::AppointmentId;
use crate::claims::ExpenseType;
use crate::lifecycle::{Lifecycle, Step};
use crate::opportunities::OpportunityId;
use crate::opportunities::entity::led_by;
use crate::partners::PartnerId;
use crate::store::{Scope, record};
use crate::values::{choices, id};

id!(
    /// Names a prior approval.
    PriorApprovalId
);

choices! {
    /// Where a prior approval stands.
    #[schema(as = PriorApprovalStatus)]
    pub enum Status {
        /// Somebody asks for it.
        Requested,
        /// The cost is agreed.
        Approved,
        /// It is not, with a reason.
        Declined,
    }
}

choices! {
    /// Who pays the bill.
    pub enum Arrangement {
        /// The partner, who claims it.
        PaidBack,
        /// The organisation, directly: the partner pays nothing and claims nothing.
        BookedDirectly,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "prior approval";
    const FIRST: Self = Self::Requested;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "approve",
            from: &[Self::Requested],
            to: Self::Approved,
            needs: "a member of staff other than the partner and than who asked for it",
        },
        Step {
            verb: "decline",
            from: &[Self::Requested],
            to: Self::Declined,
            needs: "staff other than the partner; a reason",
        },
    ];
}

/// A cost that is agreed before it is spent.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prior_approvals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PriorApprovalId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub appointment_id: AppointmentId,
    pub opportunity_id: OpportunityId,
    pub expense_type: ExpenseType,
    pub arrangement: Arrangement,
    pub purpose: Option<String>,
    pub most_pence: i32,
    pub activity_date: Option<Date>,
    pub requested_by: String,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTimeUtc>,
    pub decline_reason: Option<String>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PriorApprovalId, "prior approval", owner: Some(Column::PartnerId), {
    /// Workstream leads read, and decide about, those of the workstreams they lead.
    fn shared(scope: &Scope) -> Option<Condition> {
        let (organisation, user) = (scope.organisation.as_deref()?, scope.user?);
        Some(
            Condition::all()
                .add(Column::Organisation.eq(organisation))
                .add(Column::OpportunityId.in_subquery(led_by(user))),
        )
    }
});
