//! The table of declarations of interest.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryFilter, Select};

use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{choices, id};

id!(
    /// Names a declaration of interest.
    DeclarationId
);

choices! {
    /// What kind of interest is declared.
    pub enum InterestKind {
        /// Money or its worth.
        Financial,
        /// A professional interest without money.
        NonFinancialProfessional,
        /// A personal interest without money.
        NonFinancialPersonal,
        /// Somebody close has the interest.
        Indirect,
        /// There is none: that has been asked and answered.
        Nil,
    }
}

choices! {
    /// What is done about an interest.
    pub enum Mitigation {
        /// Nothing is needed.
        None,
        /// It is declared at the item.
        Declare,
        /// The partner does not vote.
        Abstain,
        /// The partner leaves the room.
        LeaveRoom,
        /// The partner takes no part in the matter.
        Recuse,
    }
}

/// A declaration of interest.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_declarations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeclarationId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub kind: InterestKind,
    pub description: Option<String>,
    pub from_date: Date,
    pub to_date: Option<Date>,
    pub mitigation: Mitigation,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(DeclarationId, "declaration", owner: Some(Column::PartnerId));

/// The declarations of a partner, whoever asks.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks: the operation's own rule decides"
)]
pub fn of_partner(partner: PartnerId) -> Select<Entity> {
    Entity::find().filter(Column::PartnerId.eq(partner))
}
