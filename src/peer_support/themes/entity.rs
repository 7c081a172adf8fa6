//! The tables of themes and of those who agree that they are let out.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::lifecycle::{Lifecycle, Step};
use crate::partners::PartnerId;
use crate::peer_support::memberships::{in_network, mine_only};
use crate::peer_support::{Experience, PeerTopic};
use crate::store::{Reach, Scope, record};
use crate::values::{Prose, choices, id};

id!(
    /// Names a theme of the peer support network.
    PeerThemeId
);

choices! {
    /// Where a theme stands.
    #[schema(as = PeerThemeStatus)]
    pub enum Status {
        /// One proposes it; the network alone sees it.
        Proposed,
        /// The network let it out: staff see it, without authors.
        Released,
        /// It stays in the network.
        Withdrawn,
    }
}

/// The step that comes with the last agreement that is needed.
pub const RELEASE: &str = "release";

impl Lifecycle for Status {
    const OF: &'static str = "peer support theme";
    const FIRST: Self = Self::Proposed;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays(
            "agree",
            &[Self::Proposed],
            "another one of the network, once",
        ),
        Step {
            verb: RELEASE,
            from: &[Self::Proposed],
            to: Self::Released,
            needs: "three others agree; the network has five or more",
        },
        Step {
            verb: "withdraw",
            from: &[Self::Proposed],
            to: Self::Withdrawn,
            needs: "who proposed it themself, though they have left",
        },
    ];
    const WITH_OTHERS: &'static [&'static str] = &[RELEASE];
}

/// Something that the network may let out.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "peer_support_themes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PeerThemeId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: Option<PartnerId>,
    pub kind: Experience,
    pub topic: PeerTopic,
    pub body: Prose,
    pub released_on: Option<Date>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PeerThemeId, "peer support theme", owner: Some(Column::PartnerId), {
    /// The network sees all of them, staff those that were let out.
    fn shared(scope: &Scope) -> Option<Condition> {
        let released = scope.organisation.as_deref().filter(|_| scope.reach == Reach::Organisation);
        let released = released.map(|organisation| {
            Condition::all()
                .add(Column::Organisation.eq(organisation))
                .add(Column::Status.eq(Status::Released))
        });
        match (in_network(scope, Column::Organisation), released) {
            (None, None) => None,
            (network, released) => {
                Some(Condition::any().add_option(network).add_option(released))
            }
        }
    }

    fn writable(scope: &Scope) -> Condition {
        mine_only(scope, Column::Id, Column::Organisation, Column::PartnerId)
    }
});

/// Those who agree.
pub mod agreement {
    use super::*;

    id!(
        /// Names that somebody agrees that a theme is let out.
        PeerAgreementId
    );

    /// That a partner agrees that a theme is let out.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "peer_support_agreements")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PeerAgreementId,
        pub organisation: String,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub partner_id: PartnerId,
        pub theme_id: PeerThemeId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    record!(PeerAgreementId, "peer support agreement", owner: Some(Column::PartnerId), {
        fn shared(scope: &Scope) -> Option<Condition> {
            in_network(scope, Column::Organisation)
        }

        fn writable(scope: &Scope) -> Condition {
            mine_only(scope, Column::Id, Column::Organisation, Column::PartnerId)
        }
    });
}
