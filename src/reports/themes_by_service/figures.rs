//! The counts, by service and theme.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::days::{DaysQuery, span};
use crate::http::Problem;
use crate::insights::{self, entity as insight, themes};
use crate::pictures::{Drawing, Picture};
use crate::store::Reader;
use crate::values::{ItemCode, Label, OdsCode, Stored};

/// What is heard about which service.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThemesByService {
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// What was heard from this day on is counted.
    pub from: NaiveDate,
    /// What was heard until this day is counted.
    pub until: NaiveDate,
    /// The themes that were heard, the most frequent first.
    #[schema(max_items = 10000)]
    pub themes: Vec<ThemeHeard>,
    /// The services, in the order of their names.
    #[schema(max_items = 10000)]
    pub services: Vec<ServiceHeard>,
}

/// A theme that was heard.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThemeHeard {
    /// The word for programs.
    #[schema(value_type = ItemCode)]
    pub code: String,
    /// The word for people.
    #[schema(value_type = Label)]
    pub label: String,
    /// How many insights are about it.
    #[schema(minimum = 0)]
    pub insights: i64,
}

/// What was heard about a service.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceHeard {
    /// The service.
    #[schema(value_type = Label)]
    pub service: String,
    /// How many insights are about it, those without a theme among them.
    #[schema(minimum = 0)]
    pub insights: i64,
    /// How many of them are about each theme, in the order of `themes`.
    #[schema(max_items = 10000, minimum = 0)]
    pub by_theme: Vec<i64>,
}

/// Counts what was heard between two days.
pub(super) async fn count(
    reader: &Reader<'_>,
    asked: DaysQuery,
) -> Result<ThemesByService, Problem> {
    let organisation = reader.scope().organisation.clone();
    let organisation = organisation.ok_or_else(|| Problem::internal("nobody's report"))?;
    let (from, until) = asked.days(reader.scope().today)?;
    let query = reader
        .select::<insight::Entity>()
        .filter(insight::Column::Status.eq(insights::Status::Current))
        .filter(insight::Column::HeardOn.between(from, until))
        .select_only()
        .columns([insight::Column::Service, insight::Column::Themes]);
    let mut heard: BTreeMap<String, (i64, BTreeMap<String, i64>)> = BTreeMap::new();
    let mut all: BTreeMap<String, i64> = BTreeMap::new();
    for row in reader.rows(&query.into_query()).await? {
        let codes: Stored<Vec<ItemCode>> = row.try_get("", "themes")?;
        let (insights, by_theme) = heard.entry(row.try_get("", "service")?).or_default();
        *insights += 1;
        for code in codes.0 {
            *by_theme.entry(code.as_str().to_owned()).or_default() += 1;
            *all.entry(code.into()).or_default() += 1;
        }
    }
    let labels = labels(reader).await?;
    let mut themes: Vec<ThemeHeard> = all
        .into_iter()
        .map(|(code, insights)| ThemeHeard {
            label: labels.get(&code).unwrap_or(&code).clone(),
            code,
            insights,
        })
        .collect();
    themes.sort_by(|one, other| (other.insights, &one.code).cmp(&(one.insights, &other.code)));
    let of = |by_theme: &BTreeMap<String, i64>| {
        let counts = themes.iter().map(|theme| by_theme.get(&theme.code));
        counts.map(|count| count.copied().unwrap_or(0)).collect()
    };
    let services = heard
        .into_iter()
        .map(|(service, (insights, by_theme))| ServiceHeard {
            service,
            insights,
            by_theme: of(&by_theme),
        })
        .collect();
    Ok(ThemesByService {
        organisation,
        made_at: reader.now(),
        from,
        until,
        themes,
        services,
    })
}

/// The words for people of all themes of the organisation.
async fn labels(reader: &Reader<'_>) -> Result<BTreeMap<String, String>, Problem> {
    let rows = reader
        .all(reader.select::<themes::entity::Entity>())
        .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.label)).collect())
}

impl ThemesByService {
    /// The names of the columns of the table.
    pub fn columns(&self) -> Vec<String> {
        let themes = self.themes.iter().map(|theme| theme.label.clone());
        let first = ["service", "insights"].map(str::to_owned);
        first.into_iter().chain(themes).collect()
    }

    /// Its rows.
    pub fn cells(&self) -> Vec<Vec<String>> {
        let row = |one: &ServiceHeard| {
            let counts = [one.insights]
                .into_iter()
                .chain(one.by_theme.iter().copied());
            let counts = counts.map(|count| count.to_string());
            [one.service.clone()].into_iter().chain(counts).collect()
        };
        self.services.iter().map(row).collect()
    }

    /// The same as a picture.
    pub fn picture(&self) -> Picture {
        let Self {
            organisation,
            from,
            until,
            themes,
            services,
            ..
        } = self;
        let all: i64 = services.iter().map(|one| one.insights).sum();
        let most = themes.first();
        let most =
            most.map(|theme| format!(" Most, {}, are about: {}.", theme.insights, theme.label));
        Picture {
            name: format!("themes-by-service-{from}-{until}"),
            title: format!(
                "What is heard about which service, {organisation}, {}",
                span(*from, *until)
            ),
            description: format!(
                "{all} insights about {} services.{}",
                services.len(),
                most.unwrap_or_default()
            ),
            columns: ["Service", "Insights"]
                .map(str::to_owned)
                .into_iter()
                .chain(self.columns().into_iter().skip(2))
                .collect(),
            rows: self.cells(),
            drawing: Drawing::Grid {
                columns: themes.iter().map(|theme| theme.label.clone()).collect(),
                rows: services
                    .iter()
                    .map(|one| (one.service.clone(), one.by_theme.clone()))
                    .collect(),
            },
        }
    }
}
