//! The table of returns, and their lifecycle.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::counts::{MODES, SCORES};
use super::super::settings::{Setting, Touchpoint};
use crate::lifecycle::{Lifecycle, Step};
use crate::store::record;
use crate::values::{Stored, choices, id};

id!(
    /// Names a return.
    FriendsAndFamilyReturnId
);

choices! {
    /// Where a return stands.
    #[schema(as = FriendsAndFamilyReturnStatus)]
    pub enum Status {
        /// It follows what comes in.
        Open,
        /// It stays as it is, whatever comes in.
        Locked,
        /// It was sent to the national collection.
        Submitted,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "Friends and Family Test return";
    const FIRST: Self = Self::Open;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "lock",
            from: &[Self::Open],
            to: Self::Locked,
            needs: "the month is over",
        },
        Step {
            verb: "submit",
            from: &[Self::Locked],
            to: Self::Submitted,
            needs: "another person than the one who locked it",
        },
    ];
}

/// A row of a return.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Codes and names, from the commissioner's code to the finest level of the setting.
    pub named: Vec<String>,
    /// What a ward is for; returns that were locked before it was told have none.
    #[serde(default)]
    pub specialties: Option<[String; 2]>,
    /// When in maternity care.
    #[serde(default)]
    pub touchpoint: Option<Touchpoint>,
    /// From very good to don't know.
    pub scores: [i64; SCORES],
    /// By which mode.
    pub modes: [i64; MODES],
}

/// A return.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "friends_and_family_returns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FriendsAndFamilyReturnId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub setting: Setting,
    pub period: String,
    pub status: Status,
    /// What is in it, once it is locked.
    pub frozen: Option<Stored<Vec<Row>>>,
    pub locked_at: Option<DateTimeUtc>,
    pub locked_by: Option<String>,
    pub submitted_at: Option<DateTimeUtc>,
    pub submitted_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(FriendsAndFamilyReturnId, "return", owner: None);
