//! The table of versions of templates.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use super::lifecycle::Status;
use crate::store::{Scope, record};
use crate::templates::entity::{TemplateId, for_staff};
use crate::templates::text::{Section, TemplateField};
use crate::values::{Stored, id};

id!(
    /// Names a version of a template.
    TemplateVersionId
);

/// A version of a template.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "template_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TemplateVersionId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub template_id: TemplateId,
    /// Counts the versions of the template, from 1.
    pub number: i32,
    pub change_note: String,
    pub fields: Stored<Vec<TemplateField>>,
    pub sections: Stored<Vec<Section>>,
    /// Who wrote it, as the ledger's word for a person.
    pub author: String,
    pub approved_by: Option<String>,
    pub approved_at: Option<DateTimeUtc>,
    pub published_at: Option<DateTimeUtc>,
    pub superseded_at: Option<DateTimeUtc>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(TemplateVersionId, "template version", owner: None, {
    fn shared(scope: &Scope) -> Option<Condition> {
        let ours = for_staff(scope, Column::Organisation)?;
        Some(ours.add(Column::Status.is_in([Status::Published, Status::Superseded])))
    }
});
