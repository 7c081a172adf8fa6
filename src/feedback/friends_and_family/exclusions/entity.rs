//! The table of exclusions. Of the person it has a keyed hash of a hash that was made with a key we never see.

use sea_orm::entity::prelude::*;

use crate::store::record;
use crate::values::{choices, id};

id!(
    /// Names an exclusion.
    FriendsAndFamilyExclusionId
);

choices! {
    /// Why somebody is not asked.
    #[schema(as = FriendsAndFamilyExclusionReason)]
    pub enum Reason {
        /// Somebody they were with has died, or a pregnancy ended.
        Bereavement,
        /// A matter of safeguarding.
        Safeguarding,
        /// They have died.
        Deceased,
        /// They do not want to be asked.
        OptOut,
        /// They were asked not long ago.
        Asked,
    }
}

/// That somebody is not asked, until a day or for good.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "friends_and_family_exclusions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FriendsAndFamilyExclusionId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub person: Vec<u8>,
    pub reason: Reason,
    /// The last day; nothing if it is for good.
    pub until: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(FriendsAndFamilyExclusionId, "exclusion", owner: None);
