//! Provenance in the words of W3C PROV (PROV-JSON, a member submission of 2013): each record is an entity that is
//! attributed to the organisation, and derived from what led to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::views::Provenance;
use crate::values::Line;

/// A name in one of the document's spaces of names.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct QualifiedName {
    /// The name.
    #[serde(rename = "$")]
    #[schema(example = "ep:insight", max_length = 200)]
    pub name: String,
    /// That it is a qualified name.
    #[serde(rename = "type")]
    #[schema(example = "prov:QUALIFIED_NAME", max_length = 40)]
    pub of: String,
}

impl QualifiedName {
    fn new(name: String) -> Self {
        let of = "prov:QUALIFIED_NAME".to_owned();
        Self { name, of }
    }
}

/// A record, or an organisation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProvElement {
    /// What it is.
    #[serde(rename = "prov:type")]
    pub of: QualifiedName,
    /// What people call it.
    #[serde(
        rename = "prov:label",
        skip_serializing_if = "Option::is_none",
        default
    )]
    #[schema(max_length = 200)]
    pub label: Option<String>,
}

/// That one record is derived from another.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProvDerivation {
    /// What came of it.
    #[serde(rename = "prov:generatedEntity")]
    #[schema(max_length = 200)]
    pub generated: String,
    /// What was there first.
    #[serde(rename = "prov:usedEntity")]
    #[schema(max_length = 200)]
    pub used: String,
    /// How the one led to the other.
    #[serde(rename = "prov:type")]
    pub of: QualifiedName,
}

/// Whose record it is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProvAttribution {
    /// The record.
    #[serde(rename = "prov:entity")]
    #[schema(max_length = 200)]
    pub entity: String,
    /// The organisation.
    #[serde(rename = "prov:agent")]
    #[schema(max_length = 200)]
    pub agent: String,
}

/// What led to a record and what it led to, as PROV-JSON.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProvDocument {
    /// The spaces of names.
    #[schema(value_type = BTreeMap<Line, Line>)]
    pub prefix: BTreeMap<String, String>,
    /// The records.
    #[schema(value_type = BTreeMap<Line, ProvElement>)]
    pub entity: BTreeMap<String, ProvElement>,
    /// The organisation.
    #[schema(value_type = BTreeMap<Line, ProvElement>)]
    pub agent: BTreeMap<String, ProvElement>,
    /// What is derived from what.
    #[serde(rename = "wasDerivedFrom")]
    #[schema(value_type = BTreeMap<Line, ProvDerivation>)]
    pub derived: BTreeMap<String, ProvDerivation>,
    /// Whose the records are.
    #[serde(rename = "wasAttributedTo")]
    #[schema(value_type = BTreeMap<Line, ProvAttribution>)]
    pub attributed: BTreeMap<String, ProvAttribution>,
}

impl ProvDocument {
    /// The document about an organisation's records, which are found below an address.
    pub(super) fn of(base: &str, organisation: &str, walked: Provenance) -> Self {
        let agent = format!("ep:organisations/{organisation}");
        let names: BTreeMap<_, _> = walked
            .nodes
            .iter()
            .map(|node| {
                let name = format!("ep:{}/{}", node.kind.collection(), node.id);
                (node.id, name)
            })
            .collect();
        let attributed = names.values().enumerate().map(|(at, entity)| {
            let attribution = ProvAttribution {
                entity: entity.clone(),
                agent: agent.clone(),
            };
            (format!("_:attribution{at}"), attribution)
        });
        let derived = walked.links.iter().enumerate().filter_map(|(at, link)| {
            let derivation = ProvDerivation {
                generated: names.get(&link.to)?.clone(),
                used: names.get(&link.from)?.clone(),
                of: QualifiedName::new(format!("ep:{}", link.kind)),
            };
            Some((format!("_:derivation{at}"), derivation))
        });
        let entity = walked.nodes.iter().filter_map(|node| {
            let element = ProvElement {
                of: QualifiedName::new(format!("ep:{}", node.kind)),
                label: Some(node.label.clone()),
            };
            Some((names.get(&node.id)?.clone(), element))
        });
        let organisation = ProvElement {
            of: QualifiedName::new("prov:Organization".to_owned()),
            label: None,
        };
        Self {
            prefix: BTreeMap::from([("ep".to_owned(), format!("{base}/v1/"))]),
            entity: entity.collect(),
            derived: derived.collect(),
            attributed: attributed.collect(),
            agent: BTreeMap::from([(agent, organisation)]),
        }
    }
}
