//! What callers send of an improvement.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::lifecycle::Decision;
use crate::http::Change;
use crate::insights::InsightId;
use crate::users::UserId;
use crate::values::{Label, Line, Prose, Reason};

/// Something to do, or not to do, about what people said.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "insightIds": ["0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90"], "service": "Diabetes clinic",
    "youSaid": "The clinic opens when we are at work.", "decision": "willDo",
    "ownerId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "dueOn": "2027-03-01",
    "impactMeasure": "How many appointments are kept.",
    "quote": "By the time the clinic opens I have to be at work."
}))]
pub struct NewImprovement {
    /// The insights that it rests on: at least one.
    #[validate(length(min = 1, max = 50, message = "from 1 to 50"))]
    #[schema(min_items = 1, max_items = 50)]
    pub insight_ids: Vec<InsightId>,
    /// What people said, in one's own words.
    pub you_said: Prose,
    /// What is decided about it.
    pub decision: Decision,
    /// What was done, or will be.
    pub we_did: Option<Prose>,
    /// Why it will not be done, or not all of it, in plain words; needed where that is the decision.
    pub why_not: Option<Prose>,
    /// The service that it is about.
    pub service: Label,
    /// The member of staff who sees to it.
    pub owner_id: UserId,
    /// The day until which it is to be done.
    pub due_on: Option<NaiveDate>,
    /// By what it will be seen whether it helped.
    pub impact_measure: Option<Prose>,
    /// The words of somebody who said it that are told in public: they tell of nobody.
    pub quote: Option<Prose>,
}

/// A change of an improvement. New words are checked again by somebody else before they are public.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "weDid": "The clinic is open until eight on Tuesdays." }))]
pub struct ImprovementChanges {
    /// What people said, in one's own words.
    #[serde(default)]
    #[schema(required = false)]
    pub you_said: Change<Prose>,
    /// What is decided about it.
    #[serde(default)]
    #[schema(required = false)]
    pub decision: Change<Decision>,
    /// What was done, or will be.
    #[serde(default)]
    #[schema(required = false)]
    pub we_did: Change<Option<Prose>>,
    /// Why it will not be done, or not all of it, in plain words.
    #[serde(default)]
    #[schema(required = false)]
    pub why_not: Change<Option<Prose>>,
    /// The service that it is about.
    #[serde(default)]
    #[schema(required = false)]
    pub service: Change<Label>,
    /// The member of staff who sees to it.
    #[serde(default)]
    #[schema(required = false)]
    pub owner_id: Change<UserId>,
    /// The day until which it is to be done.
    #[serde(default)]
    #[schema(required = false, value_type = Option<NaiveDate>)]
    pub due_on: Change<Option<NaiveDate>>,
    /// By what it will be seen whether it helped.
    #[serde(default)]
    #[schema(required = false)]
    pub impact_measure: Change<Option<Prose>>,
    /// The words of somebody who said it that are told in public.
    #[serde(default)]
    #[schema(required = false)]
    pub quote: Change<Option<Prose>>,
}

/// That a second person has looked at an improvement.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "version": 1, "harmless": ["Blackpool Victoria"] }))]
pub struct CheckImprovement {
    /// The version that they have looked at: the latest one.
    #[schema(minimum = 1)]
    #[validate(range(min = 1, message = "from 1"))]
    pub version: i64,
    /// Words that look like somebody's name and are none: of a place, or of a ward. Numbers are never harmless.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20 entries"))]
    pub harmless: Vec<Line>,
}

/// An insight that an improvement rests on, too.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "insightId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90" }))]
pub struct NewEvidence {
    /// Which insight.
    pub insight_id: InsightId,
}

/// What was seen to come of an improvement.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "impactObserved": "Of a hundred appointments, ninety-one were kept, and eighty before." }))]
pub struct ReviewImpact {
    /// What was seen, by the measure that was agreed.
    pub impact_observed: Prose,
}

/// That an improvement is not adopted.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "whyNot": "The building is locked at six, and we have not found another one." }))]
pub struct DeclineImprovement {
    /// Why, in plain words, as those who said it will read it.
    pub why_not: Reason,
}
