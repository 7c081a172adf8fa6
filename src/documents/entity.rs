//! The table of documents.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, Query, SelectStatement};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::versions::DocumentVersionId;
use crate::store::{Scope, record};
use crate::users::UserId;
use crate::values::{Label, Language, Stored, choices, id};

id!(
    /// Names a document.
    DocumentId
);

choices! {
    /// What a document is for.
    pub enum DocumentKind {
        /// How something is done.
        Guide,
        /// A text to be adapted.
        Template,
        /// What an organisation wants to achieve over years.
        Strategy,
        /// What holds for everyone.
        Policy,
        /// To be filled in.
        Form,
        /// To be informed.
        Information,
    }
}

choices! {
    /// A form in which a document can be had.
    pub enum DocumentFormat {
        /// As it was written.
        Standard,
        /// Easy Read.
        EasyRead,
        /// Large print.
        LargePrint,
        /// Braille.
        Braille,
        /// A recording.
        Audio,
        /// A film in British Sign Language.
        BslVideo,
        /// Text for a screen reader.
        ElectronicText,
    }
}

choices! {
    /// For whom a document is, once it is published.
    pub enum Audience {
        /// For everyone.
        Everyone,
        /// For the organisation's partners and staff.
        Partners,
        /// For the organisation's staff.
        Staff,
    }
}

/// The current version in a format and a language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edition {
    /// The format.
    pub format: DocumentFormat,
    /// The language.
    pub language: Language,
    /// The version.
    pub version_id: DocumentVersionId,
    /// Its number.
    #[schema(minimum = 1)]
    pub number: i32,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub title: String,
    pub kind: DocumentKind,
    pub summary: String,
    pub topics: Stored<Vec<Label>>,
    pub audience: Audience,
    /// The document that it belongs to, as a summary belongs to its strategy.
    pub part_of_id: Option<DocumentId>,
    /// The member of staff who looks after it.
    pub owner_id: Option<UserId>,
    /// What is published now.
    pub editions: Stored<Vec<Edition>>,
    /// When something of it was published first.
    pub published_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn public() -> Condition {
    Condition::all()
        .add(Column::Audience.eq(Audience::Everyone))
        .add(Column::PublishedAt.is_not_null())
}

/// What is published for the partners of the caller's organisation, if the caller is one.
fn for_partner(scope: &Scope) -> Option<Condition> {
    scope.partner?;
    let organisation = scope.organisation.as_deref()?;
    Some(
        Condition::all()
            .add(Column::Organisation.eq(organisation))
            .add(Column::Audience.is_in([Audience::Everyone, Audience::Partners]))
            .add(Column::PublishedAt.is_not_null()),
    )
}

fn ids(of: Condition) -> SelectStatement {
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(of)
        .to_owned()
}

/// The documents that everyone may read.
pub fn public_ids() -> SelectStatement {
    ids(public())
}

/// The documents that the caller may read as a partner.
pub fn ids_for_partner(scope: &Scope) -> Option<SelectStatement> {
    for_partner(scope).map(ids)
}

record!(DocumentId, "document", owner: None, {
    fn published(_: &Scope) -> Option<Condition> {
        Some(public())
    }

    fn shared(scope: &Scope) -> Option<Condition> {
        for_partner(scope)
    }
});
