//! The table of codes.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::organisations::ROOT;
use crate::store::{Scope, record};
use crate::values::{ItemCode, Line, choices, id};

id!(
    /// Names a code of PALS.
    PalsCodeId
);

choices! {
    /// What a code says something about.
    #[schema(as = PalsCodeSet)]
    pub enum CodeSet {
        /// What a contact or a complaint is about.
        Subject,
        /// Which kind of service.
        ServiceArea,
        /// Which clinical area within a service. There are no national ones here.
        ClinicalSubArea,
        /// How old the patient is.
        AgeBand,
        /// Who complains.
        ComplainantStatus,
        /// Whom a complaint is about, by profession.
        Profession,
    }
}

/// A code, from a day to a day. Those of the root organisation are for every organisation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pals_codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PalsCodeId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub code_set: CodeSet,
    pub code: ItemCode,
    pub label: Line,
    pub national_code: Option<ItemCode>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PalsCodeId, "PALS code", owner: None, {
    /// The ones for everyone, and those of the caller's organisation.
    fn published(scope: &Scope) -> Option<Condition> {
        let ours = scope.organisation.as_deref().map(|organisation| Column::Organisation.eq(organisation));
        Some(Condition::any().add(Column::Organisation.eq(ROOT)).add_option(ours))
    }
});
