//! What callers see of a cadence, and what they send.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::entity::{Model, OneToOneCadenceId};
use crate::http::Versioned;
use crate::values::OdsCode;

/// How often one-to-ones are held. Without one, they are due after 1 month, after 3 months, and then every 6.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OneToOneCadence {
    /// Its id.
    pub id: OneToOneCadenceId,
    /// The organisation that set it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Always 1: a cadence is never changed, another one takes its place.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// After how many months of a role one-to-ones are due.
    #[schema(value_type = Vec<i32>, max_items = 12)]
    pub after_months: Vec<u32>,
    /// Every how many months from the last of these on; null for no more.
    #[schema(minimum = 1, maximum = 24)]
    pub then_every_months: Option<i32>,
    /// It holds for roles that start on this day or later.
    pub applies_from: NaiveDate,
}

impl From<Model> for OneToOneCadence {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at: _,
            after_months,
            then_every_months,
            applies_from,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            after_months: after_months.0,
            then_every_months,
            applies_from,
        }
    }
}

impl Versioned for OneToOneCadence {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/one-to-one-cadences/{}", self.id)
    }
}

/// A cadence to set. Of several that hold for a role, the one that applies from the latest day does.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "afterMonths": [1, 3], "thenEveryMonths": 6, "appliesFrom": "2027-01-01" }))]
#[validate(schema(function = rising))]
pub struct NewOneToOneCadence {
    /// After how many months of a role one-to-ones are due, rising.
    #[schema(value_type = Vec<i32>, min_items = 1, max_items = 12)]
    #[validate(length(min = 1, max = 12, message = "from 1 to 12 entries"))]
    pub after_months: Vec<u32>,
    /// Every how many months from the last of these on; left out for no more.
    #[schema(minimum = 1, maximum = 24)]
    #[validate(range(min = 1, max = 24, message = "from 1 to 24"))]
    pub then_every_months: Option<i32>,
    /// It holds for roles that start on this day or later.
    pub applies_from: NaiveDate,
}

fn rising(new: &NewOneToOneCadence) -> Result<(), ValidationError> {
    let months = &new.after_months;
    let rises = months.is_sorted_by(|one, next| one < next);
    match rises && months.iter().all(|month| (1..=60).contains(month)) {
        true => Ok(()),
        false => {
            let mut error = ValidationError::new("order").with_message(Cow::Borrowed(
                "from 1 to 60 months, each later than the one before",
            ));
            error.add_param("pointer".into(), &"/afterMonths");
            Err(error)
        }
    }
}
