//! What callers see of a one-to-one, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::actions::NewAgreedAction;
use super::entity::{Column, Entity, Model, OneToOneId};
use super::lifecycle::Status;
use super::record::{Correction, OneToOneRecord};
use crate::appointments::AppointmentId;
use crate::http::{Change, Sort, Versioned};
use crate::partners::PartnerId;
use crate::store::Scope;
use crate::users::UserId;
use crate::values::{Mode, OdsCode, Prose, Reason, choices};

/// A talk between a partner and the member of staff who supports them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OneToOne {
    /// Its id.
    pub id: OneToOneId,
    /// The organisation for which the partner is in the role.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The role that it is about.
    pub appointment_id: AppointmentId,
    /// The partner.
    pub partner_id: PartnerId,
    /// The member of staff who supports them, and holds it.
    pub supporter_id: UserId,
    /// The day for which it is planned.
    pub planned_for: NaiveDate,
    /// Where it stands.
    pub status: Status,
    /// The day on which it was held.
    pub held_on: Option<NaiveDate>,
    /// How they met.
    pub mode: Option<Mode>,
    /// How long it took.
    #[schema(minimum = 1, maximum = 480)]
    pub minutes: Option<i32>,
    /// Whether this caller may read what was said: the partner and who held it. For others, the fields
    /// below are null or empty.
    pub is_between_you: bool,
    /// What was said.
    pub record: Option<OneToOneRecord>,
    /// What the partner says about what was written down, the oldest first.
    #[schema(max_items = 20)]
    pub corrections: Vec<Correction>,
    /// Why it was cancelled.
    #[schema(value_type = Option<Reason>)]
    pub cancel_reason: Option<String>,
}

impl OneToOne {
    /// What somebody sees of a row.
    pub fn seen_by(scope: &Scope, row: Model) -> Self {
        let is_between_you = row.is_between(scope);
        Self::told(row, is_between_you)
    }

    /// All of a row, to disclose it to the partner who asks what is held about them.
    pub fn disclosed(row: Model) -> Self {
        Self::told(row, true)
    }

    fn told(row: Model, is_between_you: bool) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            appointment_id,
            partner_id,
            supporter_id,
            planned_for,
            held_on,
            mode,
            minutes,
            record,
            corrections,
            cancel_reason,
            status,
        } = row;
        let corrections = corrections.filter(|_| is_between_you);
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            appointment_id,
            partner_id,
            supporter_id,
            planned_for,
            status,
            held_on,
            is_between_you,
            mode,
            minutes,
            record: record.filter(|_| is_between_you).map(|stored| stored.0),
            corrections: corrections.map(|stored| stored.0).unwrap_or_default(),
            cancel_reason: cancel_reason.filter(|_| is_between_you),
        }
    }
}

impl Versioned for OneToOne {
    fn tag(&self) -> String {
        match self.is_between_you {
            true => format!("{}-own", self.version),
            false => self.version.to_string(),
        }
    }

    fn location(&self) -> String {
        format!("/v1/one-to-ones/{}", self.id)
    }
}

/// A one-to-one to plan, beside those that the cadence plans.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "appointmentId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "plannedFor": "2027-03-01",
    "supporterId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a91"
}))]
pub struct NewOneToOne {
    /// The role that it is about.
    pub appointment_id: AppointmentId,
    /// For which day.
    pub planned_for: NaiveDate,
    /// Who supports the partner; without it, whoever is named for the partner, or for the role.
    pub supporter_id: Option<UserId>,
}

/// A change of a one-to-one that is planned.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "plannedFor": "2027-03-08" }))]
pub struct OneToOneChanges {
    /// For which day it is planned.
    #[serde(default)]
    #[schema(required = false, value_type = NaiveDate)]
    pub planned_for: Change<NaiveDate>,
    /// Who supports the partner.
    #[serde(default)]
    #[schema(required = false, value_type = UserId)]
    pub supporter_id: Change<UserId>,
}

/// That a one-to-one was held.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "heldOn": "2026-11-20", "mode": "phone", "minutes": 40,
    "record": {
        "wellbeing": "Well, and glad of the spring.", "goingWell": "The group asks before it decides.",
        "barriers": "Papers come late.", "feelingHeard": 4,
        "impactSeen": "Evening clinics began in March.", "paymentsOnTime": "yes", "wishToContinue": "yes"
    },
    "actions": [{ "what": "Send papers a week ahead", "owner": "supporter", "dueOn": "2027-03-15" }]
}))]
pub struct HoldOneToOne {
    /// The day on which it was held; today if left out.
    pub held_on: Option<NaiveDate>,
    /// How they met.
    pub mode: Mode,
    /// How long it took.
    #[schema(minimum = 1, maximum = 480)]
    #[validate(range(min = 1, max = 480, message = "from 1 to 480"))]
    pub minutes: i32,
    /// What was said. The partner reads it.
    #[validate(nested)]
    pub record: OneToOneRecord,
    /// What they agreed to do.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20 entries"), nested)]
    pub actions: Vec<NewAgreedAction>,
}

/// Why a one-to-one is not held.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "Margaret is away, and asked to skip this one." }))]
pub struct CancelOneToOne {
    /// Why, in words that the partner reads.
    pub reason: Reason,
}

/// What the partner says about what was written down.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "text": "I said that papers come late and in small print." }))]
pub struct CorrectOneToOne {
    /// What it says.
    pub text: Prose,
}

choices! {
    /// The orders of the list.
    pub enum OneToOneSort {
        /// The newest first.
        Newest,
        /// By the day for which they are planned.
        Planned,
    }
}

impl Sort<Entity> for OneToOneSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Planned => (Column::PlannedFor, false),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OneToOneFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<OneToOneSort>,
    /// Only those of this partner.
    #[param(inline)]
    pub partner_id: Option<PartnerId>,
    /// Only those about this role.
    #[param(inline)]
    pub appointment_id: Option<AppointmentId>,
    /// Only those with this member of staff.
    #[param(inline)]
    pub supporter_id: Option<UserId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that are overdue, planned for a day that has passed; or, with false, only the others.
    pub overdue: Option<bool>,
}
