//! The table of stories, and who sees which of them.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, ExprTrait, Query, SelectStatement};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::consents::entity::{self as consent, UseScope};
use super::lifecycle::Status;
use crate::partners::PartnerId;
use crate::store::{Reach, Scope, record};
use crate::values::{ItemCode, Line, PersonName, Prose, Reason, Stored, Title, choices, id};

id!(
    /// Names a story.
    StoryId
);

choices! {
    /// In which form a story is told.
    pub enum StoryFormat {
        /// In writing.
        Text,
        /// To be heard.
        Audio,
        /// To be seen.
        Video,
        /// By the teller, in the room.
        InPerson,
        /// As a poem, or as art.
        PoemArt,
    }
}

choices! {
    /// Whose story it is.
    pub enum StoryAbout {
        /// The teller's own.
        Oneself,
        /// That of somebody of their family.
        Relative,
        /// That of somebody who has died.
        Deceased,
    }
}

choices! {
    /// Why somebody else consents for the person whose story it is.
    pub enum RepresentedBecause {
        /// They are under 16.
        Under16,
        /// They cannot decide about this themselves.
        LacksCapacity,
    }
}

/// Who consents for a person who cannot do so themself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Represented {
    /// Why.
    pub because: RepresentedBecause,
    /// The name of whoever consents.
    pub by: PersonName,
    /// What they are to the person: a parent, an attorney, a deputy of the court.
    pub relationship: Line,
}

/// A story.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stories")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StoryId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: Option<PartnerId>,
    pub teller_name: Option<PersonName>,
    pub title: Option<Title>,
    pub format: StoryFormat,
    pub about: StoryAbout,
    pub represented: Option<Stored<Represented>>,
    pub service: Option<ItemCode>,
    pub themes: Stored<Vec<ItemCode>>,
    pub support_plan: Option<Prose>,
    pub teller_attends: bool,
    pub learning: Option<Prose>,
    /// The number of the latest version; 0 before there is one.
    pub latest: i32,
    /// The number of the version that the teller has approved: the latest, or none.
    pub approved: Option<i32>,
    pub audience: Option<UseScope>,
    pub scheduled_for: Option<Date>,
    pub meeting: Option<Line>,
    pub presented_on: Option<Date>,
    pub debrief_due_at: Option<DateTimeUtc>,
    pub debriefed_at: Option<DateTimeUtc>,
    pub report_due_on: Option<Date>,
    pub reported_back_at: Option<DateTimeUtc>,
    pub report_back: Option<Prose>,
    pub published_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub end_reason: Option<Reason>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether the caller is the teller.
    pub fn is_theirs(&self, scope: &Scope) -> bool {
        self.partner_id
            .is_some_and(|teller| scope.partner == Some(teller.0))
    }
}

/// The consents to the approved version of each story that stand on a day, for one of these uses.
fn consented(uses: &[UseScope], today: Date) -> SelectStatement {
    let of = |column: consent::Column| Expr::col((consent::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(consent::Entity)
        .and_where(of(consent::Column::StoryId).equals((Entity, Column::Id)))
        .and_where(of(consent::Column::Number).equals((Entity, Column::Approved)))
        .and_where(of(consent::Column::Scope).is_in(uses.iter().map(|one| one.word())))
        .and_where(of(consent::Column::WithdrawnAt).is_null())
        .and_where(of(consent::Column::ExpiresOn).gte(today))
        .to_owned()
}

/// The stories in one of these states to whose use in one of these ways the teller consents on a day.
pub fn usable(states: &[Status], uses: &[UseScope], today: Date) -> Condition {
    let states = states.iter().map(|one| one.word());
    Condition::all()
        .add(Expr::col((Entity, Column::Status)).is_in(states))
        .add(Expr::exists(consented(uses, today)))
}

/// What everyone may read today.
pub fn public(scope: &Scope) -> Condition {
    usable(&[Status::Published], &UseScope::PUBLIC, scope.today)
}

/// What those who bring stories to the Board may read: approved, and consented to for the Board.
pub fn for_board(scope: &Scope) -> Option<Condition> {
    let organisation = scope.organisation.as_deref()?;
    (scope.reach == Reach::Own && scope.staff).then(|| {
        usable(&Status::USABLE, &UseScope::BOARD, scope.today)
            .add(Expr::col((Entity, Column::Organisation)).eq(organisation))
    })
}

record!(StoryId, "story", owner: Some(Column::PartnerId), {
    /// What is published, for those who may read nothing else: everybody else goes by who they are.
    fn published(scope: &Scope) -> Option<Condition> {
        (scope.reach == Reach::Published).then(|| public(scope))
    }

    fn shared(scope: &Scope) -> Option<Condition> {
        for_board(scope)
    }
});
