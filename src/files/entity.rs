//! The table of files.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, QueryFilter};

use crate::http::Problem;
use crate::partners::PartnerId;
use crate::store::{Work, record};
use crate::values::id;

id!(
    /// Names a file.
    FileId
);

/// A file, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// The partner whose personal data it is, if it is one's.
    pub partner_id: Option<PartnerId>,
    /// The name under which it was sent, and is sent back; never a path.
    pub name: String,
    pub media_type: String,
    pub length: i64,
    /// SHA-256.
    pub digest: Vec<u8>,
    /// When it was given up: its bytes go with the next sweep, and then its row.
    pub removed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(FileId, "file", owner: Some(Column::PartnerId));

impl Model {
    /// The digest in hexadecimal digits.
    pub fn hex(&self) -> String {
        self.digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// The file that a record names: who may see the record may have the file.
#[expect(
    clippy::disallowed_methods,
    reason = "the record that names it was found in the caller's scope"
)]
pub async fn of(connection: &impl ConnectionTrait, id: FileId) -> Result<Model, Problem> {
    let found = Entity::find_by_id(id)
        .filter(Column::RemovedAt.is_null())
        .one(connection)
        .await?;
    found.ok_or_else(|| Problem::not_found("file"))
}

/// Gives up every file that is a partner's personal data; their bytes go with the next sweep.
pub async fn forget_all(work: &Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    forget_where(work, ("partner_id", partner.0)).await
}

/// Gives up a file, the record of which the operation holds; its bytes go with the next sweep.
pub async fn forget(work: &Work<'_>, id: FileId) -> Result<(), Problem> {
    forget_where(work, ("id", id.0)).await
}

async fn forget_where(work: &Work<'_>, (name, id): (&'static str, Uuid)) -> Result<(), Problem> {
    let column = |name: &'static str| Expr::col(Alias::new(name));
    let update = Query::update()
        .table(Alias::new("files"))
        .value(Alias::new("version"), column("version").add(1))
        .value(Alias::new("updated_at"), work.now())
        .value(Alias::new("removed_at"), work.now())
        .value(Alias::new("name"), "")
        .and_where(column(name).eq(id))
        .and_where(column("removed_at").is_null())
        .to_owned();
    work.transaction().await?.execute(&update).await?;
    Ok(())
}
