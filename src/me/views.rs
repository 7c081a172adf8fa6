//! What callers see of themselves, and of the table of permissions.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Principal, Role, Row, TABLE};
use crate::http::{Contract, Versioned, digest_of};
use crate::partners::PartnerId;
use crate::store::Reach;
use crate::users::UserId;
use crate::values::{Line, OdsCode, choices};

choices! {
    /// How far a permission reaches.
    pub enum PermissionReach {
        /// What is published for everyone.
        Published,
        /// The caller's own records.
        Own,
        /// The records of the caller's organisation.
        Organisation,
    }
}

impl From<Reach> for PermissionReach {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Published => Self::Published,
            Reach::Own => Self::Own,
            Reach::Organisation | Reach::System => Self::Organisation,
        }
    }
}

/// A permission that the caller holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldPermission {
    /// The permission.
    #[schema(max_length = 60, example = "opportunities:read")]
    pub permission: &'static str,
    /// How far it reaches for the caller.
    pub reach: PermissionReach,
}

/// Who calls, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// Who vouches for the caller.
    #[schema(max_length = 500, example = "https://equal-partners.example.org")]
    pub issuer: Option<String>,
    /// The caller as the issuer knows them; null for a system of an organisation.
    #[schema(max_length = 255, example = "olu.adeyemi")]
    pub subject: Option<String>,
    /// The client to which the token was given.
    #[schema(max_length = 255)]
    pub client_id: Option<String>,
    /// The organisation for which the caller acts.
    #[schema(value_type = OdsCode)]
    pub organisation: Option<String>,
    /// The roles in which the caller acts; none for a system.
    #[schema(max_items = 20)]
    pub roles: Vec<Role>,
    /// The caller's user record.
    pub user_id: Option<UserId>,
    /// The caller's own partner record.
    pub partner_id: Option<PartnerId>,
    /// What the caller may do, and how far.
    #[schema(max_items = 500)]
    pub permissions: Vec<HeldPermission>,
}

impl From<&Principal> for Me {
    fn from(principal: &Principal) -> Self {
        let held = principal
            .grants
            .iter()
            .map(|(permission, reach)| HeldPermission {
                permission,
                reach: (*reach).into(),
            });
        Self {
            issuer: principal.actor.issuer.clone(),
            subject: principal.actor.subject.clone(),
            client_id: principal.actor.client_id.clone(),
            organisation: principal.organisation.clone(),
            roles: principal.roles.clone(),
            user_id: principal.user.map(UserId),
            partner_id: principal.partner.map(PartnerId),
            permissions: held.collect(),
        }
    }
}

/// That a role holds a permission.
#[derive(Debug, Serialize, ToSchema)]
pub struct Grant {
    /// Who holds it.
    pub role: Role,
    /// How far it reaches for them.
    pub reach: PermissionReach,
}

/// A row of the table of permissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionRow {
    /// The permission; it is also the scope of a token that holds it.
    #[schema(max_length = 60, example = "opportunities:read")]
    pub permission: &'static str,
    /// What it lets one do.
    #[schema(max_length = 200)]
    pub meaning: &'static str,
    /// Who holds it, and how far.
    #[schema(max_items = 20)]
    pub grants: Vec<Grant>,
    /// The operations that need it, as the OpenAPI document says.
    #[schema(value_type = Vec<Line>, max_items = 500, example = json!(["GET /v1/opportunities"]))]
    pub operations: Vec<String>,
}

/// Which role may do what. `public` is a caller without credentials.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionTable {
    /// Every role.
    #[schema(max_items = 20)]
    pub roles: Vec<Role>,
    /// Every permission.
    #[schema(max_items = 500)]
    pub permissions: Vec<PermissionRow>,
}

impl PermissionTable {
    /// The table in force, with the operations that the published document names.
    pub fn of(contract: &Contract) -> Self {
        let row = |row: &Row| PermissionRow {
            permission: row.scope,
            meaning: row.meaning,
            grants: row
                .grants
                .iter()
                .map(|(role, reach)| Grant {
                    role: *role,
                    reach: (*reach).into(),
                })
                .collect(),
            operations: contract.operations_that_need(row.scope).to_vec(),
        };
        Self {
            roles: Role::ALL.to_vec(),
            permissions: TABLE.iter().map(row).collect(),
        }
    }
}

/// A tag that changes with the content and with nothing else.
fn tag_of(value: &impl Serialize) -> String {
    let digest = digest_of(&serde_json::to_vec(value).unwrap_or_default());
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Versioned for Me {
    fn tag(&self) -> String {
        tag_of(self)
    }

    fn location(&self) -> String {
        "/v1/me".to_owned()
    }
}

impl Versioned for PermissionTable {
    fn tag(&self) -> String {
        tag_of(self)
    }

    fn location(&self) -> String {
        "/v1/permissions".to_owned()
    }
}
