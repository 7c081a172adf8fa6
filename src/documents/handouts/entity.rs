//! The table of handouts.

use sea_orm::entity::prelude::*;

use crate::documents::entity::DocumentId;
use crate::documents::versions::DocumentVersionId;
use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{choices, id};

id!(
    /// Names a handout.
    HandoutId
);

choices! {
    /// How a partner got it.
    pub enum HandoutChannel {
        /// Handed over.
        InPerson,
        /// By post.
        Post,
        /// By e-mail.
        Email,
        /// They were shown where to read it.
        Link,
        /// It was read to them.
        ReadAloud,
    }
}

/// That a partner was given a version.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_handouts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HandoutId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub document_id: DocumentId,
    pub version_id: DocumentVersionId,
    pub channel: HandoutChannel,
    pub given_on: Date,
    pub note: Option<String>,
    /// Why it was given though it meets no need that the partner has recorded.
    pub despite: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(HandoutId, "handout", owner: Some(Column::PartnerId));
