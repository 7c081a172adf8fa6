//! The table of adaptations.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Condition, ExprTrait, Query};

use super::lifecycle::Status;
use crate::store::{Scope, record};
use crate::templates::entity::TemplateId;
use crate::templates::text::Section;
use crate::templates::versions::TemplateVersionId;
use crate::values::{PartName, Prose, Stored, id};
use crate::workstreams::WorkstreamId;

id!(
    /// Names an adaptation.
    AdaptationId
);

/// What is filled in, by the name of the field.
pub type Values = BTreeMap<PartName, Prose>;

/// An adaptation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "adaptations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AdaptationId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub workstream_id: WorkstreamId,
    pub template_id: TemplateId,
    /// The version that it is made of.
    pub template_version_id: TemplateVersionId,
    /// Its number, repeated.
    pub template_number: i32,
    pub title: String,
    pub values: Stored<Values>,
    pub sections: Stored<Vec<Section>>,
    /// Everyone who wrote something of it since it was last approved: they do not approve it.
    pub authors: Stored<Vec<String>>,
    pub approved_by: Option<String>,
    pub approved_at: Option<DateTimeUtc>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(AdaptationId, "adaptation", owner: None, {
    /// A workstream lead's own are those of the workstreams they lead.
    fn own(scope: &Scope) -> Option<Condition> {
        let led = Query::select()
            .column(Alias::new("id"))
            .from(Alias::new("workstreams"))
            .and_where(Expr::col(Alias::new("lead_id")).eq(scope.user?))
            .to_owned();
        Some(Condition::all().add(Column::WorkstreamId.in_subquery(led)))
    }
});
