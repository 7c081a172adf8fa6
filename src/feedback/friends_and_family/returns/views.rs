//! What callers see of a return, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::super::period::Period;
use super::super::settings::{Rule, Setting, Touchpoint};
use super::entity::{FriendsAndFamilyReturnId, Model, Row, Status};
use crate::http::{Problem, Versioned};
use crate::values::OdsCode;

/// A return.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FriendsAndFamilyReturn {
    /// Its id.
    pub id: FriendsAndFamilyReturnId,
    /// Whose it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Where people were asked.
    pub setting: Setting,
    /// The month.
    pub period: Period,
    /// Where it stands.
    pub status: Status,
    /// The day on which it is due, where the national collection says so.
    pub due_on: Option<NaiveDate>,
    /// When it was locked.
    pub locked_at: Option<DateTime<Utc>>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
}

impl TryFrom<Model> for FriendsAndFamilyReturn {
    type Error = Problem;

    fn try_from(row: Model) -> Result<Self, Problem> {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            setting,
            period,
            status,
            frozen: _,
            locked_at,
            locked_by: _,
            submitted_at,
            submitted_by: _,
        } = row;
        let period: Period = period.parse().map_err(Problem::internal)?;
        Ok(Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            setting,
            period,
            status,
            due_on: Rule::of(setting, period.last()).and_then(|rule| rule.due_on(period)),
            locked_at,
            submitted_at,
        })
    }
}

impl Versioned for FriendsAndFamilyReturn {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/feedback/friends-and-family/returns/{}", self.id)
    }
}

/// A return to begin.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "setting": "outpatient", "period": "2026-10" }))]
pub struct NewFriendsAndFamilyReturn {
    /// Where people were asked.
    pub setting: Setting,
    /// The month.
    pub period: Period,
}

/// Which returns to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReturnFilter {
    /// Only those of a setting.
    #[param(inline)]
    pub setting: Option<Setting>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
}

/// What a return holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnContent {
    /// Where people were asked.
    pub setting: Setting,
    /// The month.
    pub period: Period,
    /// Where the return stands: an open one follows what comes in.
    pub status: Status,
    /// A row for each place at the finest level of the setting, and for each touchpoint where there are some.
    #[schema(max_items = 1000)]
    pub rows: Vec<ReturnRow>,
}

/// A row of a return.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnRow {
    /// Codes and names, from the commissioner's code to the finest level of the setting.
    #[schema(max_items = 6, value_type = Vec<crate::values::Line>)]
    pub place: Vec<String>,
    /// What a ward is for first of all; null at other levels, and where it is not known.
    #[schema(value_type = Option<crate::values::Line>)]
    pub first_specialty: Option<String>,
    /// What a ward is for besides.
    #[schema(value_type = Option<crate::values::Line>)]
    pub second_specialty: Option<String>,
    /// When in maternity care: each touchpoint is a row of its own. Null in other settings.
    pub touchpoint: Option<Touchpoint>,
    /// How many gave each answer, from very good to don't know.
    #[schema(min_items = 6, max_items = 6)]
    pub answers: Vec<i64>,
    /// All responses.
    #[schema(minimum = 0)]
    pub total_responses: i64,
    /// How many answered by each mode, in the order of the modes.
    #[schema(min_items = 8, max_items = 8)]
    pub modes: Vec<i64>,
}

impl From<&Row> for ReturnRow {
    fn from(row: &Row) -> Self {
        let specialties = row.specialties.clone().unwrap_or_default();
        let [first_specialty, second_specialty] =
            specialties.map(|one| Some(one).filter(|one| !one.is_empty()));
        Self {
            place: row.named.clone(),
            first_specialty,
            second_specialty,
            touchpoint: row.touchpoint,
            answers: row.scores.to_vec(),
            total_responses: row.tally().total(),
            modes: row.modes.to_vec(),
        }
    }
}
