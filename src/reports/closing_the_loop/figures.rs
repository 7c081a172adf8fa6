//! The figures, by service.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, IdenStatic, QueryFilter, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::days::{DaysQuery, span};
use super::inputs::{self, InputAnswers};
use crate::http::Problem;
use crate::improvements;
use crate::insights::{self, entity as insight};
use crate::pictures::{Bar, Drawing, Picture};
use crate::store::Reader;
use crate::values::{Label, OdsCode, day_of};

/// How much of what was heard is answered in public.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClosingTheLoop {
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// What was heard from this day on is counted.
    pub from: NaiveDate,
    /// What was heard until this day is counted.
    pub until: NaiveDate,
    /// By the service that it is about.
    #[schema(max_items = 10000)]
    pub services: Vec<ServiceAnswers>,
    /// All services together.
    pub all: Answers,
    /// What people brought in during these days, whether or not anybody has taken it up.
    #[schema(max_items = 10)]
    pub inputs: Vec<InputAnswers>,
}

/// What a service heard and answered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAnswers {
    /// The service.
    #[schema(value_type = Label)]
    pub service: String,
    /// What it heard and answered.
    pub answers: Answers,
}

/// What was heard and answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Answers {
    /// How many insights were heard, without those that were withdrawn.
    #[schema(minimum = 0)]
    pub heard: i64,
    /// How many of them a published improvement answers.
    #[schema(minimum = 0)]
    pub answered: i64,
    /// Of a hundred; nothing where nothing was heard.
    #[schema(minimum = 0, maximum = 100)]
    pub percent_answered: Option<f64>,
    /// After how many days half of the answered ones were answered.
    #[schema(minimum = 0)]
    pub median_days: Option<f64>,
}

impl Answers {
    /// The figures of so many insights, and of the days after which some of them were answered.
    fn of(heard: usize, mut days: Vec<i64>) -> Self {
        days.sort_unstable();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let part = |number: i64| f64::from(i32::try_from(number).unwrap_or(i32::MAX));
        let (heard, answered) = (count(heard), count(days.len()));
        Self {
            heard,
            answered,
            percent_answered: (heard > 0)
                .then(|| (part(answered) * 1000.0 / part(heard)).round() / 10.0),
            median_days: median(&days),
        }
    }
}

impl Answers {
    fn cells(&self, service: &str) -> Vec<String> {
        let figure =
            |figure: Option<f64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
        vec![
            service.to_owned(),
            self.heard.to_string(),
            self.answered.to_string(),
            figure(self.percent_answered),
            figure(self.median_days),
        ]
    }

    /// The figures in words.
    fn told(&self) -> String {
        let Self {
            heard, answered, ..
        } = self;
        let days = match self.median_days {
            Some(1.0) => ", half within 1 day".to_owned(),
            Some(days) => format!(", half within {days} days"),
            None => String::new(),
        };
        format!("{answered} of {heard} answered{days}")
    }
}

/// The middle of some numbers in order, or what lies between the two in the middle.
fn median(sorted: &[i64]) -> Option<f64> {
    let part = |number: i64| f64::from(i32::try_from(number).unwrap_or(i32::MAX));
    let upper = sorted.get(sorted.len() / 2)?;
    match sorted.len() % 2 {
        1 => Some(part(*upper)),
        _ => {
            let lower = sorted.get((sorted.len() / 2).checked_sub(1)?)?;
            Some((part(*lower) + part(*upper)) / 2.0)
        }
    }
}

impl ClosingTheLoop {
    /// Each service's figures, and those of all together as the last, as words.
    pub fn cells(&self) -> Vec<Vec<String>> {
        let services = self
            .services
            .iter()
            .map(|one| (one.service.as_str(), &one.answers));
        let all = services.chain([("All", &self.all)]);
        all.map(|(service, answers)| answers.cells(service))
            .collect()
    }

    /// The same as a picture.
    pub fn picture(&self) -> Picture {
        let Self {
            organisation,
            from,
            until,
            all,
            ..
        } = self;
        let bar = |one: &ServiceAnswers| Bar {
            label: one.service.clone(),
            whole: one.answers.heard,
            part: one.answers.answered,
            says: one.answers.told(),
        };
        Picture {
            name: format!("closing-the-loop-{from}-{until}"),
            title: format!(
                "How much of what was heard is answered, {organisation}, {}",
                span(*from, *until)
            ),
            description: format!(
                "All services together: {}. The dark part of each bar is answered.",
                all.told()
            ),
            columns: ["Service", "Heard", "Answered", "Per cent", "Median days"]
                .map(str::to_owned)
                .to_vec(),
            rows: self.cells(),
            drawing: Drawing::Bars(self.services.iter().map(bar).collect()),
        }
    }
}

/// Counts what was heard between two days.
pub(super) async fn count(
    reader: &Reader<'_>,
    asked: DaysQuery,
) -> Result<ClosingTheLoop, Problem> {
    let organisation = reader.scope().organisation.clone();
    let organisation = organisation.ok_or_else(|| Problem::internal("nobody's report"))?;
    let (from, until) = asked.days(reader.scope().today)?;
    let mut heard: BTreeMap<String, (usize, Vec<i64>)> = BTreeMap::new();
    for (service, days) in answered(reader, from, until).await? {
        let (count, all) = heard.entry(service).or_default();
        *count += 1;
        all.extend(days);
    }
    let (mut count, mut all) = (0, Vec::new());
    let mut services = Vec::with_capacity(heard.len());
    for (service, (heard, days)) in heard {
        count += heard;
        all.extend_from_slice(&days);
        let answers = Answers::of(heard, days);
        services.push(ServiceAnswers { service, answers });
    }
    Ok(ClosingTheLoop {
        organisation,
        made_at: reader.now(),
        from,
        until,
        services,
        all: Answers::of(count, all),
        inputs: inputs::count(reader, from, until).await?,
    })
}

/// Whether something published answers it, in a row.
const ANSWERED: &str = "is_answered";

/// Each insight's service, and after how many days it was answered, if it was.
async fn answered(
    reader: &Reader<'_>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(String, Option<i64>)>, Problem> {
    let answered = Expr::col((insight::Entity, insight::Column::Id))
        .in_subquery(improvements::answered_insights());
    let query = reader
        .select::<insight::Entity>()
        .filter(insight::Column::Status.eq(insights::Status::Current))
        .filter(insight::Column::HeardOn.between(from, until))
        .select_only()
        .columns([
            insight::Column::Service,
            insight::Column::HeardOn,
            insight::Column::AnsweredAt,
        ])
        .expr_as(answered, ANSWERED);
    let rows = reader.rows(&query.into_query()).await?;
    let of = |row: &sea_orm::QueryResult| -> Result<(String, Option<i64>), sea_orm::DbErr> {
        let heard: NaiveDate = row.try_get("", insight::Column::HeardOn.as_str())?;
        let at: Option<DateTime<Utc>> = row.try_get("", insight::Column::AnsweredAt.as_str())?;
        let stands: bool = row.try_get("", ANSWERED)?;
        let at = at.filter(|_| stands);
        let days = at.map(|at| Ord::max((day_of(at) - heard).num_days(), 0));
        Ok((row.try_get("", insight::Column::Service.as_str())?, days))
    };
    rows.iter()
        .map(of)
        .collect::<Result<_, _>>()
        .map_err(Problem::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_answers_came_within_the_median() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7]), Some(7.0));
        assert_eq!(median(&[1, 3, 100]), Some(3.0));
        assert_eq!(median(&[1, 2, 5, 100]), Some(3.5));
    }

    #[test]
    fn the_share_is_of_all_that_was_heard() {
        let answers = Answers::of(3, vec![10, 2]);
        assert_eq!((answers.heard, answers.answered), (3, 2));
        assert_eq!(
            (answers.percent_answered, answers.median_days),
            (Some(66.7), Some(6.0))
        );
        assert_eq!(Answers::of(0, Vec::new()).percent_answered, None);
    }
}
