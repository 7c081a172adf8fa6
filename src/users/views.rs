//! What callers see of a user, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, Model, OWN, Status, UserId};
use super::roles::Roles;
use crate::access::Role;
use crate::http::{Change, Sort, Versioned};
use crate::partners::PartnerId;
use crate::values::{EmailAddress, Issuer, Line, OdsCode, Subject, choices};

/// A person who calls, with their roles in one organisation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// The organisation in which they have the roles.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts the changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
    /// Who vouches for them.
    #[schema(value_type = Issuer)]
    pub issuer: String,
    /// The person as the issuer knows them.
    #[schema(value_type = Subject)]
    pub subject: String,
    /// How they are called.
    #[schema(value_type = Line)]
    pub display_name: String,
    /// How they are reached.
    #[schema(value_type = Option<EmailAddress>)]
    pub email: Option<String>,
    /// What they are in the organisation.
    #[schema(max_items = 20)]
    pub roles: Vec<Role>,
    /// Their own partner record, if they are a partner too.
    pub partner_id: Option<PartnerId>,
    /// The partner record to which they will be linked, once another person has confirmed it.
    pub proposed_partner_id: Option<PartnerId>,
    /// Whether they may call.
    pub status: Status,
}

impl User {
    /// The view of a row; `own` is the name under which this service is served.
    pub fn of(row: Model, own: &str) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            issuer,
            subject,
            display_name,
            email,
            roles,
            partner_id,
            proposed_link,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            issuer: if issuer == OWN {
                own.to_owned()
            } else {
                issuer
            },
            subject,
            display_name,
            email,
            roles: roles.0,
            partner_id: partner_id.map(PartnerId),
            proposed_partner_id: proposed_link.map(|link| link.0.partner_id),
            status,
        }
    }
}

impl Versioned for User {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/users/{}", self.id)
    }
}

/// A person to give roles to.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "subject": "olu.adeyemi",
    "displayName": "Olu Adeyemi",
    "email": "olu.adeyemi@example.org",
    "roles": ["engagementOfficer"]
}))]
pub struct NewUser {
    /// Who vouches for them; this service itself without it.
    pub issuer: Option<Issuer>,
    /// The person as the issuer knows them. With the same subject and another issuer it is somebody else.
    pub subject: Subject,
    /// How they are called.
    pub display_name: Line,
    /// How they are reached.
    pub email: Option<EmailAddress>,
    /// What they are in the organisation.
    pub roles: Roles,
    /// Their own partner record, if they are a partner too. It is proposed with this, and another person confirms it.
    pub partner_id: Option<PartnerId>,
}

/// A change of a user. Who they are, by issuer and subject, stays.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "roles": ["engagementOfficer", "storyLead"] }))]
pub struct UserChanges {
    /// How they are called.
    #[serde(default)]
    #[schema(required = false)]
    pub display_name: Change<Line>,
    /// How they are reached; null for not at all.
    #[serde(default)]
    #[schema(required = false)]
    pub email: Change<Option<EmailAddress>>,
    /// What they are in the organisation, as a whole.
    #[serde(default)]
    #[schema(required = false)]
    pub roles: Change<Roles>,
    /// Their own partner record; null for none, at once. Another one is proposed with this, and another person confirms
    /// it.
    #[serde(default)]
    #[schema(required = false)]
    pub partner_id: Change<Option<PartnerId>>,
}

choices! {
    /// The orders of the list.
    pub enum UserSort {
        /// By name.
        DisplayName,
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for UserSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::DisplayName => (Column::DisplayName, false),
            Self::Newest => (Column::CreatedAt, true),
        }
    }
}

/// Which users to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// The order; by name without it.
    #[param(inline)]
    pub sort: Option<UserSort>,
    /// Only those who may call, or only those who no longer may.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those who have this role.
    #[param(inline)]
    pub role: Option<Role>,
    /// Only those whom their issuer knows by this subject.
    #[param(max_length = 255)]
    pub subject: Option<String>,
}
