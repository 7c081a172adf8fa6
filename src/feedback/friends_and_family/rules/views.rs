//! How the question is asked, as front ends read it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::settings::{Level, Mode, Question, Rule, Setting, Touchpoint};
use crate::http::Problem;

/// On which day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RulesQuery {
    /// The day; today without it.
    pub on: Option<NaiveDate>,
}

/// How the question is asked on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FriendsAndFamilyRules {
    /// The day.
    pub on: NaiveDate,
    /// Under which name responses keep the wording.
    #[schema(max_length = 60)]
    pub question: String,
    /// What is asked, word for word.
    #[schema(max_length = 500)]
    pub wording: String,
    /// The answers, from 1 to 6.
    #[schema(min_items = 6, max_items = 6, value_type = Vec<crate::values::Label>)]
    pub answers: Vec<String>,
    /// Where it is asked, and how.
    #[schema(max_items = 20)]
    pub settings: Vec<SettingRule>,
}

/// What holds for a setting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingRule {
    /// The setting.
    pub setting: Setting,
    /// The finest level at which it is published, which every response names.
    pub finest_level: Level,
    /// How answers may be collected.
    #[schema(max_items = 20)]
    pub modes: Vec<Mode>,
    /// When people are asked, where that is told apart.
    #[schema(max_items = 20)]
    pub touchpoints: Vec<Touchpoint>,
    /// On which working day of the next month the return is due.
    #[schema(minimum = 1, maximum = 31)]
    pub due_on_working_day: Option<i32>,
}

impl FriendsAndFamilyRules {
    /// What holds on a day.
    pub fn on(day: NaiveDate) -> Result<Self, Problem> {
        let question = Question::asked_on(day);
        let question = question.ok_or_else(|| Problem::not_found("question of that day"))?;
        let rules = Setting::ALL
            .iter()
            .filter_map(|setting| Rule::of(*setting, day));
        Ok(Self {
            on: day,
            question: question.code.to_owned(),
            wording: question.wording.to_owned(),
            answers: question.answers.map(str::to_owned).to_vec(),
            settings: rules
                .map(|rule| SettingRule {
                    setting: rule.setting,
                    finest_level: rule.finest,
                    modes: rule.modes.to_vec(),
                    touchpoints: rule.touchpoints.to_vec(),
                    due_on_working_day: rule.due,
                })
                .collect(),
        })
    }
}
