//! What callers see of what led to what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity::{LinkKind, NodeKind};

/// A record that something led to, or that led to something.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProvenanceNode {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: NodeKind,
    /// How it begins, for people.
    #[schema(
        example = "By the time the clinic opens I have to be at work.",
        max_length = 200
    )]
    pub label: String,
}

/// That one led to another.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProvenanceLink {
    /// What was there first.
    pub from: Uuid,
    /// How the one led to the other.
    pub kind: LinkKind,
    /// What came of it.
    pub to: Uuid,
}

/// What led to a record, and what it led to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// The record that was asked for.
    pub id: Uuid,
    /// It, and what is linked with it, directly or through others.
    #[schema(max_items = 500)]
    pub nodes: Vec<ProvenanceNode>,
    /// The links between those.
    #[schema(max_items = 10000)]
    pub links: Vec<ProvenanceLink>,
    /// How many more are linked with them that the caller may not see.
    #[schema(minimum = 0)]
    pub hidden: i64,
    /// Whether all was walked: false when there is more than one answer holds.
    pub is_complete: bool,
}
