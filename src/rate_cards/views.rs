//! What callers see of a rate card, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, Model, RateCardId, Status};
use super::lines::{Cap, Policy, Rate};
use crate::http::{Change, Sort, Versioned};
use crate::values::{OdsCode, Title, choices};

/// What an organisation pays, from a day to a day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RateCard {
    /// Its id.
    pub id: RateCardId,
    /// The organisation that pays so.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What it is called.
    #[schema(value_type = Title)]
    pub name: String,
    /// The first day on which activities are paid so.
    pub valid_from: NaiveDate,
    /// The last day, if that is known.
    pub valid_to: Option<NaiveDate>,
    /// What is paid for a unit of something.
    #[schema(max_items = 200)]
    pub rates: Vec<Rate>,
    /// The most that a line comes to, unless more was agreed beforehand.
    #[schema(max_items = 20)]
    pub caps: Vec<Cap>,
    /// The rules that are numbers.
    pub policy: Policy,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Whether it counts.
    pub status: Status,
}

impl From<Model> for RateCard {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            name,
            valid_from,
            valid_to,
            rates,
            caps,
            policy,
            published_at,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            name,
            valid_from,
            valid_to,
            rates: rates.0,
            caps: caps.0,
            policy: policy.0,
            published_at,
            status,
        }
    }
}

impl Versioned for RateCard {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/rate-cards/{}", self.id)
    }
}

/// A rate card to add.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "name": "Expenses and involvement payments 2027-28", "validFrom": "2027-04-06", "validTo": "2028-04-05",
    "rates": [
        { "expenseType": "mileageCar", "unit": "mile", "pence": 45 },
        { "expenseType": "mileageBicycle", "unit": "mile", "pence": 20 },
        { "expenseType": "involvementPayment", "roleLevel": 4, "unit": "halfDay", "pence": 7500 },
        { "expenseType": "involvementPayment", "activity": "reading papers", "unit": "task", "pence": 1500 }
    ],
    "caps": [{ "expenseType": "subsistence", "mostPence": 1500 }],
    "policy": { "claimWindowMonths": 3 }
}))]
pub struct NewRateCard {
    /// What it is called.
    pub name: Title,
    /// The first day on which activities are paid so.
    pub valid_from: NaiveDate,
    /// The last day, if that is known.
    pub valid_to: Option<NaiveDate>,
    /// What is paid for a unit of something.
    #[serde(default)]
    #[schema(required = false, max_items = 200)]
    pub rates: Vec<Rate>,
    /// The most that a line comes to, unless more was agreed beforehand.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    pub caps: Vec<Cap>,
    /// The rules that are numbers.
    #[serde(default)]
    #[schema(required = false)]
    pub policy: Policy,
}

/// A change of a draft. Lists and rules are replaced as a whole.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "validTo": "2028-03-31" }))]
pub struct RateCardChanges {
    /// What it is called.
    #[serde(default)]
    #[schema(required = false)]
    pub name: Change<Title>,
    /// The first day on which activities are paid so.
    #[serde(default)]
    #[schema(required = false, value_type = NaiveDate)]
    pub valid_from: Change<NaiveDate>,
    /// The last day; null while it is not known.
    #[serde(default)]
    #[schema(required = false, value_type = Option<NaiveDate>)]
    pub valid_to: Change<Option<NaiveDate>>,
    /// What is paid for a unit of something.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<Rate>, max_items = 200)]
    pub rates: Change<Vec<Rate>>,
    /// The most that a line comes to, unless more was agreed beforehand.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<Cap>, max_items = 20)]
    pub caps: Change<Vec<Cap>>,
    /// The rules that are numbers.
    #[serde(default)]
    #[schema(required = false)]
    pub policy: Change<Policy>,
}

/// The end of a rate card.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "validTo": "2028-03-31" }))]
pub struct EndRateCard {
    /// The last day on which activities are paid so: not before today, and not before its first.
    pub valid_to: NaiveDate,
}

choices! {
    /// The orders of the list.
    pub enum RateCardSort {
        /// The newest first.
        Newest,
        /// By the first day.
        ValidFrom,
    }
}

impl Sort<Entity> for RateCardSort {
    fn order(self) -> (Column, bool) {
        match self {
            // Ids sort by the time at which they were made.
            Self::Newest => (Column::Id, true),
            Self::ValidFrom => (Column::ValidFrom, false),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RateCardFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<RateCardSort>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those whose days include this one.
    pub on: Option<NaiveDate>,
}
