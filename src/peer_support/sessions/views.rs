//! What members see of a session, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, Model, PeerSessionId, Status};
use crate::http::{Sort, Versioned};
use crate::partners::PartnerId;
use crate::values::{Line, Mode, OdsCode, Prose, Title, choices};

/// Who comes to a session, as far as others may know: how many, and whether the caller is one of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coming {
    /// How many signed up.
    pub count: i64,
    /// Whether the caller did.
    pub self_too: bool,
}

/// A session of the peer support network: one of it invites the others.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerSession {
    /// Its id.
    pub id: PeerSessionId,
    /// The organisation whose network it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// What it is called.
    pub title: Title,
    /// What it is about.
    pub about: Option<Prose>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// How long it takes.
    #[schema(minimum = 10, maximum = 480)]
    pub minutes: i32,
    /// How people meet.
    pub mode: Mode,
    /// Where, or how to join.
    pub place: Option<Line>,
    /// How many can come; null for as many as like.
    #[schema(minimum = 2, maximum = 500)]
    pub places: Option<i32>,
    /// How many have signed up.
    #[schema(minimum = 0)]
    pub signed_up: i64,
    /// Whether the caller has.
    pub are_you_coming: bool,
    /// Whether the caller is the host.
    pub is_yours: bool,
    /// Where it stands.
    pub status: Status,
}

impl PeerSession {
    /// What a partner sees of a row.
    pub fn seen_by(partner: PartnerId, row: Model, coming: Coming) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at: _,
            updated_at: _,
            partner_id,
            title,
            about,
            starts_at,
            minutes,
            mode,
            place,
            places,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            title,
            about,
            starts_at,
            minutes,
            mode,
            place,
            places,
            signed_up: coming.count,
            are_you_coming: coming.self_too,
            is_yours: partner_id == Some(partner),
            status,
        }
    }
}

impl Versioned for PeerSession {
    fn tag(&self) -> String {
        let (coming, host) = (u8::from(self.are_you_coming), u8::from(self.is_yours));
        format!("{}~{}-{coming}{host}", self.version, self.signed_up)
    }

    fn location(&self) -> String {
        format!("/v1/peer-support/sessions/{}", self.id)
    }
}

/// A session to invite the others of the network to.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "title": "Tea and talk", "about": "How is everybody?", "startsAt": "2027-03-04T14:00:00Z",
    "minutes": 60, "mode": "online", "place": "https://meet.example.org/tea", "places": 12
}))]
pub struct NewPeerSession {
    /// What it is called.
    pub title: Title,
    /// What it is about.
    pub about: Option<Prose>,
    /// When it begins: in the future.
    pub starts_at: DateTime<Utc>,
    /// How long it takes.
    #[schema(minimum = 10, maximum = 480)]
    #[validate(range(min = 10, max = 480, message = "from 10 to 480"))]
    pub minutes: i32,
    /// How people meet.
    pub mode: Mode,
    /// Where, or how to join.
    pub place: Option<Line>,
    /// How many can come; left out for as many as like.
    #[schema(minimum = 2, maximum = 500)]
    #[validate(range(min = 2, max = 500, message = "from 2 to 500"))]
    pub places: Option<i32>,
}

choices! {
    /// The orders of the list.
    pub enum PeerSessionSort {
        /// The one that begins first.
        Earliest,
        /// The one that begins last.
        Latest,
    }
}

impl Sort<Entity> for PeerSessionSort {
    fn order(self) -> (Column, bool) {
        (Column::StartsAt, self == Self::Latest)
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeerSessionFilter {
    /// The order; the one that begins first without it.
    #[param(inline)]
    pub sort: Option<PeerSessionSort>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that begin at this time or later.
    pub from: Option<DateTime<Utc>>,
}
