//! The tables of API clients and their secrets.

use sea_orm::entity::prelude::*;

use crate::lifecycle::{Lifecycle, Step};
use crate::store::record;
use crate::values::{Stored, choices, id};

id!(
    /// Names an API client; it is its `client_id` at the token endpoint.
    ApiClientId
);

choices! {
    /// Whether a client may ask for tokens.
    #[schema(as = ApiClientStatus)]
    pub enum Status {
        /// It may.
        Active,
        /// It may not, and its tokens are refused.
        Revoked,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "API client";
    const FIRST: Self = Self::Active;
    const STEPS: &'static [Step<Self>] = &[Step {
        verb: "revoke",
        from: &[Self::Active],
        to: Self::Revoked,
        needs: "",
    }];
}

/// A system that calls in the name of an organisation, or of one partner.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiClientId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub name: String,
    pub scopes: Stored<Vec<String>>,
    pub partner_id: Option<Uuid>,
    pub status: Status,
    pub secret_changed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(ApiClientId, "API client", owner: Some(Column::PartnerId));

/// The secrets of clients, as slow hashes. Two are valid while one replaces the other.
pub mod secret {
    use sea_orm::entity::prelude::*;

    /// A secret's hash.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_client_secrets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: super::ApiClientId,
        pub secret_hash: String,
        pub created_at: DateTimeUtc,
        pub expires_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
