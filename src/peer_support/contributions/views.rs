//! What members see of a contribution, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::entity::{Model, PeerContributionId};
use crate::http::Versioned;
use crate::peer_support::{Experience, PeerTopic};
use crate::values::{OdsCode, PersonName, Prose};

/// Something that a partner shares with the others of the network. It names its author only as they wish.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerContribution {
    /// Its id.
    pub id: PeerContributionId,
    /// The organisation whose network it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Always 1: it is removed, and not changed.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was shared.
    pub created_at: DateTime<Utc>,
    /// Whether it works.
    pub kind: Experience,
    /// What it is about.
    pub topic: PeerTopic,
    /// What it says.
    pub body: Prose,
    /// The name that the author put below it.
    pub signed_as: Option<PersonName>,
    /// Whether it is the caller's own.
    pub is_yours: bool,
}

impl PeerContribution {
    /// What a partner sees of a row.
    pub fn seen_by(partner: Option<Uuid>, row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at: _,
            partner_id,
            kind,
            topic,
            body,
            signed_as,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            kind,
            topic,
            body,
            signed_as,
            is_yours: partner == Some(partner_id.0),
        }
    }
}

impl Versioned for PeerContribution {
    fn tag(&self) -> String {
        match self.is_yours {
            true => format!("{}-own", self.version),
            false => self.version.to_string(),
        }
    }

    fn location(&self) -> String {
        format!("/v1/peer-support/contributions/{}", self.id)
    }
}

/// Something to share with the others of the network.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "kind": "whatWorks", "topic": "papers",
    "body": "Asking for the papers in large print a week ahead: since then they come."
}))]
pub struct NewPeerContribution {
    /// Whether it works.
    pub kind: Experience,
    /// What it is about.
    pub topic: PeerTopic,
    /// What it says. Only those who belong to the network read it.
    pub body: Prose,
    /// The name to put below it; without it, it says nothing about who wrote it.
    pub signed_as: Option<PersonName>,
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeerContributionFilter {
    /// Only what works, or what does not.
    #[param(inline)]
    pub kind: Option<Experience>,
    /// Only what is about this.
    #[param(inline)]
    pub topic: Option<PeerTopic>,
    /// Only one's own, which who has left lists too; or, with false, only the others'.
    pub mine: Option<bool>,
}
