//! The tokens in use: verified once, and believed until anything about access changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use jsonwebtoken::Algorithm;

use super::keys::Keys;
use super::principal::{Principal, refused, resolve};
use super::token::{self, AUDIENCE, Issuer, Refused, Verified};
use crate::http::Problem;
use crate::store::{Epoch, Store};

struct Remembered {
    principal: Arc<Principal>,
    exp: i64,
    epoch: i64,
}

/// Keys, and what is known of the tokens in use.
///
/// A remembered token is believed until it expires or anything about access changes anywhere; see
/// [`Epoch`].
pub struct Access {
    /// The deployment's own keys and names.
    pub keys: Keys,
    epoch: Epoch,
    remembered: Mutex<HashMap<Box<str>, Remembered>>,
}

/// Tokens remembered at the most.
const MOST: usize = 10_000;

impl Access {
    /// Nothing is remembered yet.
    pub fn new(keys: Keys) -> Self {
        Self {
            keys,
            epoch: Epoch::default(),
            remembered: Mutex::default(),
        }
    }

    /// Verifies a token and reads what it says, without asking whether it was revoked.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Verified, Refused> {
        let key = |kid: &str| Some((Algorithm::EdDSA, self.keys.verifying(kid, now)?));
        let names = self.keys.issuers();
        let issuers: Vec<Issuer<'_>> = names
            .iter()
            .map(|name| Issuer {
                own: true,
                name,
                audience: AUDIENCE,
                types: &["at+jwt", "application/at+jwt"],
                key: &key,
            })
            .collect();
        token::verify(token, &issuers, now)
    }

    /// From a token to its principal.
    pub async fn principal(&self, store: &Store, token: &str) -> Result<Arc<Principal>, Problem> {
        let now = store.clock.now();
        // Read before the database is asked about the token: what it says is then as new, or newer.
        let epoch = self.epoch.now(&store.database).await?;
        if let Some(known) = self.lock().get(token)
            && known.epoch == epoch
            && known.exp > now.timestamp()
        {
            return Ok(known.principal.clone());
        }
        let verified = match self.verify(token, now) {
            Err(refusal) if refusal.is_news() => {
                self.keys.look_again(store).await?;
                self.verify(token, now)
            }
            verified => verified,
        };
        let verified = verified.map_err(|refusal| refused(&refusal.to_string()))?;
        let principal = Arc::new(resolve(store, &verified).await?);
        let mut remembered = self.lock();
        if remembered.len() >= MOST {
            remembered.clear();
        }
        let entry = Remembered {
            principal: principal.clone(),
            exp: verified.claims.exp,
            epoch,
        };
        remembered.insert(token.into(), entry);
        Ok(principal)
    }

    /// How many tokens are remembered.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Box<str>, Remembered>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
