//! What PALS officers see of a contact: where it stands, and, once it is opened, what was said.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::clock::{Pause, WaitingFor, stands_for};
use super::consent::{Consent, ConsentGiven, ThirdParty};
use super::entity::{
    Channel, Column, Entity, Kind, Model, PalsCaller, PalsContactId, Relationship,
};
use super::inputs::Reopening;
use super::lifecycle::Status;
use crate::http::{Sort, Versioned};
use crate::users::UserId;
use crate::values::{ItemCode, Label, Line, OdsCode, Prose, Reason, choices};

/// Where something that was brought to PALS stands: nothing of what was said, nor by whom. Its record is opened with
/// `GET /v1/pals/contacts/{id}/record`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PalsContact {
    /// Its id.
    pub id: PalsContactId,
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What people call it by: the year and a number within it.
    #[schema(value_type = Label)]
    pub reference: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// How.
    pub channel: Channel,
    /// What it is.
    pub kind: Kind,
    /// Whether whoever brought it stays anonymous.
    pub anonymous: bool,
    /// Whether the person concerned consents.
    pub consent: Consent,
    /// What it is about.
    #[schema(max_items = 10)]
    pub subjects: Vec<ItemCode>,
    /// Which kind of service.
    pub service: Option<ItemCode>,
    /// At which site.
    #[schema(value_type = Option<OdsCode>)]
    pub site_code: Option<String>,
    /// The PALS officer who sees to it.
    pub owner_id: Option<UserId>,
    /// Where it stands.
    pub status: Status,
    /// Within how many working days it is to be resolved.
    #[schema(minimum = 0, maximum = 60)]
    pub target_days: i32,
    /// The day on which they begin: that of its reception, or of its last reopening.
    pub clock_from: NaiveDate,
    /// The last of them; null while the clock stands, unless it was late before that.
    pub due_on: Option<NaiveDate>,
    /// For whom the clock stands; null while it runs.
    pub waiting_for: Option<WaitingFor>,
    /// Since when the clock stands.
    pub paused_since: Option<DateTime<Utc>>,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was handed over as a complaint.
    pub escalated_at: Option<DateTime<Utc>>,
    /// The reference under which the complaint goes on.
    pub complaint_reference: Option<Label>,
}

impl From<Model> for PalsContact {
    fn from(row: Model) -> Self {
        PalsRecord::from(row).contact
    }
}

impl Versioned for PalsContact {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/pals/contacts/{}", self.id)
    }
}

/// The record of a contact: who brought it, and what they said.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PalsRecord {
    /// Where it stands.
    pub contact: PalsContact,
    /// Who brought it; null if they stay anonymous.
    pub caller: Option<PalsCaller>,
    /// What they are to the person concerned.
    pub relationship: Relationship,
    /// How the person concerned consented.
    pub consent_given: Option<ConsentGiven>,
    /// When it was recorded whether they do.
    pub consent_at: Option<DateTime<Utc>>,
    /// The person concerned, while they consent.
    pub third_party: Option<ThirdParty>,
    /// What was said.
    pub summary: Prose,
    /// What came of it.
    pub outcome: Option<Prose>,
    /// Which members of staff are named.
    pub staff_named: Option<Line>,
    /// Users of this service whom it concerns, and who never see it.
    #[schema(max_items = 20)]
    pub concerns_ids: Vec<UserId>,
    /// When the clock stood, for whom and why, the oldest first.
    #[schema(max_items = 100)]
    pub pauses: Vec<Pause>,
    /// When it was reopened and why, the oldest first.
    #[schema(max_items = 100)]
    pub reopenings: Vec<Reopening>,
    /// Why it was handed over as a complaint.
    pub escalation_reason: Option<Reason>,
}

impl From<Model> for PalsRecord {
    fn from(row: Model) -> Self {
        let reference = row.reference();
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            year: _,
            number: _,
            received_at,
            channel,
            kind,
            anonymous,
            caller,
            relationship,
            consent,
            consent_given,
            consent_at,
            third_party,
            subjects,
            service,
            site_code,
            summary,
            outcome,
            staff_named,
            concerns,
            owner_id,
            target_days,
            clock_from,
            pauses,
            due_on,
            reopenings,
            resolved_at,
            closed_at,
            escalated_at,
            complaint_reference,
            escalation_reason,
            status,
        } = row;
        let stands = pauses.0.last().filter(|pause| pause.until.is_none());
        let contact = PalsContact {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            reference,
            received_at,
            channel,
            kind,
            anonymous,
            consent,
            subjects: subjects.0,
            service,
            site_code,
            owner_id,
            status,
            target_days,
            clock_from,
            due_on,
            waiting_for: stands_for(status),
            paused_since: stands.map(|pause| pause.since),
            resolved_at,
            closed_at,
            escalated_at,
            complaint_reference,
        };
        Self {
            contact,
            caller: caller.map(|stored| stored.0),
            relationship,
            consent_given,
            consent_at,
            third_party: third_party.map(|stored| stored.0),
            summary,
            outcome,
            staff_named,
            concerns_ids: concerns.0,
            pauses: pauses.0,
            reopenings: reopenings.0,
            escalation_reason,
        }
    }
}

impl Versioned for PalsRecord {
    fn tag(&self) -> String {
        self.contact.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/pals/contacts/{}/record", self.contact.id)
    }
}

choices! {
    /// Why a record is opened.
    #[schema(as = PalsPurpose)]
    pub enum Purpose {
        /// To see to what was brought.
        Handling,
        /// To look at how PALS works: supervision, quality.
        Supervision,
        /// To hand it over as a complaint, or to answer whoever sees to the complaint.
        Complaint,
        /// To protect somebody.
        Safeguarding,
        /// Because the person asked for what is kept about them.
        SubjectAccess,
    }
}

/// What is asked of whoever opens a record.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OpenRecord {
    /// Why it is opened. The ledger keeps it.
    #[param(inline)]
    pub purpose: Purpose,
}

choices! {
    /// The orders of the list.
    pub enum PalsContactSort {
        /// The newest first.
        Newest,
        /// By when they were received.
        Received,
        /// By the day on which they are due; those whose clock stands come last.
        Due,
    }
}

impl Sort<Entity> for PalsContactSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Received => (Column::ReceivedAt, false),
            Self::Due => (Column::DueOn, false),
        }
    }

    fn has_gaps(self) -> bool {
        self == Self::Due
    }
}

/// Which contacts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PalsContactFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<PalsContactSort>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<Kind>,
    /// Only those that this officer sees to.
    #[param(inline)]
    pub owner_id: Option<UserId>,
    /// Only those about this kind of service.
    #[param(max_length = 40)]
    pub service: Option<ItemCode>,
    /// Only those that are overdue: open, and due on a day that has passed; or, with false, only the others.
    pub overdue: Option<bool>,
    /// Only those that go on as the complaint with this reference: from a complaint back to where it came from.
    #[param(max_length = 60)]
    pub complaint_reference: Option<Label>,
}
