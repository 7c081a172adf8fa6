//! The table of consents.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryFilter, Select};

use crate::partners::PartnerId;
use crate::store::record;
use crate::stories::entity::StoryId;
use crate::users::UserId;
use crate::values::{Line, choices, id};

id!(
    /// Names a consent to the use of a story.
    StoryConsentId
);

choices! {
    /// For what a story is used.
    #[schema(as = StoryUseScope)]
    pub enum UseScope {
        /// A team learns from it.
        TeamLearning,
        /// It is part of a training.
        Training,
        /// The Board hears it in private.
        BoardPrivate,
        /// The Board hears it in public.
        BoardPublic,
        /// It is on a website.
        Website,
        /// It is on social media.
        SocialMedia,
        /// The press gets it.
        Press,
        /// Those who plan and pay for services get it.
        Commissioners,
        /// National bodies get it.
        National,
        /// It is used in research.
        Research,
    }
}

impl UseScope {
    /// That with which everyone can read it: to be heard once by a Board in public is another matter.
    pub const PUBLIC: [Self; 1] = [Self::Website];
    /// Those with which the Board hears it.
    pub const BOARD: [Self; 2] = [Self::BoardPrivate, Self::BoardPublic];
}

choices! {
    /// Who consents.
    pub enum GivenBy {
        /// The teller themself.
        Teller,
        /// Whoever represents them.
        Representative,
    }
}

choices! {
    /// How something was given.
    #[schema(as = StoryGivenHow)]
    pub enum GivenHow {
        /// In the teller's own account.
        Account,
        /// On paper.
        Paper,
        /// By saying so.
        Spoken,
        /// On a recording.
        Recorded,
    }
}

/// A consent to one use of one version of a story.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "story_consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StoryConsentId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub story_id: StoryId,
    pub partner_id: Option<PartnerId>,
    /// Of the story's version.
    pub number: i32,
    pub scope: UseScope,
    pub given_by: GivenBy,
    pub given_how: GivenHow,
    pub witness: Option<Line>,
    pub recorded_by: Option<UserId>,
    pub expires_on: Date,
    pub withdrawn_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(StoryConsentId, "consent to a story", owner: Some(Column::PartnerId));

/// The consents to a version of a story that stand on a day, for one of these uses: the operation holds the story.
#[expect(
    clippy::disallowed_methods,
    reason = "what the teller consents to decides for everyone who uses the story"
)]
pub fn standing(story: StoryId, number: i32, uses: &[UseScope], day: Date) -> Select<Entity> {
    Entity::find()
        .filter(Column::StoryId.eq(story))
        .filter(Column::Number.eq(number))
        .filter(Column::Scope.is_in(uses.iter().copied()))
        .filter(Column::WithdrawnAt.is_null())
        .filter(Column::ExpiresOn.gte(day))
}

/// The consents to a story that nobody has taken back: the operation holds the story.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever takes a story back takes back every consent to it"
)]
pub fn given(story: StoryId) -> Select<Entity> {
    Entity::find()
        .filter(Column::StoryId.eq(story))
        .filter(Column::WithdrawnAt.is_null())
}
