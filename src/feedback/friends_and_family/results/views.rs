//! How results are asked for, and how they look.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::period::Period;
use super::super::published_tables::views::PublishedRow;
use super::super::settings::{Level, Setting};

/// Which results.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResultQuery {
    /// Where people were asked.
    #[param(inline)]
    pub setting: Setting,
    /// The first month.
    #[param(inline, example = "2026-09")]
    pub from: Period,
    /// The last month; 120 months at the most.
    #[param(inline, example = "2026-11")]
    pub to: Period,
    /// A row for each of these.
    #[param(inline)]
    pub level: Level,
}

/// Results over some months.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FriendsAndFamilyResults {
    /// Where people were asked.
    pub setting: Setting,
    /// The first month.
    pub from: Period,
    /// The last month.
    pub to: Period,
    /// What the rows are.
    pub level: Level,
    /// What has to be said beside it.
    #[schema(max_length = 500)]
    pub caution: String,
    /// Every place that the caller's organisation is or holds, or was or held in one of the months, in the order of its
    /// codes; each month counts where its own hierarchy has it. Nothing is hidden: these rows are not for publication.
    #[schema(max_items = 40_000)]
    pub rows: Vec<PublishedRow>,
}
