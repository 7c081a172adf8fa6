//! The table of applications, and who sees which of them.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Condition, ExprTrait, Query, SelectStatement};

use super::chat::{Chat, ChatRecord};
pub use super::lifecycle::Status;
use crate::opportunities::{ApplyMethod, OpportunityId};
use crate::partners::PartnerId;
use crate::partners::representatives::RepresentativeId;
use crate::store::{Reach, Scope, record};
use crate::values::{Line, Perspective, Prose, Stored, id};

id!(
    /// Names an application.
    ApplicationId
);

/// An application of a partner for an opportunity.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApplicationId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub opportunity_id: OpportunityId,
    pub partner_id: PartnerId,
    pub revision: i32,
    pub method: ApplyMethod,
    pub why_interested: Option<Prose>,
    pub relevant_experience: Option<Prose>,
    pub perspective: Option<Perspective>,
    pub support_needed: Option<Prose>,
    pub availability_confirmed: Option<bool>,
    pub how_heard: Option<Line>,
    pub declarations: Option<Prose>,
    pub consented_at: DateTimeUtc,
    pub submitted_at: Option<DateTimeUtc>,
    pub chat: Option<Stored<Chat>>,
    pub chat_record: Option<Stored<ChatRecord>>,
    pub outcome_at: Option<DateTimeUtc>,
    pub feedback_offered_at: Option<DateTimeUtc>,
    pub feedback: Option<Prose>,
    pub withdrawn_at: Option<DateTimeUtc>,
    pub representative_id: Option<RepresentativeId>,
    /// The record with which it came, where the partner had applied for the same thing already.
    pub merged_from_id: Option<PartnerId>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The opportunities on whose panel a user is, but for those for which they applied themselves: nobody
/// reads or decides about their rivals.
pub fn panels_of(user: Uuid, partner: Option<Uuid>) -> SelectStatement {
    let column = |name: &'static str| Expr::col(Alias::new(name));
    let mut panels = Query::select();
    panels
        .column(Alias::new("opportunity_id"))
        .from(Alias::new("opportunity_panel"))
        .and_where(column("user_id").eq(user));
    if let Some(partner) = partner {
        let applied_for = Query::select()
            .column(Column::OpportunityId)
            .from(Entity)
            .and_where(Column::PartnerId.eq(partner))
            .and_where(Column::SubmittedAt.is_not_null())
            .and_where(Column::Status.ne(Status::Withdrawn))
            .to_owned();
        panels.and_where(column("opportunity_id").not_in_subquery(applied_for));
    }
    panels
}

/// Applicants see their own applications, the panel of an opportunity those sent for it, and an API
/// client of the organisation all that were sent: it was given that scope to connect a system that the
/// organisation trusts, and no person reads through it unrecorded. A draft is the applicant's alone.
fn readable(scope: &Scope) -> Condition {
    let organisation = match (&scope.organisation, scope.reach) {
        (_, Reach::System) => return Condition::all(),
        (Some(organisation), Reach::Own | Reach::Organisation) => organisation.as_str(),
        _ => return Condition::all().add(Column::Id.is_null()),
    };
    let sent = || Condition::all().add(Column::SubmittedAt.is_not_null());
    let who = match (scope.user, scope.partner) {
        (Some(user), _) => {
            let panels = panels_of(user, scope.partner);
            Condition::any().add(sent().add(Column::OpportunityId.in_subquery(panels)))
        }
        (None, None) if scope.reach == Reach::Organisation => Condition::any().add(sent()),
        _ => Condition::any(),
    };
    let who = match scope.partner {
        Some(partner) => who.add(Column::PartnerId.eq(partner)),
        // A condition without a part would hold for every row.
        None => who.add(Column::Id.is_null()),
    };
    Condition::all()
        .add(Column::Organisation.eq(organisation))
        .add(who)
}

record!(ApplicationId, "application", owner: Some(Column::PartnerId), {
    fn writable(scope: &Scope) -> Condition {
        readable(scope)
    }
});

/// The applications for an opportunity, whoever asks: to count places and to see who waits.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks: the operation's own rule decides"
)]
pub fn of_opportunity(opportunity: OpportunityId) -> Select<Entity> {
    Entity::find().filter(Column::OpportunityId.eq(opportunity))
}

/// The applications of a partner, whoever asks: to withdraw those that are open, and to merge records.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks: the operation's own rule decides"
)]
pub fn of_partner(partner: PartnerId) -> Select<Entity> {
    Entity::find().filter(Column::PartnerId.eq(partner))
}

/// The applications of a partner of an organisation, whoever asks: to disclose what was written on them.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks: the operation's own rule decides"
)]
pub fn sent_by(organisation: &str, partner: PartnerId) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::SubmittedAt.is_not_null())
}

/// An application that was sent to an organisation, whoever asks: to tell the panel's from the others'.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks: the operation's own rule decides"
)]
pub fn sent_to(organisation: &str, id: ApplicationId) -> Select<Entity> {
    Entity::find()
        .filter(Column::Id.eq(id))
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::SubmittedAt.is_not_null())
}
