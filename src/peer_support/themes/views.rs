//! What the network and staff see of a theme, and what members send.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Model, PeerThemeId, Status};
use crate::http::Versioned;
use crate::partners::PartnerId;
use crate::peer_support::{Experience, PeerTopic};
use crate::values::{OdsCode, Prose};

/// Who agrees to a theme, as far as others may know: how many, and whether the caller is one of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Agreed {
    /// How many agree.
    pub count: i64,
    /// Whether the caller does.
    pub self_too: bool,
}

/// Something that the network lets out, or may let out. It names no author.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerTheme {
    /// Its id.
    pub id: PeerThemeId,
    /// The organisation whose network it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Whether it works.
    pub kind: Experience,
    /// What it is about.
    pub topic: PeerTopic,
    /// What it says.
    pub body: Prose,
    /// Where it stands. Staff see those that were released.
    pub status: Status,
    /// The day on which the network let it out.
    pub released_on: Option<NaiveDate>,
    /// How many others agree; for the network only.
    #[schema(minimum = 0)]
    pub agreed: Option<i64>,
    /// How many have to agree; for the network only.
    #[schema(minimum = 1)]
    pub needed: Option<i64>,
    /// Whether the caller agrees.
    pub do_you_agree: bool,
    /// Whether the caller proposed it.
    pub is_yours: bool,
}

/// How many others have to agree.
pub const NEEDED: i64 = 3;
/// How many the network has at the least when it lets something out: of fewer, each could be the author.
pub const LEAST_MEMBERS: u64 = 5;

impl PeerTheme {
    /// What somebody sees of a row: a partner, or else a member of staff. Who agrees is for the network only.
    pub fn seen_by(partner: Option<PartnerId>, row: Model, agreed: Option<Agreed>) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at: _,
            updated_at: _,
            partner_id,
            kind,
            topic,
            body,
            released_on,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            kind,
            topic,
            body,
            status,
            released_on,
            agreed: agreed.map(|agreed| agreed.count),
            needed: agreed.map(|_| NEEDED),
            do_you_agree: agreed.is_some_and(|agreed| agreed.self_too),
            is_yours: partner.is_some() && partner_id == partner,
        }
    }
}

impl Versioned for PeerTheme {
    fn tag(&self) -> String {
        let (agrees, own) = (u8::from(self.do_you_agree), u8::from(self.is_yours));
        match self.agreed {
            Some(agreed) => format!("{}~{agreed}-{agrees}{own}", self.version),
            None => format!("{}~{own}", self.version),
        }
    }

    fn location(&self) -> String {
        format!("/v1/peer-support/themes/{}", self.id)
    }
}

/// A theme to propose.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "kind": "whatDoesNot", "topic": "papers", "body": "Papers come too late to be read before a meeting."
}))]
pub struct NewPeerTheme {
    /// Whether it works.
    pub kind: Experience,
    /// What it is about.
    pub topic: PeerTopic,
    /// What it says, in words that tell of nobody.
    pub body: Prose,
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeerThemeFilter {
    /// Only what works, or what does not.
    #[param(inline)]
    pub kind: Option<Experience>,
    /// Only what is about this.
    #[param(inline)]
    pub topic: Option<PeerTopic>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that the caller proposed, which stay theirs when they leave, or only the others.
    pub mine: Option<bool>,
}
