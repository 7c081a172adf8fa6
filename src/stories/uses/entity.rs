//! The table of uses.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryFilter, QueryOrder, Select};

use crate::partners::PartnerId;
use crate::store::record;
use crate::stories::consents::UseScope;
use crate::stories::entity::StoryId;
use crate::users::UserId;
use crate::values::{Line, choices, id};

id!(
    /// Names a use of a story.
    StoryUseId
);

choices! {
    /// How a story was used.
    #[schema(as = StoryUseKind)]
    pub enum UseKind {
        /// It was told or shown to people.
        Presented,
        /// It stands in minutes.
        Minuted,
        /// It was printed.
        Printed,
        /// It is online.
        Online,
        /// It was sent to somebody as a file.
        Sent,
    }
}

impl UseKind {
    /// Whether what is out there can be taken back. What people have heard, minutes and print cannot.
    pub const fn can_be_recalled(self) -> bool {
        match self {
            Self::Presented | Self::Minuted | Self::Printed => false,
            Self::Online | Self::Sent => true,
        }
    }
}

/// A use of a version of a story.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "story_uses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StoryUseId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub story_id: StoryId,
    pub partner_id: Option<PartnerId>,
    /// Of the story's version.
    pub number: i32,
    pub scope: UseScope,
    pub kind: UseKind,
    pub place: Line,
    pub used_on: Date,
    pub recorded_by: Option<UserId>,
    pub removed_on: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(StoryUseId, "use of a story", owner: Some(Column::PartnerId));

/// Where a story is: the operation holds the story.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever takes a story back is told where all of its copies went"
)]
pub fn out_there(story: StoryId) -> Select<Entity> {
    Entity::find()
        .filter(Column::StoryId.eq(story))
        .filter(Column::RemovedOn.is_null())
        .order_by_asc(Column::Id)
}
