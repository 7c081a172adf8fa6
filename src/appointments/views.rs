//! What callers see of an appointment, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{AppointmentId, Column, Entity, Model};
use super::lifecycle::{PaymentChoice, Status};
use crate::applications::ApplicationId;
use crate::http::{Change, Sort, Versioned};
use crate::opportunities::role::Payment;
use crate::opportunities::{DbsLevel, OpportunityId};
use crate::partners::PartnerId;
use crate::partners::entity::PartnerEndReason;
use crate::values::{OdsCode, Pence, choices};

/// A partner in a role.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// The organisation that appointed the partner.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who is appointed.
    pub partner_id: PartnerId,
    /// To what.
    pub opportunity_id: OpportunityId,
    /// On which application.
    pub application_id: ApplicationId,
    /// The level of the role, from 1 (answers open invitations) to 4 (strategic).
    #[schema(minimum = 1, maximum = 4)]
    pub role_level: i32,
    /// The first day of the term.
    pub starts_on: NaiveDate,
    /// When the partner and the team look at the role together.
    pub review_on: NaiveDate,
    /// The last day of the term; null for one without an end.
    pub ends_on: Option<NaiveDate>,
    /// The check by the Disclosure and Barring Service that the role asks for: what was decided about the role,
    /// or, until somebody has decided, what the opportunity says.
    pub dbs_level: DbsLevel,
    /// The date of that check, once it was cleared. What it says is not kept.
    pub dbs_checked_on: Option<NaiveDate>,
    /// What was offered on the day of the appointment.
    pub payment_offered: Payment,
    /// What the partner chose about it.
    pub payment_choice: Option<PaymentChoice>,
    /// What the partner accepts in place of the rate, in pence.
    pub reduced_pence: Option<Pence>,
    /// When the partner chose.
    pub payment_chosen_at: Option<DateTime<Utc>>,
    /// When the partner was told where to get advice about benefits. Which benefits somebody gets is
    /// never asked.
    pub benefits_info_given_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub status: Status,
    /// The day on which it ended.
    pub ended_on: Option<NaiveDate>,
    /// Why it ended.
    pub end_reason: Option<PartnerEndReason>,
}

impl From<Model> for Appointment {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            opportunity_id,
            application_id,
            role_level,
            starts_on,
            review_on,
            ends_on,
            payment_offered,
            payment_choice,
            reduced_pence,
            payment_chosen_at,
            benefits_info_given_at,
            dbs_level,
            dbs_checked_on,
            ended_on,
            end_reason,
            status,
        } = row;
        let payment_offered = payment_offered.0;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            opportunity_id,
            application_id,
            role_level,
            starts_on,
            review_on,
            ends_on,
            dbs_level,
            dbs_checked_on,
            payment_offered,
            payment_choice,
            reduced_pence,
            payment_chosen_at,
            benefits_info_given_at,
            status,
            ended_on,
            end_reason,
        }
    }
}

impl Versioned for Appointment {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/appointments/{}", self.id)
    }
}

/// An appointment to make.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "applicationId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90",
    "startsOn": "2027-02-01", "reviewOn": "2027-08-01", "endsOn": "2029-01-31"
}))]
pub struct NewAppointment {
    /// The application whose place was accepted.
    pub application_id: ApplicationId,
    /// The first day of the term.
    pub starts_on: NaiveDate,
    /// When the partner and the team look at the role together: within the term.
    pub review_on: NaiveDate,
    /// The last day of the term, after the first; left out for a term without an end.
    pub ends_on: Option<NaiveDate>,
}

/// A change of an appointment.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reviewOn": "2027-09-01" }))]
pub struct AppointmentChanges {
    /// The first day of the term.
    #[serde(default)]
    #[schema(required = false, value_type = NaiveDate)]
    pub starts_on: Change<NaiveDate>,
    /// When the partner and the team look at the role together.
    #[serde(default)]
    #[schema(required = false, value_type = NaiveDate)]
    pub review_on: Change<NaiveDate>,
    /// The last day of the term; null for none.
    #[serde(default)]
    #[schema(required = false, value_type = Option<NaiveDate>)]
    pub ends_on: Change<Option<NaiveDate>>,
}

/// A partner's choice about payment.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "choice": "acceptReduced", "reducedPence": 2000, "benefitsInfoGiven": true }))]
pub struct ChoosePayment {
    /// What the partner chooses.
    pub choice: PaymentChoice,
    /// For `acceptReduced`: how much is accepted, less than the rate that is offered.
    pub reduced_pence: Option<Pence>,
    /// That the partner was told where to get advice about benefits, unless that was recorded before.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub benefits_info_given: bool,
}

/// The end of an appointment.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "ownChoice" }))]
pub struct EndAppointment {
    /// Why it ends.
    pub reason: PartnerEndReason,
    /// The day on which it ended; today if left out.
    pub ended_on: Option<NaiveDate>,
}

choices! {
    /// The orders of the list.
    pub enum AppointmentSort {
        /// The newest first.
        Newest,
        /// By the date of the review.
        Review,
    }
}

impl Sort<Entity> for AppointmentSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Review => (Column::ReviewOn, false),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AppointmentFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<AppointmentSort>,
    /// Only those of this partner.
    #[param(inline)]
    pub partner_id: Option<PartnerId>,
    /// Only those to this opportunity.
    #[param(inline)]
    pub opportunity_id: Option<OpportunityId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that are reviewed before this day.
    pub review_before: Option<NaiveDate>,
    /// Only those whose term ends before this day.
    pub ends_before: Option<NaiveDate>,
}
