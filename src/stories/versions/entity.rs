//! The table of versions, and who sees which of them.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, ExprTrait, Query};
use sea_orm::{QueryFilter, Select};

use crate::files::FileId;
use crate::partners::PartnerId;
use crate::store::{Scope, record};
use crate::stories::entity::{self as story, StoryId};
use crate::stories::review::StoryApproval;
use crate::values::{Label, LongProse, PersonName, Reason, Stored, Title, choices, id};

id!(
    /// Names a version of a story.
    StoryVersionId
);

choices! {
    /// How the teller wants to be known.
    pub enum StoryIdentity {
        /// By their name.
        Named,
        /// By their first name.
        FirstName,
        /// By another name.
        Pseudonym,
        /// Not at all.
        Anonymous,
    }
}

/// A version of a story.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "story_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StoryVersionId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub story_id: StoryId,
    pub partner_id: Option<PartnerId>,
    pub number: i32,
    pub title: Option<Title>,
    pub words: Option<LongProse>,
    pub identity: StoryIdentity,
    pub shown_as: Option<PersonName>,
    pub content_warnings: Stored<Vec<Label>>,
    pub file_id: Option<FileId>,
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub length: Option<i64>,
    /// SHA-256 in hexadecimal digits.
    pub digest: Option<String>,
    /// Who wrote it down, as the ledger's word for a person.
    pub author: String,
    pub wanted_changes: Option<Reason>,
    pub approval: Option<Stored<StoryApproval>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The approved version of each story that fits.
fn approved_of(stories: Condition) -> Condition {
    let of = |column: story::Column| Expr::col((story::Entity, column));
    let approved = Query::select()
        .expr(Expr::val(1))
        .from(story::Entity)
        .and_where(of(story::Column::Id).equals((Entity, Column::StoryId)))
        .and_where(of(story::Column::Approved).equals((Entity, Column::Number)))
        .cond_where(stories)
        .to_owned();
    Condition::all().add(Expr::exists(approved))
}

record!(StoryVersionId, "story version", owner: Some(Column::PartnerId), {
    /// For those who bring stories to the Board: the approved versions of those that it may hear.
    fn shared(scope: &Scope) -> Option<Condition> {
        story::for_board(scope).map(approved_of)
    }
});

/// The version of a number: the operation holds the story.
#[expect(
    clippy::disallowed_methods,
    reason = "the version belongs to the story that the operation reached"
)]
pub fn numbered(story: StoryId, number: i32) -> Select<Entity> {
    Entity::find()
        .filter(Column::StoryId.eq(story))
        .filter(Column::Number.eq(number))
}

/// The versions of some stories that the caller was allowed to reach.
#[expect(
    clippy::disallowed_methods,
    reason = "the versions belong to the stories that the operation found"
)]
pub fn of_stories(stories: impl IntoIterator<Item = StoryId>) -> Select<Entity> {
    Entity::find().filter(Column::StoryId.is_in(stories))
}
