//! What callers see of an API client, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{ApiClientId, Column, Entity, Model, Status};
use super::scopes::Scopes;
use crate::http::{Change, Sort, Versioned};
use crate::partners::PartnerId;
use crate::values::{Line, OdsCode, choices};

/// What a client sends to `/oauth/token`. The secret is shown this once: keep it in a safe place.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// The client's id.
    pub client_id: ApiClientId,
    /// The client's secret. It cannot be read again; a lost one is replaced.
    #[schema(
        max_length = 100,
        example = "eps_mB6yZ1n0qkQd7cT2Jv9sXw4uLr8eHf5aGi3oPk1tYbE"
    )]
    pub client_secret: String,
}

/// A system that calls in the name of an organisation, or of one partner.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiClient {
    /// Its id; the `client_id` at `/oauth/token`.
    pub id: ApiClientId,
    /// The organisation in whose name it calls.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts the changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What it is.
    #[schema(value_type = Line)]
    pub name: String,
    /// What it may ask for at the most.
    #[schema(value_type = Scopes)]
    pub scopes: Vec<String>,
    /// The partner whose own credentials these are; absent for the systems of an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<PartnerId>,
    /// Whether it may ask for tokens.
    pub status: Status,
    /// When its secret was made.
    pub secret_changed_at: DateTime<Utc>,
}

impl From<Model> for ApiClient {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            name,
            scopes,
            partner_id,
            status,
            secret_changed_at,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            name,
            scopes: scopes.0,
            partner_id: partner_id.map(PartnerId),
            status,
            secret_changed_at,
        }
    }
}

impl Versioned for ApiClient {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/api-clients/{}", self.id)
    }
}

/// A client with a new secret, which is shown this once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IssuedApiClient {
    /// The client.
    #[serde(flatten)]
    pub client: ApiClient,
    /// What it sends to `/oauth/token`.
    #[serde(flatten)]
    pub credentials: Credentials,
}

impl Versioned for IssuedApiClient {
    fn tag(&self) -> String {
        self.client.tag()
    }

    fn location(&self) -> String {
        self.client.location()
    }
}

/// A client to add.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "name": "Volunteering system",
    "scopes": ["workstreams:read", "opportunities:read"]
}))]
pub struct NewApiClient {
    /// What it is.
    pub name: Line,
    /// What it may ask for at the most. Nobody gives what they don't hold.
    pub scopes: Scopes,
}

/// A change of a client.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "scopes": ["workstreams:read"] }))]
pub struct ApiClientChanges {
    /// What it is.
    #[serde(default)]
    #[schema(required = false)]
    pub name: Change<Line>,
    /// What it may ask for at the most, as a whole. Nobody gives what they don't hold.
    #[serde(default)]
    #[schema(required = false)]
    pub scopes: Change<Scopes>,
}

/// How a secret is replaced.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "overlapHours": 24 }))]
pub struct SecretRotation {
    /// For how many hours the old secret works beside the new one; 0 ends it at once.
    #[serde(default = "a_day")]
    #[schema(minimum = 0, maximum = 168, default = 24)]
    #[validate(range(max = 168, message = "from 0 to 168"))]
    pub overlap_hours: u16,
}

fn a_day() -> u16 {
    24
}

choices! {
    /// The orders of the list.
    pub enum ApiClientSort {
        /// By name.
        Name,
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for ApiClientSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::Name, false),
            Self::Newest => (Column::CreatedAt, true),
        }
    }
}

/// Which clients to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApiClientFilter {
    /// The order; by name without it.
    #[param(inline)]
    pub sort: Option<ApiClientSort>,
    /// Only those that may ask for tokens, or only those that no longer may.
    #[param(inline)]
    pub status: Option<Status>,
    /// This partner's own credentials; without it, the systems of the organisation.
    pub partner_id: Option<PartnerId>,
}
