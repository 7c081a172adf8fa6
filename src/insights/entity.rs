//! The table of insights, and their lifecycle.

use sea_orm::entity::prelude::*;

use super::sentiment::Sentiment;
use crate::lifecycle::{Lifecycle, Step};
use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{ItemCode, Stored, choices, id};

id!(
    /// Names an insight.
    InsightId
);

choices! {
    /// Where something was heard.
    #[schema(as = InsightSource)]
    pub enum Source {
        /// An answer to the Friends and Family Test.
        FriendsAndFamily,
        /// A contact with PALS.
        Pals,
        /// A story.
        Story,
        /// A group, such as a co-production group.
        Group,
        /// A survey.
        Survey,
        /// Care Opinion.
        CareOpinion,
        /// Social media.
        SocialMedia,
        /// Outreach, with or through a community.
        Outreach,
        /// A one-to-one with a partner.
        OneToOne,
    }
}

choices! {
    /// Whether an insight counts.
    #[schema(as = InsightStatus)]
    pub enum Status {
        /// It does.
        Current,
        /// It was taken back: by whoever said it, or as a mistake.
        Withdrawn,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "insight";
    const FIRST: Self = Self::Current;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays(
            "confirm-sentiment",
            &[Self::Current],
            "a member of staff, and a sentiment that a model gave",
        ),
        Step {
            verb: "withdraw",
            from: &[Self::Current],
            to: Self::Withdrawn,
            needs: "a reason; its words are removed",
        },
    ];
}

/// An insight.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "insights")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InsightId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub source: Source,
    pub source_id: Option<Uuid>,
    /// Empty once it was withdrawn.
    pub quote: String,
    pub service: String,
    pub heard_on: Date,
    pub themes: Stored<Vec<ItemCode>>,
    pub sentiment: Option<Stored<Sentiment>>,
    pub partner_id: Option<PartnerId>,
    pub withdrawal_reason: Option<String>,
    /// When an improvement first answered it in public, and whoever said it was told.
    pub answered_at: Option<DateTimeUtc>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(InsightId, "insight", owner: None);
