//! How a trend is asked for, and how it looks.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::counts::Tally;
use super::super::period::Period;
use super::super::published_tables::table::fraction;
use super::super::settings::Setting;
use crate::pictures::{Drawing, Picture, Point};
use crate::values::OdsCode;

/// Which months.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrendQuery {
    /// Where people were asked.
    #[param(inline)]
    pub setting: Setting,
    /// The first month.
    #[param(inline, example = "2025-12")]
    pub from: Period,
    /// The last month; 120 months at the most.
    #[param(inline, example = "2026-11")]
    pub to: Period,
}

/// Results month by month.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FriendsAndFamilyTrend {
    /// The organisation: with all that belongs to it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Where people were asked.
    pub setting: Setting,
    /// What has to be said beside it.
    #[schema(max_length = 500)]
    pub caution: String,
    /// Every month from the first to the last, those without responses too.
    #[schema(max_items = 120)]
    pub months: Vec<FriendsAndFamilyMonth>,
}

/// A month of a trend.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FriendsAndFamilyMonth {
    /// The month.
    pub period: Period,
    /// All responses, those who don't know among them.
    #[schema(minimum = 0)]
    pub total_responses: i64,
    /// How many found it very good or good.
    #[schema(minimum = 0)]
    pub positive: i64,
    /// How many found it poor or very poor.
    #[schema(minimum = 0)]
    pub negative: i64,
    /// Those who found it very good or good, as a fraction of all; nothing without responses.
    #[schema(minimum = 0, maximum = 1)]
    pub percentage_positive: Option<f64>,
    /// Those who found it poor or very poor, as a fraction of all; nothing without responses.
    #[schema(minimum = 0, maximum = 1)]
    pub percentage_negative: Option<f64>,
}

impl FriendsAndFamilyMonth {
    /// A month with its sums.
    pub fn of(period: Period, tally: &Tally) -> Self {
        let [percentage_positive, percentage_negative] =
            [tally.positive(), tally.negative()].map(|some| fraction(some, tally.total()));
        Self {
            period,
            total_responses: tally.total(),
            positive: tally.positive(),
            negative: tally.negative(),
            percentage_positive,
            percentage_negative,
        }
    }

    fn point(&self) -> Point {
        let good = self.percentage(self.positive);
        Point {
            label: self.period.to_string(),
            count: self.total_responses,
            percentages: good
                .zip(self.percentage(self.negative))
                .map(<[f64; 2]>::from),
        }
    }

    /// How many of a hundred some are; nothing without responses.
    fn percentage(&self, some: i64) -> Option<f64> {
        (self.total_responses > 0).then(|| some as f64 * 100.0 / self.total_responses as f64)
    }

    fn cells(&self) -> Vec<String> {
        let percentage = |some| match self.percentage(some) {
            Some(percentage) => format!("{percentage:.1} %"),
            None => "–".to_owned(),
        };
        vec![
            self.period.to_string(),
            self.total_responses.to_string(),
            self.positive.to_string(),
            percentage(self.positive),
            self.negative.to_string(),
            percentage(self.negative),
        ]
    }
}

impl FriendsAndFamilyTrend {
    /// The same as a picture.
    pub fn picture(&self) -> Picture {
        let Self {
            organisation,
            setting,
            months,
            ..
        } = self;
        let setting = setting.name();
        let ends = months.first().zip(months.last());
        let ends = ends.map(|(first, last)| (first.period, last.period));
        let named = ends.map(|(first, last)| format!("{first}-{last}"));
        let span = ends.map(|(first, last)| format!("{} to {}", first.name(), last.name()));
        let (named, span) = (named.unwrap_or_default(), span.unwrap_or_default());
        Picture {
            name: format!("friends-and-family-trend-{named}"),
            title: format!("Friends and Family Test, {setting}, {organisation}, {span}"),
            description: self.told(),
            columns: [
                "Month",
                "Responses",
                "Very good or good",
                "of all",
                "Poor or very poor",
                "of all",
            ]
            .map(str::to_owned)
            .to_vec(),
            rows: months.iter().map(FriendsAndFamilyMonth::cells).collect(),
            drawing: Drawing::Trend(months.iter().map(FriendsAndFamilyMonth::point).collect()),
        }
    }

    /// What the trend shows, in words.
    fn told(&self) -> String {
        let with_answers = || self.months.iter().filter(|month| month.total_responses > 0);
        let all: i64 = self.months.iter().map(|month| month.total_responses).sum();
        let told = |month: &FriendsAndFamilyMonth| {
            let percentage = |some| month.percentage(some).unwrap_or_default();
            format!(
                "{}: {:.1} % of {} responses very good or good, {:.1} % poor or very poor.",
                month.period.name(),
                percentage(month.positive),
                month.total_responses,
                percentage(month.negative)
            )
        };
        match (with_answers().next(), with_answers().next_back()) {
            (Some(first), Some(last)) if first.period != last.period => {
                format!("{all} responses in all. {} {}", told(first), told(last))
            }
            (Some(only), _) => told(only),
            _ => "There were no responses.".to_owned(),
        }
    }
}
