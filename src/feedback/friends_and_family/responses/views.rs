//! What callers see of a response, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::super::screening::Personal;
use super::super::settings::{Mode, Setting, Touchpoint};
use super::entity::{FriendsAndFamilyResponseId, Model, Respondent, Urgency};
use crate::http::Versioned;
use crate::values::{Label, Language, Line, OdsCode, Prose, Reason};

/// A response. What was written is shown without what may tell who somebody is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FriendsAndFamilyResponse {
    /// Its id.
    pub id: FriendsAndFamilyResponseId,
    /// The trust or provider.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it came in.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The day on which somebody answered.
    pub responded_on: NaiveDate,
    /// Where they were asked.
    pub setting: Setting,
    /// At which site.
    #[schema(value_type = Option<OdsCode>)]
    pub site_code: Option<String>,
    /// On which ward.
    #[schema(value_type = Option<Line>)]
    pub ward_name: Option<String>,
    /// When in maternity care.
    pub touchpoint: Option<Touchpoint>,
    /// 1, very good, to 5, very poor, or 6, don't know.
    #[schema(minimum = 1, maximum = 6)]
    pub score: i32,
    /// How it was collected.
    pub mode: Mode,
    /// Which question was asked.
    #[schema(value_type = Label)]
    pub question: String,
    /// Who answered.
    pub respondent: Respondent,
    /// In which language.
    #[schema(value_type = Option<Language>)]
    pub language: Option<String>,
    /// Whether what was written may be published.
    pub may_be_published: bool,
    /// Why they gave that answer.
    #[schema(value_type = Option<Prose>)]
    pub why: Option<String>,
    /// What could have been better.
    #[schema(value_type = Option<Prose>)]
    pub better: Option<String>,
    /// What was taken out of it.
    #[schema(max_items = 10)]
    pub personal: Vec<Personal>,
    /// Whether it cannot wait.
    pub urgency: Urgency,
    /// The day on which a person has to have looked at it: that of its arrival in London, or the next working day where
    /// it came after 17:00 or on another day. Null if it can wait.
    pub due_on: Option<NaiveDate>,
    /// When it was seen to; what was done is told with what was written.
    pub dealt_with_at: Option<DateTime<Utc>>,
    /// Whether it came after its month was locked.
    pub late: bool,
}

impl From<Model> for FriendsAndFamilyResponse {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            responded_on,
            setting,
            site,
            unit: _,
            ward_name,
            touchpoint,
            score,
            mode,
            question,
            respondent,
            language,
            may_be_published,
            why: _,
            better: _,
            why_shown,
            better_shown,
            personal,
            urgency,
            due_on,
            dealt_with: _,
            dealt_with_at,
            late,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            responded_on,
            setting,
            site_code: site,
            ward_name,
            touchpoint,
            score,
            mode,
            question,
            respondent,
            language,
            may_be_published,
            why: why_shown,
            better: better_shown,
            personal: personal.0,
            urgency,
            due_on,
            dealt_with_at,
            late,
        }
    }
}

impl Versioned for FriendsAndFamilyResponse {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/feedback/friends-and-family/responses/{}", self.id)
    }
}

/// What was written, as it was written.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WrittenComments {
    /// Why they gave that answer.
    #[schema(value_type = Option<Prose>)]
    pub why: Option<String>,
    /// What could have been better.
    #[schema(value_type = Option<Prose>)]
    pub better: Option<String>,
    /// What was done about it, if it could not wait.
    #[schema(value_type = Option<Reason>)]
    pub dealt_with: Option<String>,
}

/// A new response. It has no field for who answers, and none is kept.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "setting": "outpatient", "organisation": "RXL", "score": 2, "mode": "online", "respondedOn": "2026-11-20",
    "why": "Everyone was kind, and I was seen on time.", "better": "More seats.", "mayBePublished": true
}))]
pub struct NewFriendsAndFamilyResponse {
    /// The day on which somebody answered; today without it.
    pub responded_on: Option<NaiveDate>,
    /// Where they were asked.
    pub setting: Setting,
    /// The trust or provider.
    pub organisation: OdsCode,
    /// The site, which some settings need.
    pub site_code: Option<OdsCode>,
    /// The ward, which inpatients name.
    pub ward_name: Option<Line>,
    /// When in maternity care.
    pub touchpoint: Option<Touchpoint>,
    /// 1, very good, to 5, very poor, or 6, don't know.
    #[validate(range(min = 1, max = 6))]
    #[schema(minimum = 1, maximum = 6)]
    pub score: i32,
    /// How it was collected.
    pub mode: Mode,
    /// Who answered; the patient without it.
    pub respondent: Option<Respondent>,
    /// In which language.
    pub language: Option<Language>,
    /// Why they gave that answer.
    pub why: Option<Prose>,
    /// What could have been better.
    pub better: Option<Prose>,
    /// Whether what was written may be published; not without it.
    pub may_be_published: Option<bool>,
}

/// What was done about something that could not wait.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "dealtWith": "The safeguarding lead has it since 10:40; the police were told." }))]
pub struct DealingWith {
    /// What was done, by whom it was taken on.
    pub dealt_with: Reason,
}

/// Which responses to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResponseFilter {
    /// Only those of a setting.
    #[param(inline)]
    pub setting: Option<Setting>,
    /// Only those that cannot wait, or that somebody has seen to.
    #[param(inline)]
    pub urgency: Option<Urgency>,
    /// Only those that are overdue: that cannot wait, and were due on a day that has passed; or, with false, only the
    /// others.
    pub overdue: Option<bool>,
    /// Only those of this day or later.
    pub from: Option<NaiveDate>,
    /// Only those of this day or earlier.
    pub to: Option<NaiveDate>,
}
