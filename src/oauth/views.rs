//! What callers send to the token endpoints, and what they get.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{PublicKey, Role};
use crate::api_clients::Scopes;
use crate::values::{Label, OdsCode};

/// The ways to a token, in the words of RFC 6749.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// By the client's own id and secret.
    ClientCredentials,
}

/// What kind of token it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub enum TokenKind {
    /// Whoever has it may use it (RFC 6750).
    Bearer,
}

/// A request for an access token. The client shows who it is by HTTP Basic, or by `client_id` and
/// `client_secret` here; never by both.
#[derive(ToSchema)]
#[schema(example = json!({ "grant_type": "client_credentials", "scope": "workstreams:read" }))]
#[expect(
    dead_code,
    reason = "describes a form that is read parameter by parameter"
)]
pub struct TokenRequest {
    /// The way to a token.
    grant_type: GrantType,
    /// Permissions separated by spaces; without it, everything that the client may ask for.
    #[schema(max_length = 4000, example = "workstreams:read opportunities:read")]
    scope: Option<String>,
    /// The client's id.
    #[schema(max_length = 36)]
    client_id: Option<String>,
    /// The client's secret.
    #[schema(max_length = 200)]
    client_secret: Option<String>,
}

/// A question about a token. The caller is a client, as at the token endpoint, or has an access token.
#[derive(ToSchema)]
#[schema(example = json!({ "token": "eyJ0eXAiOiJhdCtqd3QifQ.eyJzdWIiOiJhIn0.c2ln" }))]
#[expect(
    dead_code,
    reason = "describes a form that is read parameter by parameter"
)]
pub struct TokenQuestion {
    /// The token in question.
    #[schema(min_length = 1, max_length = 8192)]
    token: String,
    /// What kind of token the caller thinks it is; there is only one.
    #[schema(max_length = 100)]
    token_type_hint: Option<String>,
    /// The client's id.
    #[schema(max_length = 36)]
    client_id: Option<String>,
    /// The client's secret.
    #[schema(max_length = 200)]
    client_secret: Option<String>,
}

/// An access token.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    /// The token, for the Authorization header.
    #[schema(
        max_length = 8192,
        example = "eyJ0eXAiOiJhdCtqd3QifQ.eyJzdWIiOiJhIn0.c2ln"
    )]
    pub access_token: String,
    /// How it is used.
    pub token_type: TokenKind,
    /// For how many seconds it is valid.
    #[schema(minimum = 1, maximum = 3600)]
    pub expires_in: i64,
    /// The permissions that it holds, separated by spaces.
    #[schema(max_length = 4000, example = "workstreams:read opportunities:read")]
    pub scope: String,
}

/// What a token is. Of a token that is unknown, expired, revoked or another organisation's, nothing but
/// `active: false` is told.
#[derive(Default, Serialize, ToSchema)]
#[schema(example = json!({ "active": false }))]
pub struct Introspection {
    /// Whether it is accepted now.
    pub active: bool,
    /// The permissions that it holds now, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000)]
    pub scope: Option<String>,
    /// The client to which it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub client_id: Option<String>,
    /// How it is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<TokenKind>,
    /// When it ends, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub exp: Option<i64>,
    /// When it was issued, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub iat: Option<i64>,
    /// Who it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub sub: Option<String>,
    /// For whom it is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub aud: Option<String>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub iss: Option<String>,
    /// Its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub jti: Option<String>,
    /// The organisation for which it acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OdsCode>)]
    pub organisation: Option<String>,
    /// The roles in which a person acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub roles: Option<Vec<Role>>,
}

/// A public key (RFC 8037).
#[derive(Serialize, ToSchema)]
pub struct Jwk {
    /// The kind of key.
    #[schema(max_length = 10, example = "OKP")]
    kty: &'static str,
    /// The curve.
    #[schema(max_length = 20, example = "Ed25519")]
    crv: &'static str,
    /// The algorithm.
    #[schema(max_length = 20, example = "EdDSA")]
    alg: &'static str,
    /// What it is used for: signatures.
    #[serde(rename = "use")]
    #[schema(max_length = 10, example = "sig")]
    usage: &'static str,
    /// Its name in a token's header.
    #[schema(max_length = 100)]
    kid: String,
    /// The key itself, base64url.
    #[schema(max_length = 100)]
    x: String,
}

impl From<PublicKey> for Jwk {
    fn from(key: PublicKey) -> Self {
        let PublicKey { kid, x } = key;
        Self {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            usage: "sig",
            kid,
            x,
        }
    }
}

/// The keys that verify this service's tokens (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct Jwks {
    /// Every key that verifies, the next one included.
    #[schema(max_items = 100)]
    pub keys: Vec<Jwk>,
}

/// What the authorization server offers (RFC 8414).
#[derive(Serialize, ToSchema)]
pub struct ServerMetadata {
    /// The `iss` of its tokens.
    #[schema(max_length = 500)]
    pub issuer: String,
    /// Where tokens come from.
    #[schema(max_length = 500)]
    pub token_endpoint: String,
    /// Where the keys are.
    #[schema(max_length = 500)]
    pub jwks_uri: String,
    /// Where tokens are asked about.
    #[schema(max_length = 500)]
    pub introspection_endpoint: String,
    /// Where tokens are ended.
    #[schema(max_length = 500)]
    pub revocation_endpoint: String,
    /// Where people read more.
    #[schema(max_length = 500)]
    pub service_documentation: String,
    /// Every permission.
    #[schema(value_type = Scopes)]
    pub scopes_supported: Vec<&'static str>,
    /// There is no authorization endpoint, so `none`; the standard wants the member and no empty list.
    #[schema(value_type = Vec<Label>, max_items = 10)]
    pub response_types_supported: Vec<&'static str>,
    /// The ways to a token.
    #[schema(max_items = 10)]
    pub grant_types_supported: Vec<GrantType>,
    /// How a client shows who it is at the token endpoint.
    #[schema(value_type = Vec<Label>, max_items = 10)]
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How a caller shows who they are when asking about a token.
    #[schema(value_type = Vec<Label>, max_items = 10)]
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How a caller shows who they are when ending a token.
    #[schema(value_type = Vec<Label>, max_items = 10)]
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
}
