//! Tokens, verified once and known by their text afterwards; digests and seals.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::dev::Payload;
use actix_web::error::ErrorUnauthorized;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use anyhow::{Context, Result};
use aws_lc_rs::aead::{AES_256_GCM, Aad, RandomizedNonceKey};
use aws_lc_rs::digest::{SHA256, digest as hash};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

/// What a floor believes of a token.
#[derive(Clone, Deserialize)]
pub struct Claims {
    /// For which organisation it acts.
    pub organisation: String,
    /// The client to which it was given.
    #[serde(rename = "client_id")]
    pub client: String,
    /// Who acts, as long as the ledger's word for a user is.
    #[serde(rename = "jti")]
    pub subject: String,
    exp: u64,
}

/// The tokens that a worker knows.
pub struct Gate {
    key: Option<DecodingKey>,
    known: RefCell<HashMap<String, Rc<Claims>>>,
}

/// A caller whose token is believed.
pub struct Bearer(Rc<Claims>);

impl std::ops::Deref for Bearer {
    type Target = Claims;

    fn deref(&self) -> &Claims {
        &self.0
    }
}

impl Gate {
    /// Believes tokens signed with the key of this `x`.
    pub fn new(key: &str) -> Self {
        Self {
            key: DecodingKey::from_ed_components(key).ok(),
            known: RefCell::default(),
        }
    }

    fn check(&self, request: &HttpRequest) -> Result<Bearer> {
        let header = request.headers().get(header::AUTHORIZATION);
        let token = header.context("no token")?.to_str()?;
        let token = token.strip_prefix("Bearer ").context("no bearer token")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        if let Some(known) = self.known.borrow().get(token)
            && known.exp > now
        {
            return Ok(Bearer(known.clone()));
        }
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&["equal-partners"]);
        let key = self.key.as_ref().context("--key is no key")?;
        let mut claims = decode::<Claims>(token, key, &rules)?.claims;
        claims.subject = format!("user:{}", claims.subject);
        let claims = Rc::new(claims);
        self.known
            .borrow_mut()
            .insert(token.to_owned(), claims.clone());
        Ok(Bearer(claims))
    }
}

impl FromRequest for Bearer {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = request.app_data::<Data<Gate>>().context("no gate");
        ready(
            gate.and_then(|gate| gate.check(request))
                .map_err(ErrorUnauthorized),
        )
    }
}

/// SHA-256.
pub fn digest(bytes: &[u8]) -> Vec<u8> {
    hash(&SHA256, bytes).as_ref().to_vec()
}

/// An answer sealed under its key, as long as the service's.
pub fn sealed(key: &str, answer: &[u8]) -> Result<Vec<u8>> {
    let seal = RandomizedNonceKey::new(&AES_256_GCM, hash(&SHA256, key.as_bytes()).as_ref())?;
    let mut bytes = answer.to_vec();
    let nonce = seal.seal_in_place_append_tag(Aad::empty(), &mut bytes)?;
    bytes.extend_from_slice(nonce.as_ref());
    Ok(bytes)
}
