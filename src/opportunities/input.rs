//! What callers send: a draft, a change, the few words that a step needs.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::entity::{Kind, ParticipationLevel};
use super::role::{AccessOffer, ApplyMethod, Contact, DbsLevel, Payment, RoleDescription};
use crate::http::{Change, Merge};
use crate::users::UserId;
use crate::values::{Label, Line, Mode, Perspective, Prose, Reason, Title};
use crate::workstreams::WorkstreamId;

fn one_place() -> i32 {
    1
}

fn usual_methods() -> Vec<ApplyMethod> {
    vec![ApplyMethod::Online, ApplyMethod::Phone, ApplyMethod::Post]
}

fn no_check() -> DbsLevel {
    DbsLevel::None
}

/// A draft of an opportunity. Only its outline is needed; approval says what is still missing.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "workstreamId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90",
    "title": "Patient partner for the diabetes pathway",
    "summary": "Help us to plan clinics that are closer to where people live. We meet once a month.",
    "kind": "workingGroup", "participationLevel": "coDesign", "mode": "hybrid", "place": "Blackpool",
    "topics": ["diabetes"], "perspectivesWanted": ["serviceUser", "carer"], "roleLevel": 3,
    "payment": { "kind": "paid", "pence": 7500, "unit": "halfDay", "expensesCovered": ["travel"] },
    "hoursPerMonth": 4, "places": 2, "closesAt": "2030-01-31T17:00:00Z"
}))]
pub struct NewOpportunity {
    /// The workstream that wants partners; it has to be active.
    pub workstream_id: WorkstreamId,
    /// Its title.
    pub title: Title,
    /// What it is about, in plain English; for approval in at most 150 words.
    pub summary: Prose,
    /// What a partner does in the role.
    pub kind: Kind,
    /// How much say partners have.
    pub participation_level: ParticipationLevel,
    /// How partners take part.
    pub mode: Mode,
    /// The town or area, as people call it.
    pub place: Option<Line>,
    /// What it is about, in a few words.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub topics: Vec<Label>,
    /// From which sides people are wanted.
    #[serde(default)]
    #[schema(required = false, max_items = 9)]
    #[validate(length(max = 9, message = "at most 9"))]
    pub perspectives_wanted: Vec<Perspective>,
    /// What makes taking part possible, and is there without being asked for.
    #[serde(default)]
    #[schema(required = false, max_items = 13)]
    #[validate(length(max = 13, message = "at most 13"))]
    pub access: Vec<AccessOffer>,
    /// The level of the role: 1 open engagement, 2 a single event, 3 a working group, 4 strategic.
    #[schema(minimum = 1, maximum = 4)]
    #[validate(range(min = 1, max = 4, message = "from 1 to 4"))]
    pub role_level: i32,
    /// What is paid.
    #[serde(default)]
    #[schema(required = false)]
    #[validate(nested)]
    pub payment: Payment,
    /// Hours a month.
    #[schema(minimum = 1, maximum = 160)]
    #[validate(range(min = 1, max = 160, message = "from 1 to 160"))]
    pub hours_per_month: Option<i32>,
    /// How many partners are wanted; one without it.
    #[serde(default = "one_place")]
    #[schema(required = false, minimum = 1, maximum = 1000)]
    #[validate(range(min = 1, max = 1000, message = "from 1 to 1000"))]
    pub places: i32,
    /// The role description.
    #[serde(default)]
    #[schema(required = false)]
    #[validate(nested)]
    pub role: RoleDescription,
    /// How somebody may apply; online, by telephone and by post without it.
    #[serde(default = "usual_methods")]
    #[schema(required = false, max_items = 5)]
    #[validate(length(max = 5, message = "at most 5"))]
    pub apply_methods: Vec<ApplyMethod>,
    /// Whom to ask.
    #[serde(default)]
    #[schema(required = false)]
    #[validate(nested)]
    pub contact: Contact,
    /// What partners can and cannot change.
    pub influence_statement: Option<Prose>,
    /// The member of staff who looks after the partners.
    pub named_contact_id: Option<UserId>,
    /// Where the money comes from.
    pub budget_code: Option<Line>,
    /// Notes for colleagues.
    pub internal_notes: Option<Prose>,
    /// The users who will read the applications and decide, besides the author.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    #[validate(length(max = 50, message = "at most 50"))]
    pub panel: Vec<UserId>,
    /// The check by the Disclosure and Barring Service that is needed; none without it.
    #[serde(default = "no_check")]
    #[schema(required = false)]
    pub dbs_level: DbsLevel,
    /// From when applications are taken; from publication without it.
    pub opens_at: Option<DateTime<Utc>>,
    /// Until when applications are taken.
    pub closes_at: Option<DateTime<Utc>>,
    /// The first day of the role.
    pub starts_on: Option<NaiveDate>,
}

/// A change of an opportunity.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "place": "Fleetwood", "role": { "frequency": "Once a month" } }))]
pub struct OpportunityChanges {
    /// The workstream that wants partners; in a draft only.
    #[serde(default)]
    #[schema(required = false)]
    pub workstream_id: Change<WorkstreamId>,
    /// Its title.
    #[serde(default)]
    #[schema(required = false)]
    pub title: Change<Title>,
    /// What it is about, in plain English.
    #[serde(default)]
    #[schema(required = false)]
    pub summary: Change<Prose>,
    /// What a partner does in the role.
    #[serde(default)]
    #[schema(required = false)]
    pub kind: Change<Kind>,
    /// How much say partners have.
    #[serde(default)]
    #[schema(required = false)]
    pub participation_level: Change<ParticipationLevel>,
    /// How partners take part.
    #[serde(default)]
    #[schema(required = false)]
    pub mode: Change<Mode>,
    /// The town or area, as people call it; null for none.
    #[serde(default)]
    #[schema(required = false)]
    pub place: Change<Option<Line>>,
    /// What it is about, in a few words.
    #[serde(default)]
    #[schema(required = false, max_items = 20, value_type = Vec<Label>)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub topics: Change<Vec<Label>>,
    /// From which sides people are wanted; a selection criterion.
    #[serde(default)]
    #[schema(required = false, max_items = 9, value_type = Vec<Perspective>)]
    #[validate(length(max = 9, message = "at most 9"))]
    pub perspectives_wanted: Change<Vec<Perspective>>,
    /// What makes taking part possible, and is there without being asked for.
    #[serde(default)]
    #[schema(required = false, max_items = 13, value_type = Vec<AccessOffer>)]
    #[validate(length(max = 13, message = "at most 13"))]
    pub access: Change<Vec<AccessOffer>>,
    /// The level of the role.
    #[serde(default)]
    #[schema(required = false, minimum = 1, maximum = 4)]
    #[validate(range(min = 1, max = 4, message = "from 1 to 4"))]
    pub role_level: Change<i32>,
    /// What is paid; members are merged one by one.
    #[serde(default)]
    #[schema(required = false)]
    pub payment: Merge<Payment>,
    /// Hours a month; null when it is not known.
    #[serde(default)]
    #[schema(required = false, minimum = 1, maximum = 160)]
    #[validate(range(min = 1, max = 160, message = "from 1 to 160"))]
    pub hours_per_month: Change<Option<i32>>,
    /// How many partners are wanted.
    #[serde(default)]
    #[schema(required = false, minimum = 1, maximum = 1000)]
    #[validate(range(min = 1, max = 1000, message = "from 1 to 1000"))]
    pub places: Change<i32>,
    /// The role description; members are merged one by one.
    #[serde(default)]
    #[schema(required = false)]
    pub role: Merge<RoleDescription>,
    /// How somebody may apply.
    #[serde(default)]
    #[schema(required = false, max_items = 5, value_type = Vec<ApplyMethod>)]
    #[validate(length(max = 5, message = "at most 5"))]
    pub apply_methods: Change<Vec<ApplyMethod>>,
    /// Whom to ask; members are merged one by one.
    #[serde(default)]
    #[schema(required = false)]
    pub contact: Merge<Contact>,
    /// What partners can and cannot change.
    #[serde(default)]
    #[schema(required = false)]
    pub influence_statement: Change<Option<Prose>>,
    /// The member of staff who looks after the partners.
    #[serde(default)]
    #[schema(required = false)]
    pub named_contact_id: Change<Option<UserId>>,
    /// Where the money comes from.
    #[serde(default)]
    #[schema(required = false)]
    pub budget_code: Change<Option<Line>>,
    /// Notes for colleagues.
    #[serde(default)]
    #[schema(required = false)]
    pub internal_notes: Change<Option<Prose>>,
    /// The users who read the applications and decide.
    #[serde(default)]
    #[schema(required = false, min_items = 1, max_items = 50, value_type = Vec<UserId>)]
    #[validate(length(min = 1, max = 50, message = "from 1 to 50"))]
    pub panel: Change<Vec<UserId>>,
    /// The check by the Disclosure and Barring Service that is needed.
    #[serde(default)]
    #[schema(required = false)]
    pub dbs_level: Change<DbsLevel>,
    /// From when applications are taken; in a draft only.
    #[serde(default)]
    #[schema(required = false, value_type = Option<DateTime<Utc>>)]
    pub opens_at: Change<Option<DateTime<Utc>>>,
    /// Until when applications are taken; in a draft only, later by `extend`.
    #[serde(default)]
    #[schema(required = false, value_type = Option<DateTime<Utc>>)]
    pub closes_at: Change<Option<DateTime<Utc>>>,
    /// The first day of the role.
    #[serde(default)]
    #[schema(required = false, value_type = Option<NaiveDate>)]
    pub starts_on: Change<Option<NaiveDate>>,
}

/// A later closing time.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "closesAt": "2030-01-31T17:00:00Z" }))]
pub struct Extension {
    /// Until when applications are taken now; later than before.
    pub closes_at: DateTime<Utc>,
}

/// Why an opportunity is withdrawn.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "The project has been put off until spring." }))]
pub struct Withdrawal {
    /// The reason, which everyone may read and every applicant is told.
    pub reason: Reason,
}
