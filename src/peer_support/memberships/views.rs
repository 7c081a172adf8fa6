//! What a partner sees of their membership, and staff of how many there are.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entity::{Model, PeerMembershipId, Status};
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::reports::small_numbers::Shown;
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

/// How many belong to the network, as far as that tells nothing of a single one.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerHeadcount {
    /// How many, to the nearest five; withheld for fewer than five, and for none.
    pub members: Shown,
}

impl PeerHeadcount {
    /// What is told of a count. That there are none is not told either: the first one to join would be seen.
    pub fn of(count: u64) -> Self {
        let members = match Shown::alone(count) {
            Shown::Few | Shown::Rounded { count: 0 } => Shown::Withheld,
            told => told,
        };
        Self { members }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_not_told_and_many_are_rounded() {
        let told = |count| PeerHeadcount::of(count).members;
        for few in 0..5 {
            assert_eq!(told(few), Shown::Withheld);
        }
        for (count, rounded) in [(5, 5), (7, 5), (8, 10), (12, 10), (13, 15)] {
            assert_eq!(told(count), Shown::Rounded { count: rounded });
        }
    }
}
