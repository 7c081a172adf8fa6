//! The table of versions.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Condition, ExprTrait, Query, SelectStatement};

use super::lifecycle::Status;
use crate::documents::entity::{DocumentFormat, DocumentId, ids_for_partner, public_ids};
use crate::files::FileId;
use crate::store::{Scope, record};
use crate::values::{Language, id};

id!(
    /// Names a version of a document.
    DocumentVersionId
);

/// A version of a document.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentVersionId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub document_id: DocumentId,
    pub format: DocumentFormat,
    pub language: Language,
    /// Counts the versions of the document in this format and language, from 1.
    pub number: i32,
    /// The standard version whose text this is in another format or language.
    pub renders_id: Option<DocumentVersionId>,
    pub change_note: String,
    pub effective_from: Option<Date>,
    pub review_on: Option<Date>,
    pub file_id: FileId,
    /// What the file is, repeated: it never changes.
    pub file_name: String,
    pub media_type: String,
    pub length: i64,
    /// SHA-256 in hexadecimal digits.
    pub digest: String,
    /// Who uploaded it, as the ledger's word for a person.
    pub author: String,
    pub consultation: Option<String>,
    pub approved_by: Option<String>,
    pub approved_at: Option<DateTimeUtc>,
    pub published_at: Option<DateTimeUtc>,
    pub superseded_at: Option<DateTimeUtc>,
    pub superseded_by_id: Option<DocumentVersionId>,
    pub withdrawn_at: Option<DateTimeUtc>,
    pub withdrawal_reason: Option<String>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn published_in(documents: SelectStatement) -> Condition {
    Condition::all()
        .add(Column::Status.is_in([Status::Published, Status::Superseded]))
        .add(Column::DocumentId.in_subquery(documents))
}

/// The versions that a partner was given.
fn given_to(partner: Uuid) -> SelectStatement {
    Query::select()
        .column(Alias::new("version_id"))
        .from(Alias::new("document_handouts"))
        .and_where(Expr::col(Alias::new("partner_id")).eq(partner))
        .to_owned()
}

record!(DocumentVersionId, "document version", owner: None, {
    fn published(_: &Scope) -> Option<Condition> {
        Some(published_in(public_ids()))
    }

    /// For a partner what is published for partners, and what they were given, whatever became of it.
    fn shared(scope: &Scope) -> Option<Condition> {
        let for_partners = ids_for_partner(scope).map(published_in)?;
        let given = scope.partner.map(|partner| Column::Id.in_subquery(given_to(partner)));
        Some(Condition::any().add(for_partners).add_option(given))
    }
});
