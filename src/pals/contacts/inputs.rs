//! What is sent about a contact.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::consent::{Consent, ConsentGiven, ThirdParty};
use super::entity::{Channel, Kind, PalsCaller, Relationship};
use crate::http::Change;
use crate::users::UserId;
use crate::values::{ItemCode, Label, Line, OdsCode, Prose, Reason};

/// Something that somebody brings to PALS.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "channel": "phone", "kind": "concern", "relationship": "patient",
    "caller": { "name": "Margaret", "telephone": "01253 300000" },
    "subjects": ["waitingTimes", "communications"], "service": "outpatient",
    "summary": "Rang three times about a scan, and nobody rang back."
}))]
pub struct NewPalsContact {
    /// When it was received; now if left out.
    pub received_at: Option<DateTime<Utc>>,
    /// How they turned to PALS.
    pub channel: Channel,
    /// What it is.
    pub kind: Kind,
    /// Whether they want to stay anonymous: then nothing is kept of who they are.
    #[serde(default)]
    #[schema(required = false, default = false)]
    pub anonymous: bool,
    /// Who they are; needed unless they want to stay anonymous.
    #[validate(nested)]
    pub caller: Option<PalsCaller>,
    /// What they are to the person concerned.
    pub relationship: Relationship,
    /// Whether that person consents; pending if left out, and not required of patients themselves.
    pub consent: Option<Consent>,
    /// How they consented.
    pub consent_given: Option<ConsentGiven>,
    /// The person concerned, if they consent and are somebody else.
    #[validate(nested)]
    pub third_party: Option<ThirdParty>,
    /// What it is about: codes of the set `subject`.
    #[schema(min_items = 1, max_items = 10)]
    #[validate(length(min = 1, max = 10, message = "from 1 to 10 entries"))]
    pub subjects: Vec<ItemCode>,
    /// Which kind of service: a code of the set `serviceArea`.
    pub service: Option<ItemCode>,
    /// At which site.
    pub site_code: Option<OdsCode>,
    /// What they say.
    pub summary: Prose,
    /// Which members of staff they name.
    pub staff_named: Option<Line>,
    /// Users of this service whom it concerns: who is named in it, or brought it. They never see it.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20 entries"))]
    pub concerns_ids: Vec<UserId>,
    /// The PALS officer who sees to it.
    pub owner_id: Option<UserId>,
}

/// A change of a contact.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "subjects": ["waitingTimes"], "service": "outpatient" }))]
pub struct PalsContactChanges {
    /// What it is. Another kind can have another target.
    #[serde(default)]
    #[schema(required = false, value_type = Kind)]
    pub kind: Change<Kind>,
    /// Whether they want to stay anonymous: with true, what was kept of who they are is removed.
    #[serde(default)]
    #[schema(required = false, value_type = bool)]
    pub anonymous: Change<bool>,
    /// Who they are.
    #[serde(default)]
    #[schema(required = false, value_type = PalsCaller)]
    #[validate(nested)]
    pub caller: Change<Option<PalsCaller>>,
    /// The person concerned, if they consent and are somebody else.
    #[serde(default)]
    #[schema(required = false, value_type = Option<ThirdParty>)]
    #[validate(nested)]
    pub third_party: Change<Option<ThirdParty>>,
    /// What it is about.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<ItemCode>, min_items = 1, max_items = 10)]
    #[validate(length(min = 1, max = 10, message = "from 1 to 10 entries"))]
    pub subjects: Change<Vec<ItemCode>>,
    /// Which kind of service.
    #[serde(default)]
    #[schema(required = false, value_type = Option<ItemCode>)]
    pub service: Change<Option<ItemCode>>,
    /// At which site.
    #[serde(default)]
    #[schema(required = false, value_type = Option<OdsCode>)]
    pub site_code: Change<Option<OdsCode>>,
    /// What they say.
    #[serde(default)]
    #[schema(required = false, value_type = Prose)]
    pub summary: Change<Prose>,
    /// Which members of staff they name.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Line>)]
    pub staff_named: Change<Option<Line>>,
    /// Users of this service whom it concerns.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<UserId>, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20 entries"))]
    pub concerns_ids: Change<Vec<UserId>>,
    /// The PALS officer who sees to it.
    #[serde(default)]
    #[schema(required = false, value_type = UserId)]
    pub owner_id: Change<UserId>,
}

/// Why the clock stands.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "Asked for the dates of the appointments." }))]
pub struct PauseContact {
    /// Why, and what was asked for.
    pub reason: Reason,
}

/// What the person concerned says about consent.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "consents": true, "given": "spoken" }))]
pub struct RecordConsent {
    /// Whether they consent. Without consent, or once it is taken back, details about them are removed.
    pub consents: bool,
    /// How they consented.
    pub given: Option<ConsentGiven>,
}

/// The outcome of a contact.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "outcome": "The scan is on 4 December. The clinic rang to apologise." }))]
pub struct ResolveContact {
    /// What came of it.
    pub outcome: Prose,
}

/// Why a contact is not settled after all.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "The scan was cancelled again." }))]
pub struct ReopenContact {
    /// Why.
    pub reason: Reason,
}

/// That a contact was reopened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reopening {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Reason,
}

/// The complaint as which a contact goes on.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "complaintReference": "C/2026/0412", "reason": "She wants a formal answer." }))]
pub struct EscalateContact {
    /// The reference under which the system for complaints has it.
    pub complaint_reference: Label,
    /// Why.
    pub reason: Reason,
}
