//! The table of links, each from what was there first to what came of it.

use sea_orm::entity::prelude::*;

use crate::store::record;
use crate::values::{choices, id};

id!(
    /// Names a link.
    LinkId
);

choices! {
    /// What is linked. The order is that in which one leads to another.
    #[schema(as = ProvenanceNodeKind)]
    pub enum NodeKind {
        /// An answer to the Friends and Family Test.
        FriendsAndFamilyResponse,
        /// A contact with PALS.
        PalsContact,
        /// A story.
        Story,
        /// A one-to-one with a partner.
        OneToOne,
        /// One thing that was heard.
        Insight,
        /// What is done, or not done, about it.
        Improvement,
    }
}

choices! {
    /// How one thing led to another.
    #[schema(as = ProvenanceLinkKind)]
    pub enum LinkKind {
        /// Its words are those of the other.
        QuotedIn,
        /// The other rests on it.
        EvidenceFor,
    }
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provenance_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LinkId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub from_kind: NodeKind,
    pub from_id: Uuid,
    pub kind: LinkKind,
    pub to_kind: NodeKind,
    pub to_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(LinkId, "link", owner: None);
