//! Which days a report counts.

use chrono::{Months, NaiveDate};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{FieldError, Problem, types};

/// Which days to count.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// What was heard from this day on; a year before `until` without it.
    pub from: Option<NaiveDate>,
    /// What was heard until this day; today without it.
    pub until: Option<NaiveDate>,
}

impl DaysQuery {
    /// The first and the last day.
    pub fn days(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Problem> {
        let until = self.until.unwrap_or(today);
        let year_before = until.checked_sub_months(Months::new(12)).unwrap_or(until);
        let from = self.from.unwrap_or(year_before);
        if from > until {
            let wrong = vec![FieldError::new("/from", "range", "not after `until`")];
            let detail = "`from` is not after `until`";
            return Err(Problem::new(&types::INVALID_PARAMETER, detail).with_errors(wrong));
        }
        Ok((from, until))
    }
}

/// Days as people write them: `1 September 2026 to 28 November 2026`.
pub fn span(from: NaiveDate, until: NaiveDate) -> String {
    let day = |day: NaiveDate| day.format("%-d %B %Y");
    format!("{} to {}", day(from), day(until))
}
