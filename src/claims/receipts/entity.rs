//! The table of receipts.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Query};

use crate::claims::ClaimId;
use crate::claims::entity as claim;
use crate::files::FileId;
use crate::opportunities::entity::led_by;
use crate::partners::PartnerId;
use crate::store::{Scope, record};
use crate::values::id;

id!(
    /// Names a receipt.
    ClaimReceiptId
);

/// A receipt of a claim.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_receipts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClaimReceiptId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub claim_id: ClaimId,
    pub file_id: FileId,
    /// What the file is, repeated: it never changes.
    pub file_name: String,
    pub media_type: String,
    pub length: i64,
    /// SHA-256 in hexadecimal digits.
    pub digest: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(ClaimReceiptId, "receipt", owner: Some(Column::PartnerId), {
    /// Workstream leads read those of the claims that they read.
    fn shared(scope: &Scope) -> Option<Condition> {
        let (organisation, user) = (scope.organisation.as_deref()?, scope.user?);
        let claims = Query::select()
            .column(claim::Column::Id)
            .from(claim::Entity)
            .and_where(claim::Column::SubmittedAt.is_not_null())
            .and_where(claim::Column::OpportunityId.in_subquery(led_by(user)))
            .to_owned();
        Some(
            Condition::all()
                .add(Column::Organisation.eq(organisation))
                .add(Column::ClaimId.in_subquery(claims)),
        )
    }
});
