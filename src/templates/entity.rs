//! The table of templates.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use super::versions::TemplateVersionId;
use crate::store::{Scope, record};
use crate::values::{choices, id};

id!(
    /// Names a template.
    TemplateId
);

choices! {
    /// What comes of a template.
    pub enum TemplateKind {
        /// A role description, of which an opportunity is made.
        RoleDescription,
        /// A plan or a checklist.
        Plan,
        /// A letter.
        Letter,
        /// Any other text.
        Text,
    }
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "templates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TemplateId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub title: String,
    pub kind: TemplateKind,
    pub summary: String,
    /// What is published now.
    pub current_version_id: Option<TemplateVersionId>,
    pub current_number: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// That a record is the caller's organisation's, for a member of staff, however far else they reach.
pub fn for_staff(scope: &Scope, organisation: impl ColumnTrait) -> Option<Condition> {
    let ours = scope.organisation.as_deref().filter(|_| scope.staff)?;
    Some(Condition::all().add(organisation.eq(ours)))
}

record!(TemplateId, "template", owner: None, {
    fn shared(scope: &Scope) -> Option<Condition> {
        Some(for_staff(scope, Column::Organisation)?.add(Column::CurrentNumber.is_not_null()))
    }
});
