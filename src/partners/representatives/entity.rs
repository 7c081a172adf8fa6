//! The table of representatives.

use sea_orm::entity::prelude::*;

use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{Stored, choices, id};

id!(
    /// Names a representative.
    RepresentativeId
);

choices! {
    /// What a representative is to the partner.
    pub enum RepresentativeKind {
        /// Cares for the partner.
        Carer,
        /// Acts in the partner's place.
        Proxy,
        /// An advocate.
        Advocate,
    }
}

choices! {
    /// What a representative may do.
    pub enum RepresentativeMay {
        /// Receive what is meant for the partner.
        ReceiveMessages,
        /// Give answers in the partner's name.
        AnswerFor,
        /// Apply for opportunities in the partner's name.
        ApplyFor,
        /// Change the partner's details.
        ChangeDetails,
        /// Come along.
        Accompany,
    }
}

/// Somebody who acts for a partner, with the partner's consent.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_representatives")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RepresentativeId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub kind: RepresentativeKind,
    pub name: String,
    pub email: Option<String>,
    pub telephone: Option<String>,
    pub may: Stored<Vec<RepresentativeMay>>,
    pub consented_at: DateTimeUtc,
    pub consent_wording: String,
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(RepresentativeId, "representative", owner: Some(Column::PartnerId));
