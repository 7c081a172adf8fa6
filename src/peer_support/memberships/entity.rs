//! The table of memberships.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Query, SelectStatement};

use crate::lifecycle::{Lifecycle, Step};
use crate::partners::PartnerId;
use crate::partners::PartnerStatus;
use crate::partners::entity as partner;
use crate::store::{Reach, Scope, record};
use crate::values::{choices, id};

id!(
    /// Names a membership of the peer support network.
    PeerMembershipId
);

choices! {
    /// Where a membership stands.
    #[schema(as = PeerMembershipStatus)]
    pub enum Status {
        /// The partner was invited.
        Invited,
        /// The partner belongs to the network.
        Joined,
        /// The partner left, and can come back.
        Left,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "peer support membership";
    const FIRST: Self = Self::Invited;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "join",
            from: &[Self::Invited, Self::Left],
            to: Self::Joined,
            needs: "a partner who takes part, and is no member of staff",
        },
        Step {
            verb: "leave",
            from: &[Self::Joined],
            to: Self::Left,
            needs: "",
        },
    ];
}

/// That a partner was invited to the network, belongs to it, or left it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "peer_support_memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PeerMembershipId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PeerMembershipId, "peer support membership", owner: Some(Column::PartnerId), {
    fn writable(scope: &Scope) -> Condition {
        mine_only(scope, Column::Id, Column::Organisation, Column::PartnerId)
    }
});

/// The partners who take part in what goes on: a break does not end a membership, a suspension does for as long
/// as it lasts.
fn taking_part() -> SelectStatement {
    Query::select()
        .column(partner::Column::Id)
        .from(partner::Entity)
        .and_where(partner::Column::Status.is_in([PartnerStatus::Active, PartnerStatus::Paused]))
        .to_owned()
}

/// The condition that a membership counts.
pub fn current() -> Condition {
    Condition::all()
        .add(Column::Status.eq(Status::Joined))
        .add(Column::PartnerId.in_subquery(taking_part()))
}

/// The rows of the network to which the caller belongs now, if they do, as a partner and not as staff: whoever a
/// permission lets reach further acts in another role than that of a partner.
pub fn in_network<C: ColumnTrait>(scope: &Scope, organisation: C) -> Option<Condition> {
    let (own, partner) = (scope.organisation.as_deref()?, scope.partner?);
    let networks = Query::select()
        .column(Column::Organisation)
        .from(Entity)
        .and_where(Column::PartnerId.eq(partner))
        .cond_where(current())
        .to_owned();
    (scope.reach == Reach::Own && !scope.staff).then(|| {
        Condition::all()
            .add(organisation.eq(own))
            .add(organisation.in_subquery(networks))
    })
}

/// The rows that are the caller's own as a partner, and none where a permission reaches further; for the service
/// itself, all.
pub fn mine_only<C: ColumnTrait>(scope: &Scope, id: C, organisation: C, partner: C) -> Condition {
    let own = scope.organisation.as_deref().zip(scope.partner);
    match (scope.reach, own) {
        (Reach::System, _) => Condition::all(),
        (Reach::Own, Some((own, mine))) if !scope.staff => Condition::all()
            .add(organisation.eq(own))
            .add(partner.eq(mine)),
        _ => Condition::all().add(id.is_null()),
    }
}
