//! The table of opportunities, and the tables beside it: revisions, panel, tags.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Condition, ExprTrait, Query, SelectStatement};

use super::role::{
    AccessOffer, ApplyMethod, Contact, DbsLevel, Payment, PaymentKind, RoleDescription,
};
use super::status::Status;
use crate::organisations::shared_with;
use crate::store::{Scope, record};
use crate::templates::adaptations::AdaptationId;
use crate::templates::versions::TemplateVersionId;
use crate::users::UserId;
use crate::values::{Label, Mode, Perspective, Stored, choices, id};
use crate::workstreams::WorkstreamId;

id!(
    /// Names an opportunity.
    OpportunityId
);

choices! {
    /// What a partner does in the role.
    #[schema(as = OpportunityKind)]
    pub enum Kind {
        /// Sits on a committee.
        CommitteeMember,
        /// Sits in a working group.
        WorkingGroup,
        /// Designs something together with others.
        CoDesignWorkshop,
        /// Talks about a topic in a group, once.
        FocusGroup,
        /// Answers a survey.
        Survey,
        /// Reads and comments on texts.
        ReaderPanel,
        /// Helps to choose new staff.
        InterviewPanel,
        /// Does research with peers.
        PeerResearch,
        /// Teaches.
        Teaching,
        /// Shares a story.
        StorySharing,
        /// Inspects places of care (PLACE).
        PlaceInspection,
        /// Helps to choose suppliers.
        ProcurementPanel,
        /// Patient safety partner.
        PatientSafetyPartner,
        /// Stands for election as a governor.
        GovernorElection,
        /// Volunteers.
        VolunteerRole,
    }
}

choices! {
    /// How much say partners have.
    pub enum ParticipationLevel {
        /// They are told.
        Inform,
        /// They are asked.
        Consult,
        /// They are part of the work.
        Involve,
        /// They design it together with others.
        CoDesign,
        /// They share the power to plan and deliver.
        CoProduce,
        /// They decide.
        Devolve,
    }
}

/// An opportunity.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opportunities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OpportunityId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub workstream_id: WorkstreamId,
    pub title: String,
    pub summary: String,
    pub kind: Kind,
    pub participation_level: ParticipationLevel,
    pub mode: Mode,
    pub place: Option<String>,
    pub topics: Stored<Vec<Label>>,
    pub perspectives_wanted: Stored<Vec<Perspective>>,
    pub access: Stored<Vec<AccessOffer>>,
    pub role_level: i32,
    /// Repeats the payment's kind, for filters.
    pub payment_kind: Option<PaymentKind>,
    pub payment: Stored<Payment>,
    pub hours_per_month: Option<i32>,
    pub places: i32,
    pub role: Stored<RoleDescription>,
    pub apply_methods: Stored<Vec<ApplyMethod>>,
    pub contact: Stored<Contact>,
    pub influence_statement: Option<String>,
    pub named_contact_id: Option<UserId>,
    pub budget_code: Option<String>,
    pub internal_notes: Option<String>,
    /// Repeated in the table of panels, for conditions.
    pub panel: Stored<Vec<UserId>>,
    pub dbs_level: DbsLevel,
    pub opens_at: Option<DateTimeUtc>,
    pub closes_at: Option<DateTimeUtc>,
    pub starts_on: Option<Date>,
    /// Who drafted it, as the ledger's word for a person.
    pub author: String,
    /// Everyone who wrote something of it since it was last published: they do not approve or publish it.
    pub authors: Stored<Vec<String>>,
    pub approved_by: Option<String>,
    pub approved_at: Option<DateTimeUtc>,
    pub published_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    pub withdrawal_reason: Option<String>,
    /// Counts the terms on which people apply, from 1.
    pub revision: i32,
    /// The adaptation of a template that it was made of, and the version on which that stood.
    pub adaptation_id: Option<AdaptationId>,
    pub template_version_id: Option<TemplateVersionId>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The state at a time: past its closing time an opportunity is closed, whether or not the job that
    /// writes it down has run.
    pub fn status_at(&self, now: DateTime<Utc>) -> Status {
        match (self.status, self.closes_at) {
            (Status::Published | Status::Paused, Some(closes_at)) if closes_at <= now => {
                Status::Closed
            }
            (status, _) => status,
        }
    }

    /// Whether applications are taken at a time.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.status_at(now) == Status::Published
            && self.opens_at.is_some_and(|opens_at| opens_at <= now)
    }
}

/// The ids of one column of a table of another folder, by the value of another column.
fn ids_in(
    table: &'static str,
    column: &'static str,
    by: &'static str,
    value: Uuid,
) -> SelectStatement {
    Query::select()
        .column(Alias::new(column))
        .from(Alias::new(table))
        .and_where(Expr::col(Alias::new(by)).eq(value))
        .to_owned()
}

record!(OpportunityId, "opportunity", owner: None, {
    fn published(scope: &Scope) -> Option<Condition> {
        Some(
            Condition::all()
                .add(Column::Status.eq(Status::Published))
                .add(Column::OpensAt.lte(scope.now))
                .add(Column::ClosesAt.gt(scope.now)),
        )
    }

    /// Opportunities of organisations that share them; for a partner, those they applied for, but not what
    /// is being rewritten and nobody has approved.
    fn shared(scope: &Scope) -> Option<Condition> {
        let theirs = shared_with(scope, Column::Organisation, "opportunities");
        let applied = scope.organisation.as_deref().zip(scope.partner).map(|(organisation, partner)| {
            Condition::all()
                .add(Column::Organisation.eq(organisation))
                .add(Column::Id.in_subquery(ids_in("applications", "opportunity_id", "partner_id", partner)))
                .add(Column::Status.is_not_in([Status::Draft, Status::InReview, Status::Approved]))
        });
        match (theirs, applied) {
            (None, None) => None,
            (theirs, applied) => Some(Condition::any().add_option(theirs).add_option(applied)),
        }
    }

    /// A workstream lead's own are those of the workstreams they lead.
    fn own(scope: &Scope) -> Option<Condition> {
        Some(Condition::all().add(Column::WorkstreamId.in_subquery(workstreams_of(scope.user?))))
    }
});

/// The workstreams that a user leads.
fn workstreams_of(user: Uuid) -> SelectStatement {
    ids_in("workstreams", "id", "lead_id", user)
}

/// The opportunities of the workstreams that a user leads.
pub fn led_by(user: Uuid) -> SelectStatement {
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::WorkstreamId.in_subquery(workstreams_of(user)))
        .to_owned()
}

/// An opportunity that was public at some time, whoever asks: who applies late is told that it is over.
#[expect(clippy::disallowed_methods, reason = "whoever asks: it was public")]
pub fn advertised(id: OpportunityId) -> Select<Entity> {
    Entity::find()
        .filter(Column::Id.eq(id))
        .filter(Column::PublishedAt.is_not_null())
}

/// An opportunity that was public and was withdrawn, whoever asks: the reason is public, and `withdraw` has
/// seen to it that what is read with it was approved.
#[expect(clippy::disallowed_methods, reason = "whoever asks: it was public")]
pub fn withdrawn(id: OpportunityId) -> Select<Entity> {
    Entity::find()
        .filter(Column::Id.eq(id))
        .filter(Column::PublishedAt.is_not_null())
        .filter(Column::ApprovedAt.is_not_null())
        .filter(Column::Status.eq(Status::Withdrawn))
}

/// The terms on which people applied, each time they changed.
pub mod revision {
    use super::*;
    use crate::opportunities::revisions::Terms;

    /// A revision of an opportunity.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "opportunity_revisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub opportunity_id: OpportunityId,
        pub revision: i32,
        pub changed: Stored<Vec<String>>,
        pub terms: Stored<Terms>,
        pub since: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who looks at the applications for an opportunity.
pub mod panel {
    use super::*;

    /// A member of a panel.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "opportunity_panel")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub opportunity_id: OpportunityId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The values by which opportunities are found and counted, one row each.
pub mod tag {
    use super::*;

    /// A value of a facet.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "opportunity_tags")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub facet: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub value: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub opportunity_id: OpportunityId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
