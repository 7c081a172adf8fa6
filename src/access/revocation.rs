//! Tokens that are refused although they have not expired.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::token::Claims;
use crate::http::Problem;
use crate::store::{Authority, Event, Reader, Scope, Store};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "revoked_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub jti: String,
        pub revoked_at: DateTimeUtc,
        pub expires_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use row::{ActiveModel, Column, Entity};

/// How long after a token's end its revocation is kept; more than clocks may differ.
const KEPT: chrono::Duration = chrono::Duration::hours(1);

/// Whether a token of ours was revoked.
#[expect(clippy::disallowed_methods, reason = "a side table of access")]
pub(super) async fn is_revoked(reader: &Reader<'_>, jti: &str) -> Result<bool, Problem> {
    let row = Entity::find_by_id(jti.to_owned())
        .one(reader.connection())
        .await?;
    Ok(row.is_some())
}

/// Revokes a token of ours: it is refused at its next use, on every instance.
#[expect(clippy::disallowed_methods, reason = "a side table of access")]
pub async fn revoke(store: &Store, authority: &Authority, claims: &Claims) -> Result<(), Problem> {
    // What is done already costs no write, no entry and nobody's memory of their tokens.
    let scope = Scope::system();
    if is_revoked(&store.reader(&scope), &claims.jti).await? {
        return Ok(());
    }
    let ends = chrono::DateTime::from_timestamp(claims.exp, 0);
    store
        .write(authority, async |work| {
            work.changes_access().await?;
            let row = ActiveModel {
                jti: Set(claims.jti.clone()),
                revoked_at: Set(work.now()),
                expires_at: Set(ends.unwrap_or_else(|| work.now())),
            };
            // Changes of access wait for one another: nobody else is revoking it meanwhile.
            let known = Entity::find_by_id(claims.jti.clone());
            if work.one(known).await?.is_none() {
                work.put([row]).await?;
            }
            Ok(((), Event::of("token.revoked", &claims.jti)))
        })
        .await
}

/// Forgets revocations of tokens that have expired.
#[expect(clippy::disallowed_methods, reason = "a side table of access")]
pub async fn forget_revocations(store: &Store) -> Result<(), Problem> {
    let before = store.clock.now() - KEPT;
    store
        .database
        .write(async |transaction| {
            Entity::delete_many()
                .filter(Column::ExpiresAt.lt(before))
                .exec(transaction)
                .await?;
            Ok(())
        })
        .await
}
