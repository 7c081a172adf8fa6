//! The tables of sessions and of those who signed up for them.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::lifecycle::{Lifecycle, Step};
use crate::partners::PartnerId;
use crate::peer_support::memberships::{in_network, mine_only};
use crate::store::{Scope, record};
use crate::values::{Line, Mode, Prose, Title, choices, id};

id!(
    /// Names a session of the peer support network.
    PeerSessionId
);

choices! {
    /// Where a session stands.
    #[schema(as = PeerSessionStatus)]
    pub enum Status {
        /// It takes place.
        Planned,
        /// It does not.
        Cancelled,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "peer support session";
    const FIRST: Self = Self::Planned;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays(
            "sign-up",
            &[Self::Planned],
            "a place is left; it has not begun",
        ),
        Step::stays("cancel-sign-up", &[Self::Planned], "one has signed up"),
        Step {
            verb: "cancel",
            from: &[Self::Planned],
            to: Self::Cancelled,
            needs: "the host themself",
        },
    ];
}

/// A session: one of the network invites the others.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "peer_support_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PeerSessionId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: Option<PartnerId>,
    pub title: Title,
    pub about: Option<Prose>,
    pub starts_at: DateTimeUtc,
    pub minutes: i32,
    pub mode: Mode,
    pub place: Option<Line>,
    pub places: Option<i32>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PeerSessionId, "peer support session", owner: Some(Column::PartnerId), {
    fn shared(scope: &Scope) -> Option<Condition> {
        in_network(scope, Column::Organisation)
    }

    fn writable(scope: &Scope) -> Condition {
        mine_only(scope, Column::Id, Column::Organisation, Column::PartnerId)
    }
});

/// Those who signed up.
pub mod sign_up {
    use super::*;

    id!(
        /// Names that somebody signed up for a session.
        PeerSignUpId
    );

    /// That a partner comes to a session.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "peer_support_sign_ups")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PeerSignUpId,
        pub organisation: String,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub partner_id: PartnerId,
        pub session_id: PeerSessionId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    record!(PeerSignUpId, "peer support sign-up", owner: Some(Column::PartnerId), {
        fn shared(scope: &Scope) -> Option<Condition> {
            in_network(scope, Column::Organisation)
        }

        fn writable(scope: &Scope) -> Condition {
            mine_only(scope, Column::Id, Column::Organisation, Column::PartnerId)
        }
    });
}
