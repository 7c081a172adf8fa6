//! The table of notes on applications.

use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Condition, ExprTrait, Query};

use crate::applications::ApplicationId;
use crate::applications::entity::panels_of;
use crate::store::{Reach, Scope, record};
use crate::users::UserId;
use crate::values::{Prose, id};

/// The notes on some applications, the oldest first, whoever asks: to disclose them.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks: the operation's own rule decides"
)]
pub fn on(applications: impl IntoIterator<Item = ApplicationId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::ApplicationId.is_in(applications))
        .order_by_asc(Column::Id)
}

id!(
    /// Names a note on an application.
    ApplicationNoteId
);

/// A note on an application. It is never changed: what was written stands.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application_notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApplicationNoteId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub application_id: ApplicationId,
    pub author_id: UserId,
    pub body: Prose,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(ApplicationNoteId, "application note", owner: None, {
    /// The panel's, and nobody else's: an API client has no seat on a panel, and who is on the panel
    /// does not read what the others wrote about them.
    fn writable(scope: &Scope) -> Condition {
        let (organisation, user) = match (scope.reach, &scope.organisation, scope.user) {
            (Reach::System, ..) => return Condition::all(),
            (Reach::Organisation, Some(organisation), Some(user)) => (organisation.as_str(), user),
            _ => return Condition::all().add(Column::Id.is_null()),
        };
        let column = |name: &'static str| Expr::col(Alias::new(name));
        let mut applications = Query::select();
        applications
            .column(Alias::new("id"))
            .from(Alias::new("applications"))
            .and_where(column("opportunity_id").in_subquery(panels_of(user, scope.partner)));
        if let Some(partner) = scope.partner {
            applications.and_where(column("partner_id").ne(partner));
        }
        Condition::all()
            .add(Column::Organisation.eq(organisation))
            .add(Column::ApplicationId.in_subquery(applications))
    }
});
