//! Walking both ways.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::entity::{Column, Entity, Model, NodeKind};
use super::kinds::seen;
use super::links::Node;
use super::prov_json::ProvDocument;
use super::views::{Provenance, ProvenanceLink, ProvenanceNode};
use crate::access::Caller;
use crate::access::permissions::ReadProvenance;
use crate::http::{Problem, types};

/// How many records one answer holds.
const MOST: usize = 500;
/// How many ids one statement asks for.
const AT_ONCE: usize = 200;

/// What led to a record and what it led to, within what the caller may see.
pub async fn walk(caller: &Caller<ReadProvenance>, id: Uuid) -> Result<Provenance, Problem> {
    let first = beginning(caller, id).await?;
    let mut found = BTreeMap::from([(id, first)]);
    let mut links: BTreeMap<(Uuid, Uuid), Model> = BTreeMap::new();
    let mut hidden: BTreeSet<Node> = BTreeSet::new();
    let mut frontier = vec![id];
    let mut is_complete = true;
    while !frontier.is_empty() {
        let mut near: BTreeSet<Node> = BTreeSet::new();
        for some in frontier.chunks(AT_ONCE) {
            for row in around(caller, some).await? {
                near.insert(Node::of(row.from_kind, row.from_id));
                near.insert(Node::of(row.to_kind, row.to_id));
                links.insert((row.from_id, row.to_id), row);
            }
        }
        near.retain(|node| !found.contains_key(&node.id) && !hidden.contains(node));
        let room = MOST.saturating_sub(found.len());
        is_complete &= near.len() <= room;
        frontier.clear();
        for (kind, ids) in by_kind(near.into_iter().take(room)) {
            let labels = labels(caller, kind, &ids).await?;
            hidden.extend(
                ids.iter()
                    .filter(|id| !labels.contains_key(id))
                    .map(|id| Node::of(kind, *id)),
            );
            for (id, label) in labels {
                frontier.push(id);
                found.insert(id, ProvenanceNode { id, kind, label });
            }
        }
    }
    let links = links.into_values();
    let links =
        links.filter(|row| found.contains_key(&row.from_id) && found.contains_key(&row.to_id));
    let links = links.map(|row| ProvenanceLink {
        from: row.from_id,
        kind: row.kind,
        to: row.to_id,
    });
    Ok(Provenance {
        id,
        links: links.collect(),
        nodes: found.into_values().collect(),
        hidden: i64::try_from(hidden.len()).unwrap_or(i64::MAX),
        is_complete,
    })
}

/// The same as W3C PROV-JSON.
pub async fn as_prov(caller: &Caller<ReadProvenance>, id: Uuid) -> Result<ProvDocument, Problem> {
    let walked = walk(caller, id).await?;
    let organisation = caller.scope().organisation.as_deref().unwrap_or_default();
    let base = &caller.state().config.public_url;
    Ok(ProvDocument::of(base, organisation, walked))
}

/// The record itself, of whichever kind it is.
async fn beginning(caller: &Caller<ReadProvenance>, id: Uuid) -> Result<ProvenanceNode, Problem> {
    for kind in NodeKind::ALL {
        if let Some((id, label)) = seen(caller, *kind, &[id]).await?.pop_first() {
            let kind = *kind;
            return Ok(ProvenanceNode { id, kind, label });
        }
    }
    Err(Problem::new(
        &types::NOT_FOUND,
        "Nothing that can be linked has this id",
    ))
}

/// The links of some records, either way.
async fn around(caller: &Caller<ReadProvenance>, ids: &[Uuid]) -> Result<Vec<Model>, Problem> {
    let reader = caller.read();
    let either = Condition::any()
        .add(Column::FromId.is_in(ids.iter().copied()))
        .add(Column::ToId.is_in(ids.iter().copied()));
    reader.all(reader.select::<Entity>().filter(either)).await
}

fn by_kind(nodes: impl Iterator<Item = Node>) -> BTreeMap<NodeKind, Vec<Uuid>> {
    let mut kinds: BTreeMap<NodeKind, Vec<Uuid>> = BTreeMap::new();
    for node in nodes {
        kinds.entry(node.kind).or_default().push(node.id);
    }
    kinds
}

async fn labels(
    caller: &Caller<ReadProvenance>,
    kind: NodeKind,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, String>, Problem> {
    let mut labels = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        labels.append(&mut seen(caller, kind, some).await?);
    }
    Ok(labels)
}
