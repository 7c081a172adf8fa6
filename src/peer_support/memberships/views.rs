//! What a partner sees of their membership, and staff of how many there are.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entity::{Model, PeerMembershipId, Status};
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::values::OdsCode;

/// A partner's own membership of the peer support network. Nobody else sees it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerMembership {
    /// Its id.
    pub id: PeerMembershipId,
    /// The organisation whose network it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When the partner was invited.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The partner.
    pub partner_id: PartnerId,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for PeerMembership {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            status,
        }
    }
}

impl Versioned for PeerMembership {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        "/v1/peer-support/membership".to_owned()
    }
}

/// Fewer than this many are never told.
const FEW: u64 = 5;

/// How many belong to the network, as far as that tells nothing of a single one.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerHeadcount {
    /// How many, to the nearest five; null for fewer than five, and for none.
    #[schema(minimum = 5)]
    pub members: Option<u64>,
}

impl PeerHeadcount {
    /// What is told of a count.
    pub fn of(count: u64) -> Self {
        let members = (count >= FEW).then(|| (count + FEW / 2) / FEW * FEW);
        Self { members }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_not_told_and_many_are_rounded() {
        let told = |count| PeerHeadcount::of(count).members;
        assert_eq!([0, 1, 4].map(told), [None, None, None]);
        assert_eq!(
            [5, 7, 8, 12, 13].map(told),
            [Some(5), Some(5), Some(10), Some(10), Some(15)]
        );
    }
}
