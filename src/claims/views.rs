//! What callers see of a claim.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{ClaimId, Column, Entity, Model};
use super::findings::Finding;
use super::lifecycle::Status;
use super::lines::ShownLine;
use crate::appointments::AppointmentId;
use crate::http::{Sort, Versioned};
use crate::opportunities::OpportunityId;
use crate::partners::PartnerId;
use crate::payment_exports::PaymentExportId;
use crate::users::UserId;
use crate::values::{Label, Line, OdsCode, Pence, Reason, Title, choices};
use crate::workstreams::WorkstreamId;

/// What a partner claims for one activity.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// The organisation that pays.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who claims.
    pub partner_id: PartnerId,
    /// In which role.
    pub appointment_id: AppointmentId,
    /// The opportunity that the role came from.
    pub opportunity_id: OpportunityId,
    /// The workstream that it belongs to.
    pub workstream_id: WorkstreamId,
    /// The level of the role.
    #[schema(minimum = 1, maximum = 4)]
    pub role_level: i32,
    /// The day of the activity. Its rates are those of this day.
    pub activity_date: NaiveDate,
    /// What the partner did.
    #[schema(value_type = Option<Title>)]
    pub activity: Option<String>,
    /// How long it took with the preparation, in tenths of an hour.
    #[schema(minimum = 1, maximum = 240)]
    pub tenth_hours: Option<i32>,
    /// Under which name finance knows the partner. Never an account.
    #[schema(value_type = Option<Label>)]
    pub payee_reference: Option<String>,
    /// What is claimed.
    #[schema(max_items = 50)]
    pub lines: Vec<ShownLine>,
    /// What was spent and is paid back, in pence.
    pub expenses_pence: Pence,
    /// What is paid for time, in pence. It can count as earnings.
    pub payments_pence: Pence,
    /// What is given to somebody else, as the partner chose, in pence.
    pub donated_pence: Pence,
    /// What is paid to the partner: expenses and payments, in pence.
    pub total_pence: Pence,
    /// The budget that it is paid from, once it is authorised.
    #[schema(value_type = Option<Label>)]
    pub budget_code: Option<String>,
    /// What somebody should look at before it is confirmed, as of the last look.
    #[schema(max_items = 500)]
    pub findings: Vec<Finding>,
    /// Questions for the partner, with their answers.
    #[schema(max_items = 100)]
    pub queries: Vec<ClaimQuery>,
    /// When the partner declared that it is right.
    pub declared_at: Option<DateTime<Utc>>,
    /// When it was first sent.
    pub submitted_at: Option<DateTime<Utc>>,
    /// By when it should be paid.
    pub due_on: Option<NaiveDate>,
    /// Who confirmed that the partner was there.
    pub confirmed_by_id: Option<UserId>,
    /// When that was.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Why it was confirmed in spite of what was found.
    #[schema(value_type = Option<Reason>)]
    pub confirmed_despite: Option<String>,
    /// Who authorised it.
    pub authorised_by_id: Option<UserId>,
    /// When that was.
    pub authorised_at: Option<DateTime<Utc>>,
    /// The export with which finance got it.
    pub export_id: Option<PaymentExportId>,
    /// When that was.
    pub exported_at: Option<DateTime<Utc>>,
    /// The day on which the money was sent.
    pub paid_on: Option<NaiveDate>,
    /// How many working days that was after it was first sent.
    #[schema(minimum = 0, maximum = 10_000)]
    pub working_days_to_pay: Option<i32>,
    /// When it was rejected.
    pub rejected_at: Option<DateTime<Utc>>,
    /// Why.
    #[schema(value_type = Option<Reason>)]
    pub reject_reason: Option<String>,
    /// Whom the partner can ask to look at it again.
    #[schema(value_type = Option<Line>)]
    pub appeal_contact: Option<String>,
    /// Where it stands.
    pub status: Status,
}

/// A question for the partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimQuery {
    /// What is asked.
    pub question: Reason,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// What the partner says.
    pub answer: Option<Reason>,
    /// When the claim came back.
    pub answered_at: Option<DateTime<Utc>>,
}

impl From<Model> for Claim {
    fn from(row: Model) -> Self {
        let particulars = row.particulars.map(|stored| stored.0).unwrap_or_default();
        let mut particulars = particulars.into_iter();
        let lines = row.lines.0.into_iter().map(|line| ShownLine {
            line,
            particular: particulars.next().unwrap_or_default(),
        });
        Self {
            id: row.id,
            organisation: row.organisation,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            partner_id: row.partner_id,
            appointment_id: row.appointment_id,
            opportunity_id: row.opportunity_id,
            workstream_id: row.workstream_id,
            role_level: row.role_level,
            activity_date: row.activity_date,
            activity: row.activity,
            tenth_hours: row.tenth_hours,
            payee_reference: row.payee_reference,
            lines: lines.collect(),
            expenses_pence: Pence(row.expenses_pence),
            payments_pence: Pence(row.payments_pence),
            donated_pence: Pence(row.donated_pence),
            total_pence: Pence(row.expenses_pence.saturating_add(row.payments_pence)),
            budget_code: row.budget_code,
            findings: row.findings.0,
            queries: row.queries.map(|stored| stored.0).unwrap_or_default(),
            declared_at: row.declared_at,
            submitted_at: row.submitted_at,
            due_on: row.due_on,
            confirmed_by_id: row.confirmed_by.map(UserId),
            confirmed_at: row.confirmed_at,
            confirmed_despite: row.confirmed_despite,
            authorised_by_id: row.authorised_by.map(UserId),
            authorised_at: row.authorised_at,
            export_id: row.export_id.map(PaymentExportId),
            exported_at: row.exported_at,
            paid_on: row.paid_on,
            working_days_to_pay: row.working_days_to_pay,
            rejected_at: row.rejected_at,
            reject_reason: row.reject_reason,
            appeal_contact: row.appeal_contact,
            status: row.status,
        }
    }
}

impl Versioned for Claim {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/claims/{}", self.id)
    }
}

choices! {
    /// The orders of the list.
    pub enum ClaimSort {
        /// The newest first.
        Newest,
        /// The one that should be paid first, first.
        Due,
    }
}

impl Sort<Entity> for ClaimSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Due => (Column::DueOn, false),
        }
    }

    fn has_gaps(self) -> bool {
        // Nobody waits for a draft.
        self == Self::Due
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClaimFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<ClaimSort>,
    /// Only those of this partner.
    #[param(inline)]
    pub partner_id: Option<PartnerId>,
    /// Only those in this role.
    #[param(inline)]
    pub appointment_id: Option<AppointmentId>,
    /// Only those of this opportunity.
    #[param(inline)]
    pub opportunity_id: Option<OpportunityId>,
    /// Only those of this workstream.
    #[param(inline)]
    pub workstream_id: Option<WorkstreamId>,
    /// Only those of this export.
    #[param(inline)]
    pub export_id: Option<PaymentExportId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that should be paid before this day and are not, nor rejected or withdrawn.
    pub unpaid_due_before: Option<NaiveDate>,
    /// Only those whose activity was on this day or later.
    pub activity_from: Option<NaiveDate>,
    /// Only those whose activity was on this day or earlier.
    pub activity_to: Option<NaiveDate>,
}
