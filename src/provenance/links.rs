//! Making links, and asking which records are linked.

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Set};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, LinkId, LinkKind, NodeKind};
use crate::http::Problem;
use crate::store::Work;

/// A record that something led to, or that led to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Which one.
    pub id: Uuid,
}

impl Node {
    /// The record of this kind that an id names.
    pub fn of(kind: NodeKind, id: impl Into<Uuid>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }
}

/// Links what was there first to what comes of it, as part of a change.
pub async fn link(
    work: &mut Work<'_>,
    from: Node,
    kind: LinkKind,
    to: Node,
) -> Result<(), Problem> {
    let row = ActiveModel {
        id: Set(LinkId::new()),
        from_kind: Set(from.kind),
        from_id: Set(from.id),
        kind: Set(kind),
        to_kind: Set(to.kind),
        to_id: Set(to.id),
        ..Default::default()
    };
    work.add::<Entity>(row).await.map(drop)
}

/// The ids of the records of one kind that are linked with some of another kind.
pub fn links_between(of: NodeKind, with: NodeKind, those: SelectStatement) -> SelectStatement {
    let (own, other) = sides(of, with);
    ids(of, with)
        .and_where(other.in_subquery(those))
        .column(own)
        .take()
}

/// The ids of the records of one kind that are linked with one of another kind.
pub fn links_between_one(of: NodeKind, with: NodeKind, id: Uuid) -> SelectStatement {
    let (own, other) = sides(of, with);
    ids(of, with).and_where(other.eq(id)).column(own).take()
}

/// The column that holds the ids of the one kind, and that of the other kind.
fn sides(of: NodeKind, with: NodeKind) -> (Column, Column) {
    match of < with {
        true => (Column::FromId, Column::ToId),
        false => (Column::ToId, Column::FromId),
    }
}

fn ids(of: NodeKind, with: NodeKind) -> SelectStatement {
    Query::select()
        .from(Entity)
        .and_where(Column::FromKind.eq(of.min(with)))
        .and_where(Column::ToKind.eq(of.max(with)))
        .take()
}
