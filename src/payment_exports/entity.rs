//! The table of payment exports, and their lifecycle.

use sea_orm::entity::prelude::*;

use crate::lifecycle::{Lifecycle, Step};
use crate::store::record;
use crate::values::{choices, id};

id!(
    /// Names a payment export.
    PaymentExportId
);

choices! {
    /// Where an export stands.
    #[schema(as = PaymentExportStatus)]
    pub enum Status {
        /// Finance has it.
        Made,
        /// The money was sent.
        Paid,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "payment export";
    const FIRST: Self = Self::Made;
    const STEPS: &'static [Step<Self>] = &[Step {
        verb: "mark-paid",
        from: &[Self::Made],
        to: Self::Paid,
        needs: "the day on which the money was sent",
    }];
}

/// What finance is told to pay, in one file.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_exports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentExportId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub claims: i32,
    pub expenses_pence: i64,
    pub payments_pence: i64,
    pub donated_pence: i64,
    pub paid_on: Option<Date>,
    pub reference: Option<String>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PaymentExportId, "payment export", owner: None);
