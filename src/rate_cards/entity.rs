//! The table of rate cards, and their lifecycle.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use super::lines::{Cap, Policy, Rate};
use crate::lifecycle::{Lifecycle, Step};
use crate::store::{Scope, record};
use crate::values::{Stored, choices, id};

id!(
    /// Names a rate card.
    RateCardId
);

choices! {
    /// Whether a rate card counts.
    #[schema(as = RateCardStatus)]
    pub enum Status {
        /// It is being written.
        Draft,
        /// It counts for activities on its days, and its rates stay as they are.
        Published,
        /// It never counted: it was published by mistake, or given up.
        Withdrawn,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "rate card";
    const FIRST: Self = Self::Draft;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Self::Draft], ""),
        Step {
            verb: "publish",
            from: &[Self::Draft],
            to: Self::Published,
            needs: "a rate; no other published card on any of its days",
        },
        Step::stays(
            "end",
            &[Self::Published],
            "a last day that is not before today",
        ),
        Step {
            verb: "withdraw",
            from: &[Self::Draft, Self::Published],
            to: Self::Withdrawn,
            needs: "it has not begun",
        },
    ];
}

/// What is paid, from a day to a day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rate_cards")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RateCardId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub name: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub rates: Stored<Vec<Rate>>,
    pub caps: Stored<Vec<Cap>>,
    pub policy: Stored<Policy>,
    pub published_at: Option<DateTimeUtc>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(RateCardId, "rate card", owner: None, {
    /// What counts is known to everyone of the organisation: partners look their rates up.
    fn published(scope: &Scope) -> Option<Condition> {
        let organisation = scope.organisation.as_deref()?;
        Some(
            Condition::all()
                .add(Column::Organisation.eq(organisation))
                .add(Column::Status.eq(Status::Published)),
        )
    }
});
