//! The table of contributions.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::partners::PartnerId;
use crate::peer_support::memberships::{in_network, mine_only};
use crate::peer_support::{Experience, PeerTopic};
use crate::store::{Scope, record};
use crate::values::{PersonName, Prose, id};

id!(
    /// Names a contribution to the peer support network.
    PeerContributionId
);

/// Something that a partner shares with the others of the network.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "peer_support_contributions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PeerContributionId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub kind: Experience,
    pub topic: PeerTopic,
    pub body: Prose,
    pub signed_as: Option<PersonName>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PeerContributionId, "peer support contribution", owner: Some(Column::PartnerId), {
    fn shared(scope: &Scope) -> Option<Condition> {
        in_network(scope, Column::Organisation)
    }

    /// Who has left keeps what they shared, to read and to remove; nobody else reaches it by any permission.
    fn writable(scope: &Scope) -> Condition {
        mine_only(scope, Column::Id, Column::Organisation, Column::PartnerId)
    }
});
