//! The tables of imports: what was sent, which of its rows were not taken, and the responses themselves.

use sea_orm::entity::prelude::*;

use crate::lifecycle::{Lifecycle, Step};
use crate::store::record;
use crate::values::{choices, id};

id!(
    /// Names an import.
    FriendsAndFamilyImportId
);

choices! {
    /// What becomes of an import that has rows which cannot be taken.
    #[schema(as = FriendsAndFamilyAcceptance)]
    pub enum Acceptance {
        /// Nothing is taken.
        Atomic,
        /// All other rows are taken.
        BestEffort,
    }
}

choices! {
    /// Whether an import counts.
    #[schema(as = FriendsAndFamilyImportStatus)]
    pub enum Status {
        /// Its responses count.
        Counted,
        /// They do not any more: it was a mistake.
        Withdrawn,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "Friends and Family Test import";
    const FIRST: Self = Self::Counted;
    const STEPS: &'static [Step<Self>] = &[Step {
        verb: "withdraw",
        from: &[Self::Counted],
        to: Self::Withdrawn,
        needs: "none of its months is locked",
    }];
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "friends_and_family_imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FriendsAndFamilyImportId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub import_id: String,
    pub media_type: String,
    pub digest: String,
    pub acceptance: Acceptance,
    pub rows: i64,
    pub accepted: i64,
    pub rejected: i64,
    pub late: i64,
    pub first_on: Option<Date>,
    pub last_on: Option<Date>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(FriendsAndFamilyImportId, "import", owner: None);

/// Rows that were not taken.
pub mod rejection {
    use sea_orm::entity::prelude::*;

    /// What is wrong with one field of one row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "friends_and_family_rejections")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub import_id: Uuid,
        pub line: i64,
        pub field: String,
        pub code: String,
        pub reason: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The responses of an import, many to a row.
pub mod block {
    use sea_orm::entity::prelude::*;

    /// Some responses, in columns and compressed.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "friends_and_family_blocks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub responses: i32,
        pub columns: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
