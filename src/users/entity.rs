//! The table of users.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::lifecycle::{Lifecycle, Step};
use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{Stored, choices, id};

id!(
    /// Names a user.
    UserId
);

choices! {
    /// Whether a user may call.
    #[schema(as = UserStatus)]
    pub enum Status {
        /// May call, with the roles given.
        Active,
        /// May not call any more; kept because records name them.
        Removed,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "user";
    const FIRST: Self = Self::Active;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "remove",
            from: &[Self::Active],
            to: Self::Removed,
            needs: "another engagement administrator stays",
        },
        Step {
            verb: "restore",
            from: &[Self::Removed],
            to: Self::Active,
            needs: "",
        },
    ];
}

/// In the place of the issuer: this deployment itself, under whatever name it is served.
pub const OWN: &str = "own";

/// A person who calls, by issuer and subject, with their roles in one organisation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub issuer: String,
    pub subject: String,
    pub display_name: String,
    pub email: Option<String>,
    pub roles: Stored<Vec<Role>>,
    pub partner_id: Option<Uuid>,
    pub proposed_link: Option<Stored<ProposedLink>>,
    pub status: Status,
}

/// That a user should be linked to a partner, which another person has to confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProposedLink {
    /// To whom.
    pub partner_id: PartnerId,
    /// Who proposed it, as the ledger's word for a person.
    pub proposed_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(UserId, "user", owner: Some(Column::PartnerId));
