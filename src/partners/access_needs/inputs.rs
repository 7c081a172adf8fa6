//! What callers send about an access need.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::entity::{CODES, Need, NeedCategory};
use crate::http::Change;
use crate::values::Prose;

/// An access need to record.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "category": "participationNeed",
    "need": "languageInterpreter",
    "detail": "Urdu",
    "mayBeShared": true
}))]
#[validate(schema(function = fits_category))]
pub struct NewAccessNeed {
    /// What kind of need it is.
    pub category: NeedCategory,
    /// What is needed: one of the words of the category.
    pub need: Need,
    /// More about it. A language interpreter needs the language, as an ISO 639 code or its name.
    pub detail: Option<Prose>,
    /// Whether it is to be shown wherever the partner's name is; without it, it is.
    #[serde(default = "yes")]
    #[schema(required = false, default = true)]
    pub flag_prominently: bool,
    /// Whether the partner lets it be seen by an organisation with which they share their record.
    pub may_be_shared: bool,
    /// When the partner is asked again whether it still holds; in a year without it.
    pub review_on: Option<NaiveDate>,
}

fn yes() -> bool {
    true
}

fn fits_category(new: &NewAccessNeed) -> Result<(), ValidationError> {
    let words = CODES
        .iter()
        .find(|(category, _)| *category == new.category)
        .map(|(_, needs)| *needs);
    let words = words.unwrap_or_default();
    if !words.contains(&new.need) {
        let known: Vec<_> = words.iter().map(ToString::to_string).collect();
        return Err(refused("/need", format!("one of {}", known.join(", "))));
    }
    if new.need == Need::LanguageInterpreter && new.detail.is_none() {
        return Err(refused("/detail", "say which language".to_owned()));
    }
    Ok(())
}

fn refused(pointer: &'static str, message: String) -> ValidationError {
    let code = if pointer == "/need" {
        "unknownWord"
    } else {
        "required"
    };
    let mut error = ValidationError::new(code).with_message(message.into());
    error.add_param("pointer".into(), &pointer);
    error
}

/// A change of an access need. Another need is another record.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "reviewOn": "2027-11-01" }))]
pub struct AccessNeedChanges {
    /// More about it.
    #[serde(default)]
    #[schema(required = false)]
    pub detail: Change<Option<Prose>>,
    /// Whether it is to be shown wherever the partner's name is.
    #[serde(default)]
    #[schema(required = false)]
    pub flag_prominently: Change<bool>,
    /// Whether the partner lets it be seen by an organisation with which they share their record.
    #[serde(default)]
    #[schema(required = false)]
    pub may_be_shared: Change<bool>,
    /// When the partner is asked again whether it still holds: a later day says that they were asked.
    #[serde(default)]
    #[schema(value_type = NaiveDate, required = false)]
    pub review_on: Change<NaiveDate>,
}
