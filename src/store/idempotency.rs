//! A request that is sent twice is done once, and answered the same.
//!
//! The key is written in the transaction of the work, with the answer, so there is no moment in which the
//! work is done and the key unknown. It can be written once. A request that was done before is done again
//! up to there, fails, leaves nothing behind, and gets the first one's answer: so the first one, which is
//! nearly every one, need not ask. Answers are kept encrypted under the caller's own key, of which only a hash is
//! kept: the table holds nothing that can be read. Failed requests keep nothing. Keys are kept for
//! 24 hours at the least.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::header;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Set};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Database, Engine, Seal};
use crate::http::{Problem, digest_of, types};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key_hash: Vec<u8>,
        pub body_hash: Vec<u8>,
        pub sealed_result: Vec<u8>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A key, bound to organisation, subject and route, with the digest of the body it came with.
#[derive(Clone, Debug)]
pub struct Key {
    hash: [u8; 32],
    word: String,
    body: [u8; 32],
}

/// What a kept answer is sealed as.
const PURPOSE: &str = "answer";

/// How long a key is kept.
pub const KEPT: chrono::Duration = chrono::Duration::hours(48);

impl Key {
    /// Binds a key, so that another caller's or another route's same key is another key.
    pub fn new(organisation: &str, subject: &str, route: &str, key: &str, body: [u8; 32]) -> Self {
        // Lengths keep two parts from being read as one, whatever an issuer puts in a subject.
        let parts = [organisation, subject, route, key];
        let word: String = parts
            .iter()
            .map(|part| format!("{} {part}", part.len()))
            .collect();
        Self {
            hash: digest_of(word.as_bytes()),
            word,
            body,
        }
    }

    /// The first result, if the same request was done before.
    #[expect(clippy::disallowed_methods, reason = "a side table of the store")]
    pub(super) async fn kept<T: DeserializeOwned>(
        &self,
        database: &Database,
        seal: &Seal,
    ) -> Result<Option<T>, Problem> {
        let row = row::Entity::find_by_id(self.hash.to_vec());
        let kept = match database.engine() {
            Engine::Postgres => row.one(database.reads()).await?,
            // The first one may be in the batch that is not committed yet.
            Engine::Sqlite => {
                let read = async |batch: &DatabaseTransaction| Ok(row.one(batch).await?);
                database.write(read).await?
            }
        };
        let Some(kept) = kept else {
            return Ok(None);
        };
        if kept.body_hash != self.body {
            return Err(Problem::new(
                &types::KEY_REUSED,
                "This key came with another body before",
            ));
        }
        let result = seal
            .open(&[PURPOSE, &self.word], kept.sealed_result)
            .ok_or_else(|| Problem::internal("a kept answer does not open"))?;
        serde_json::from_slice(&result)
            .map(Some)
            .map_err(Problem::internal)
    }

    /// The row that keeps a result. It can be written once: whoever comes second fails, and nothing of
    /// what they did is left.
    pub(super) fn keep<T: Serialize>(
        &self,
        seal: &Seal,
        result: &T,
        now: DateTime<Utc>,
    ) -> Result<row::ActiveModel, Problem> {
        let json = serde_json::to_vec(result).map_err(Problem::internal)?;
        Ok(row::ActiveModel {
            key_hash: Set(self.hash.to_vec()),
            body_hash: Set(self.body.to_vec()),
            sealed_result: Set(seal.close(&[PURPOSE, &self.word], json)?),
            created_at: Set(now),
        })
    }
}

/// Forgets keys that have been kept for long enough.
#[expect(clippy::disallowed_methods, reason = "a side table of the store")]
pub async fn forget(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), Problem> {
    row::Entity::delete_many()
        .filter(row::Column::CreatedAt.lt(now - KEPT))
        .exec(connection)
        .await?;
    Ok(())
}

fn in_progress() -> Problem {
    Problem::new(
        &types::REQUEST_IN_PROGRESS,
        "The first request with this key is not done yet",
    )
    .with_header(header::RETRY_AFTER, "1")
}

/// The keys of requests that this instance is working on: a second one need not wait for the first. The change
/// of a request that was cancelled may go on without it.
pub(super) struct InFlight<'a> {
    keys: &'a Arc<Mutex<HashSet<[u8; 32]>>>,
    hash: Option<[u8; 32]>,
}

impl<'a> InFlight<'a> {
    pub(super) fn claim(
        keys: &'a Arc<Mutex<HashSet<[u8; 32]>>>,
        key: Option<&Key>,
    ) -> Result<Self, Problem> {
        let hash = key.map(|key| key.hash);
        if let Some(hash) = hash
            && !keys
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(hash)
        {
            return Err(in_progress());
        }
        Ok(Self { keys, hash })
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(hash) = self.hash {
            self.keys
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn a_key_is_the_callers_and_the_addresss_own(
            mine in prop::array::uniform4("[a-b0-2 \u{0}]{0,3}"), theirs in prop::array::uniform4("[a-b0-2 \u{0}]{0,3}")
        ) {
            let key = |parts: &[String; 4]| Key::new(&parts[0], &parts[1], &parts[2], &parts[3], [0; 32]);
            prop_assert_eq!(key(&mine).hash == key(&theirs).hash, mine == theirs);
            prop_assert_eq!(key(&mine).word == key(&theirs).word, mine == theirs);
        }
    }
}
