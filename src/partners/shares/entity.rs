//! The table of shares.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::partners::PartnerId;
use crate::store::{Reach, Scope, record};
use crate::values::id;

id!(
    /// Names a share of a partner's record.
    PartnerShareId
);

/// That a partner lets another organisation see their record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_shares")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartnerShareId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub with_organisation: String,
    pub purpose: String,
    pub consented_at: DateTimeUtc,
    pub consent_wording: String,
    /// The last day on which it holds.
    pub ends_on: Date,
    pub revoked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(PartnerShareId, "partner share", owner: Some(Column::PartnerId));

/// The ids of the partners who share their record with the caller's organisation today.
pub fn shared_partners(scope: &Scope) -> Option<SelectStatement> {
    let reader = scope
        .organisation
        .clone()
        .filter(|_| scope.reach == Reach::Organisation)?;
    Some(
        Query::select()
            .column(Column::PartnerId)
            .from(Entity)
            .and_where(Expr::col(Column::WithOrganisation).eq(reader))
            .and_where(Expr::col(Column::RevokedAt).is_null())
            .and_where(Expr::col(Column::EndsOn).gte(scope.today))
            .to_owned(),
    )
}
