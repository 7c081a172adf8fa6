//! The table of themes, and their lifecycle.

use sea_orm::entity::prelude::*;

use crate::lifecycle::{Lifecycle, Step};
use crate::store::record;
use crate::values::{choices, id};

id!(
    /// Names a theme of insights.
    InsightThemeId
);

choices! {
    /// Whether a theme is given to insights.
    #[schema(as = InsightThemeStatus)]
    pub enum Status {
        /// It is.
        Active,
        /// It stays with those that have it, and is given to no other.
        Retired,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "theme of insights";
    const FIRST: Self = Self::Active;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "retire",
            from: &[Self::Active],
            to: Self::Retired,
            needs: "",
        },
        Step {
            verb: "bring-back",
            from: &[Self::Retired],
            to: Self::Active,
            needs: "",
        },
    ];
}

/// A theme.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "insight_themes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InsightThemeId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub code: String,
    pub label: String,
    pub national_subject: Option<String>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(InsightThemeId, "theme of insights", owner: None);
