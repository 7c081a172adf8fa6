//! Access tokens in the profile of RFC 9068: what is signed here, and what is believed of a token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::keys::Keys;
use super::permission::Role;
use crate::http::Problem;

/// The audience of every token that this service accepts.
pub const AUDIENCE: &str = "equal-partners";
/// The longest life of a token of ours.
pub const LONGEST: Duration = Duration::minutes(60);
/// Seconds by which clocks may differ.
const LEEWAY: u64 = 30;

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Claims {
    /// Who vouches for it.
    pub iss: String,
    /// For whom it is meant.
    pub aud: String,
    /// Who it is about.
    pub sub: String,
    /// The client to which it was given.
    pub client_id: String,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends, likewise.
    pub exp: i64,
    /// Its own name, by which it is revoked.
    pub jti: String,
    /// The organisation for which it acts (ODS code).
    pub organisation: String,
    /// What it may do at the most; absent for a person, whose roles decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The roles in which a person acts; absent for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
}

/// What a new token is for.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Who it is about.
    pub subject: String,
    /// The client to which it is given.
    pub client_id: String,
    /// The organisation for which it acts.
    pub organisation: String,
    /// What it may do at the most.
    pub scope: Option<String>,
    /// The roles in which a person acts.
    pub roles: Option<Vec<Role>>,
    /// How long it lives; at most an hour.
    pub life: Duration,
}

impl NewToken {
    /// Signs the token with the newest key.
    pub fn sign(
        self,
        keys: &Keys,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<(String, Claims), Problem> {
        let (kid, key) = keys
            .signing(now)
            .ok_or_else(|| Problem::internal("no key may sign"))?;
        let claims = Claims {
            iss: issuer.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: self.subject,
            client_id: self.client_id,
            iat: now.timestamp(),
            exp: (now + self.life.min(LONGEST)).timestamp(),
            jti: uuid::Uuid::new_v4().to_string(),
            organisation: self.organisation,
            scope: self.scope,
            roles: self.roles,
        };
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            kid: Some(kid),
            ..Header::new(Algorithm::EdDSA)
        };
        let token = encode(&header, &claims, &key).map_err(Problem::internal)?;
        Ok((token, claims))
    }
}

/// An issuer whose tokens are believed, and what is believed of them.
pub struct Issuer<'a> {
    /// Whether it is this deployment: only then `client_id` and `jti` name rows of ours.
    pub own: bool,
    /// The exact `iss`.
    pub name: &'a str,
    /// The exact `aud`.
    pub audience: &'a str,
    /// The `typ` headers of its access tokens, in lower case.
    pub types: &'a [&'a str],
    /// Finds a key and its one algorithm by `kid`.
    pub key: &'a dyn Fn(&str) -> Option<(Algorithm, DecodingKey)>,
}

/// A token that is believed.
pub struct Verified {
    /// What it says.
    pub claims: Claims,
    /// Whether this deployment issued it.
    pub own: bool,
}

/// Why a token is not believed; for the log, never for the caller.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(&'static str);

/// No issuer of this name is known.
const UNKNOWN_ISSUER: Refused = Refused("unknown issuer");
/// The issuer has no key of this name.
const UNKNOWN_KEY: Refused = Refused("unknown key");

impl Refused {
    /// Whether the token names something that another instance may know already.
    pub fn is_news(&self) -> bool {
        *self == UNKNOWN_ISSUER || *self == UNKNOWN_KEY
    }
}

fn part(token: &str, index: usize) -> Result<Value, Refused> {
    let text = token
        .split('.')
        .nth(index)
        .ok_or(Refused("not three parts"))?;
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Refused("not base64url"))?;
    serde_json::from_slice(&bytes).map_err(|_| Refused("not JSON"))
}

/// Verifies a token against the issuers. The library checks the signature; everything it leaves open
/// by default is checked here: the type and critical headers, the presence and the type of each
/// claim, `nbf`, and an `iat` in the future.
pub fn verify(
    token: &str,
    issuers: &[Issuer<'_>],
    now: DateTime<Utc>,
) -> Result<Verified, Refused> {
    if token.len() > 8192 || token.split('.').count() != 3 {
        return Err(Refused("not a compact JWS"));
    }
    let header = part(token, 0)?;
    let payload = part(token, 1)?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if header.get("crit").is_some() {
        return Err(Refused("critical headers are not supported"));
    }
    let iss = text(&payload["iss"]).ok_or(Refused("iss is no string"))?;
    let issuer = issuers
        .iter()
        .find(|issuer| issuer.name == iss)
        .ok_or(UNKNOWN_ISSUER)?;
    let kind = text(&header["typ"])
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !issuer.types.contains(&kind.as_str()) {
        return Err(Refused("not an access token"));
    }
    if text(&payload["aud"]).as_deref() != Some(issuer.audience) {
        return Err(Refused("another audience"));
    }
    // Keys in the header (jwk, jku, x5u, x5c) are never looked at: the kid names one that is known.
    let kid = text(&header["kid"]).ok_or(Refused("no kid"))?;
    let (algorithm, key) = (issuer.key)(&kid).ok_or(UNKNOWN_KEY)?;

    let mut rules = Validation::new(algorithm);
    rules.leeway = LEEWAY;
    // Times are compared below, by the service's clock; the library's default leaves nbf unchecked.
    rules.validate_exp = false;
    rules.set_audience(&[issuer.audience]);
    rules.set_issuer(&[issuer.name]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let claims = decode::<Claims>(token, &key, &rules)
        .map_err(|_| Refused("signature or claims"))?
        .claims;

    let leeway = i64::try_from(LEEWAY).unwrap_or(0);
    let now = now.timestamp();
    if claims.exp <= now - leeway {
        return Err(Refused("expired"));
    }
    if claims.iat > now + leeway {
        return Err(Refused("issued in the future"));
    }
    if claims.exp.saturating_sub(claims.iat) > LONGEST.num_seconds() {
        return Err(Refused("lives too long"));
    }
    if payload
        .get("nbf")
        .is_some_and(|nbf| nbf.as_i64().is_none_or(|nbf| nbf > now + leeway))
    {
        return Err(Refused("not valid yet"));
    }
    if claims.sub.is_empty() || claims.jti.is_empty() {
        return Err(Refused("an empty claim"));
    }
    Ok(Verified {
        claims,
        own: issuer.own,
    })
}
