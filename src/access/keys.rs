//! The deployment's own signing keys and names: in the database, so that all instances share them.
//!
//! A key signs for 90 days and verifies for one more, so every token outlives its key's last signature.
//! The next key is published a day before it is needed, so that nobody meets a key they never saw.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, Set};

use crate::http::{Problem, digest_of};
use crate::store::{Scope, Store, deployment};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub kid: String,
        pub algorithm: String,
        pub private_key: Vec<u8>,
        pub public_key: Vec<u8>,
        pub created_at: DateTimeUtc,
        pub signs_until: DateTimeUtc,
        pub verifies_until: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How long a key signs.
const SIGNS_FOR: Duration = Duration::days(90);
/// How long a key verifies.
const VERIFIES_FOR: Duration = Duration::days(91);
/// How long before the end of a key the next one is made.
const AHEAD: Duration = Duration::days(1);
/// How long a key is published before it signs, if another one still may.
const PUBLISHED_FIRST: Duration = Duration::hours(1);
/// How often tokens that name an unknown key or issuer make an instance look for news.
const COOLDOWN: std::time::Duration = std::time::Duration::from_secs(5);
/// How the names under which the deployment has been served are kept.
const ISSUER: &str = "issuer ";

/// A key as others may see it.
#[derive(Clone, Debug)]
pub struct PublicKey {
    /// Its name in a token's header.
    pub kid: String,
    /// The public key, base64url.
    pub x: String,
}

struct Loaded {
    signs_until: DateTime<Utc>,
    verifies_until: DateTime<Utc>,
    created_at: DateTime<Utc>,
    public: PublicKey,
    decoding: DecodingKey,
    encoding: EncodingKey,
}

impl Loaded {
    fn signs(&self, now: DateTime<Utc>) -> bool {
        self.signs_until > now
    }
}

/// The keys and names in memory.
#[derive(Default)]
pub struct Keys {
    loaded: RwLock<Arc<BTreeMap<String, Loaded>>>,
    issuers: RwLock<Arc<Vec<String>>>,
    looked: tokio::sync::Mutex<Option<Instant>>,
}

impl Keys {
    /// Remembers the name under which this instance is served, then reads keys and names.
    pub async fn announce(&self, store: &Store, issuer: &str) -> Result<(), Problem> {
        let when = store.clock.now().timestamp_millis().to_be_bytes().to_vec();
        deployment::keep(&store.database, &format!("{ISSUER}{issuer}"), when).await?;
        self.refresh(store).await
    }

    /// The name under which an instance was started last, for commands.
    pub async fn announced(store: &Store) -> Result<Option<String>, Problem> {
        let names = deployment::values(&store.database, ISSUER).await?;
        let newest = names.into_iter().max_by(|(_, a), (_, b)| a.cmp(b));
        Ok(newest.map(|(name, _)| name.trim_start_matches(ISSUER).to_owned()))
    }

    /// Forgets every key and makes a new one: somebody may have read them.
    #[expect(clippy::disallowed_methods, reason = "a side table of the store")]
    pub async fn replace(&self, store: &Store) -> Result<(), Problem> {
        store
            .database
            .write(async |transaction| {
                row::Entity::delete_many().exec(transaction).await?;
                Ok(())
            })
            .await?;
        self.refresh(store).await
    }

    /// Reads keys and names, and makes the next key in time.
    #[expect(clippy::disallowed_methods, reason = "a side table of the store")]
    pub async fn refresh(&self, store: &Store) -> Result<(), Problem> {
        let now = store.clock.now();
        let keys = row::Entity::find().order_by_asc(row::Column::CreatedAt);
        let lasting = |rows: &[row::Model]| rows.iter().any(|row| row.signs_until > now + AHEAD);
        let scope = Scope::system();
        let mut rows = keys.clone().all(store.reader(&scope).connection()).await?;
        if !lasting(&rows) {
            rows = store
                .database
                .write(async |transaction| {
                    if !lasting(&keys.clone().all(transaction).await?) {
                        row::Entity::insert(make(now)?)
                            .exec_without_returning(transaction)
                            .await?;
                    }
                    Ok(keys.all(transaction).await?)
                })
                .await?;
        }
        let loaded = rows
            .into_iter()
            .map(|row| load(row).map(|key| (key.public.kid.clone(), key)))
            .collect::<Result<_, _>>()?;
        let names = deployment::values(&store.database, ISSUER).await?;
        let names = names
            .into_iter()
            .map(|(name, _)| name.trim_start_matches(ISSUER).to_owned());
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
        *self.issuers.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(names.collect());
        Ok(())
    }

    /// Looks for news because a token names something unknown; not for every such token. Who comes while
    /// somebody else looks waits for what they find.
    pub async fn look_again(&self, store: &Store) -> Result<(), Problem> {
        let mut looked = self.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= COOLDOWN) {
            *looked = Some(Instant::now());
            self.refresh(store).await?;
        }
        Ok(())
    }

    fn loaded(&self) -> Arc<BTreeMap<String, Loaded>> {
        self.loaded
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Every name under which this deployment has been served; each is its own.
    pub fn issuers(&self) -> Arc<Vec<String>> {
        self.issuers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The key that verifies tokens with this `kid`.
    pub fn verifying(&self, kid: &str, now: DateTime<Utc>) -> Option<DecodingKey> {
        let loaded = self.loaded();
        let key = loaded.get(kid).filter(|key| key.verifies_until > now)?;
        Some(key.decoding.clone())
    }

    /// The key that signs: the newest that has been published for a while, or else the only one.
    pub fn signing(&self, now: DateTime<Utc>) -> Option<(String, EncodingKey)> {
        let loaded = self.loaded();
        let signing = || loaded.values().filter(|key| key.signs(now));
        let published = |key: &&Loaded| key.created_at <= now - PUBLISHED_FIRST;
        let newest = signing().filter(published).max_by_key(|key| key.created_at);
        let key = newest.or_else(|| signing().max_by_key(|key| key.created_at))?;
        Some((key.public.kid.clone(), key.encoding.clone()))
    }

    /// Makes sure that a key may sign; housekeeping does so in time, if the service has run all the time.
    pub async fn ready(&self, store: &Store) -> Result<(), Problem> {
        match self
            .loaded()
            .values()
            .any(|key| key.signs(store.clock.now()))
        {
            true => Ok(()),
            false => self.refresh(store).await,
        }
    }

    /// All keys that verify, for the JWKS.
    pub fn public(&self, now: DateTime<Utc>) -> Vec<PublicKey> {
        let loaded = self.loaded();
        let verifying = loaded.values().filter(|key| key.verifies_until > now);
        verifying.map(|key| key.public.clone()).collect()
    }
}

fn make(now: DateTime<Utc>) -> Result<row::ActiveModel, Problem> {
    let pair = Ed25519KeyPair::generate().map_err(Problem::internal)?;
    let private = pair.to_pkcs8v1().map_err(Problem::internal)?;
    let public = pair.public_key().as_ref().to_vec();
    Ok(row::ActiveModel {
        kid: Set(URL_SAFE_NO_PAD.encode(&digest_of(&public)[..12])),
        algorithm: Set("EdDSA".to_owned()),
        private_key: Set(private.as_ref().to_vec()),
        public_key: Set(public),
        created_at: Set(now),
        signs_until: Set(now + SIGNS_FOR),
        verifies_until: Set(now + VERIFIES_FOR),
    })
}

fn load(row: row::Model) -> Result<Loaded, Problem> {
    let x = URL_SAFE_NO_PAD.encode(&row.public_key);
    Ok(Loaded {
        signs_until: row.signs_until,
        verifies_until: row.verifies_until,
        created_at: row.created_at,
        decoding: DecodingKey::from_ed_components(&x).map_err(Problem::internal)?,
        encoding: EncodingKey::from_ed_der(&row.private_key),
        public: PublicKey { kid: row.kid, x },
    })
}
