//! The table of requests for formats.

use sea_orm::entity::prelude::*;

use super::lifecycle::Status;
use crate::documents::entity::{DocumentFormat, DocumentId};
use crate::documents::versions::DocumentVersionId;
use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{Language, id};

id!(
    /// Names a request for a format.
    FormatRequestId
);

/// A request for a document in a format and language.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "format_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormatRequestId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub document_id: DocumentId,
    pub format: DocumentFormat,
    pub language: Language,
    /// The partner who asked, if it was one with a token of their own.
    pub partner_id: Option<PartnerId>,
    pub note: Option<String>,
    /// How somebody else who asked can be reached; emptied when the request is closed.
    pub contact: Option<String>,
    pub fulfilled_by_id: Option<DocumentVersionId>,
    pub decline_reason: Option<String>,
    /// When it was fulfilled or declined.
    pub settled_at: Option<DateTimeUtc>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(FormatRequestId, "format request", owner: Some(Column::PartnerId));
