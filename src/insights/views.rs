//! What callers see of an insight, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::entity::{Column, Entity, InsightId, Model, Source, Status};
use super::sentiment::{NewSentiment, Sentiment};
use crate::http::{Change, Sort, Versioned};
use crate::partners::PartnerId;
use crate::values::{ItemCode, Label, OdsCode, Prose, Reason, choices};

/// One thing that was heard.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Insight {
    /// Its id.
    pub id: InsightId,
    /// The organisation that heard it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where it was heard. The record that it was taken from is found at `/v1/provenance/{id}`, by those who may read it.
    pub source: Source,
    /// What was said, in words that tell of nobody; nothing once it was withdrawn.
    #[schema(value_type = Option<Prose>)]
    pub quote: Option<String>,
    /// The service that it is about.
    #[schema(value_type = Label)]
    pub service: String,
    /// The day on which it was heard.
    pub heard_on: NaiveDate,
    /// The codes of its themes.
    #[schema(max_items = 10)]
    pub themes: Vec<ItemCode>,
    /// How it was meant.
    pub sentiment: Option<Sentiment>,
    /// Whether a partner said it, who is told what came of it. Who that is, is not shown.
    pub will_be_told: bool,
    /// Why it was withdrawn.
    #[schema(value_type = Option<Reason>)]
    pub withdrawal_reason: Option<String>,
    /// Whether it counts.
    pub status: Status,
}

impl From<Model> for Insight {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            source,
            source_id: _,
            quote,
            service,
            heard_on,
            themes,
            sentiment,
            partner_id,
            withdrawal_reason,
            answered_at: _,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            source,
            quote: (!quote.is_empty()).then_some(quote),
            service,
            heard_on,
            themes: themes.0,
            sentiment: sentiment.map(|sentiment| sentiment.0),
            will_be_told: partner_id.is_some(),
            withdrawal_reason,
            status,
        }
    }
}

impl Versioned for Insight {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/insights/{}", self.id)
    }
}

/// Something that was heard.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "source": "outreach", "service": "Diabetes clinic", "heardOn": "2026-11-02", "themes": [],
    "quote": "By the time the clinic opens I have to be at work.",
    "sentiment": { "score": -1, "by": "person" }
}))]
pub struct NewInsight {
    /// Where it was heard.
    pub source: Source,
    /// The record that it was taken from: of a kind that fits `source`, and of the caller's organisation.
    pub source_id: Option<Uuid>,
    /// What was said. Names, and numbers that may tell who somebody is, are taken out before it is kept.
    pub quote: Prose,
    /// The service that it is about.
    pub service: Label,
    /// The day on which it was heard; today at the latest.
    pub heard_on: NaiveDate,
    /// The codes of its themes, which have to be there.
    #[serde(default)]
    #[validate(length(max = 10, message = "at most 10"))]
    #[schema(required = false, max_items = 10)]
    pub themes: Vec<ItemCode>,
    /// How it was meant.
    #[validate(nested)]
    pub sentiment: Option<NewSentiment>,
    /// The partner who said it, if they want to be told what comes of it. It is not shown again.
    pub partner_id: Option<PartnerId>,
}

/// A change of an insight.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "service": "Diabetes clinic at Whitegate Drive" }))]
pub struct InsightChanges {
    /// What was said. Names, and numbers that may tell who somebody is, are taken out before it is kept.
    #[serde(default)]
    #[schema(required = false)]
    pub quote: Change<Prose>,
    /// The service that it is about.
    #[serde(default)]
    #[schema(required = false)]
    pub service: Change<Label>,
    /// The codes of its themes, which have to be there.
    #[serde(default)]
    #[validate(length(max = 10, message = "at most 10"))]
    #[schema(required = false, max_items = 10, value_type = Vec<ItemCode>)]
    pub themes: Change<Vec<ItemCode>>,
    /// How it was meant; null for not known.
    #[serde(default)]
    #[validate(nested)]
    #[schema(required = false)]
    pub sentiment: Change<Option<NewSentiment>>,
}

/// That an insight is taken back.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reason": "The person who said it does not want it used any more." }))]
pub struct WithdrawInsight {
    /// Why.
    pub reason: Reason,
}

choices! {
    /// The orders of the list.
    pub enum InsightSort {
        /// The newest first.
        Newest,
        /// By the day on which they were heard, the longest ago first.
        Heard,
    }
}

impl Sort<Entity> for InsightSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::Heard => (Column::HeardOn, false),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InsightFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<InsightSort>,
    /// Only those whose words hold all these.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// Only those heard there.
    #[param(inline)]
    pub source: Option<Source>,
    /// Only those about this service.
    #[param(inline)]
    pub service: Option<Label>,
    /// Only those with this theme.
    #[param(inline)]
    pub theme: Option<ItemCode>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that an improvement answers in public, or only those that none does.
    pub answered: Option<bool>,
}
