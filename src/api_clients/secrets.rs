//! The secrets of API clients: made here, shown once, kept as slow hashes.
//!
//! A hash takes tens of milliseconds and 19 MiB, so it is computed on the threads for blocking work,
//! before the transaction that keeps it, and on as many threads at once as there are cores.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use super::entity::ApiClientId;
use super::entity::secret::{ActiveModel, Column, Entity};
use super::hashing::{self, off_thread};
use super::views::Credentials;
use crate::http::Problem;
use crate::store::{Reader, Work};

/// How every secret begins, so that scanners for lost secrets know one.
const PREFIX: &str = "eps_";
/// The longest secret that is hashed; a real one has 47 characters.
const LONGEST: usize = 200;
/// A new secret, and what is kept of it.
pub struct Prepared {
    /// What the client is told, once.
    pub secret: String,
    /// What is kept: Argon2id in the PHC string format.
    pub hash: String,
}

/// Makes a secret of 256 random bits and its hash. Call it before the transaction that keeps it.
pub async fn prepare_secret() -> Result<Prepared, Problem> {
    let (mut bits, mut salt) = ([0u8; 32], [0u8; 16]);
    aws_lc_rs::rand::fill(&mut bits).map_err(Problem::internal)?;
    aws_lc_rs::rand::fill(&mut salt).map_err(Problem::internal)?;
    let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits));
    off_thread(move || {
        let hash = hashing::hash(secret.as_bytes(), &salt)?;
        Ok(Prepared { secret, hash })
    })
    .await?
}

/// Whether a secret belongs to one of the hashes. It takes the time of two hashes whatever they are,
/// and none at all is like a wrong one: who asks doesn't learn which clients there are.
pub async fn matches(secret: &str, hashes: Vec<String>) -> Result<bool, Problem> {
    let secret = secret.to_owned();
    off_thread(move || {
        let fits = secret.len() <= LONGEST;
        let given = if fits { secret.as_bytes() } else { b"" };
        let mut found = false;
        for hash in hashes
            .iter()
            .map(String::as_str)
            .chain([DUMMY, DUMMY])
            .take(2.max(hashes.len()))
        {
            found |= hashing::fits(given, hash) && hash != DUMMY;
        }
        found && fits
    })
    .await
}

/// Keeps the hash of a new secret, and gives the secret to whom it is for.
pub async fn keep(
    work: &Work<'_>,
    client_id: ApiClientId,
    prepared: Prepared,
) -> Result<Credentials, Problem> {
    let row = ActiveModel {
        id: Set(Uuid::now_v7()),
        client_id: Set(client_id),
        secret_hash: Set(prepared.hash),
        created_at: Set(work.now()),
        expires_at: Set(None),
    };
    work.put([row]).await?;
    Ok(Credentials {
        client_id,
        client_secret: prepared.secret,
    })
}

/// Lets the present secret end after the overlap. One that was ending already is forgotten: there are
/// never more than two.
#[expect(clippy::disallowed_methods, reason = "a side table of API clients")]
pub async fn end(
    work: &Work<'_>,
    client_id: ApiClientId,
    overlap: Duration,
) -> Result<(), Problem> {
    Entity::delete_many()
        .filter(Column::ClientId.eq(client_id))
        .filter(Column::ExpiresAt.is_not_null())
        .exec(work.transaction().await?)
        .await?;
    let present = work
        .all(Entity::find().filter(Column::ClientId.eq(client_id)))
        .await?;
    for secret in present {
        let mut secret = secret.into_active_model();
        secret.expires_at = Set(Some(work.now() + overlap));
        Entity::update(secret)
            .exec(work.transaction().await?)
            .await?;
    }
    Ok(())
}

/// The hashes of the secrets that a client may use now, the newest first.
#[expect(clippy::disallowed_methods, reason = "a side table of API clients")]
pub async fn valid(reader: &Reader<'_>, client_id: ApiClientId) -> Result<Vec<String>, Problem> {
    let lasting = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(reader.now()));
    let secrets = Entity::find()
        .filter(Column::ClientId.eq(client_id))
        .filter(lasting)
        .order_by_desc(Column::CreatedAt);
    let secrets = reader.all(secrets).await?;
    Ok(secrets
        .into_iter()
        .map(|secret| secret.secret_hash)
        .collect())
}

/// A hash that no secret of ours has, with the parameters of those that we make.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_secret_matches_its_own_hash_only() {
        let (one, other) = (
            prepare_secret().await.unwrap(),
            prepare_secret().await.unwrap(),
        );
        assert!(one.secret.starts_with(PREFIX) && one.secret.len() == 47);
        assert!(one.hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(
            matches(&one.secret, vec![other.hash.clone(), one.hash.clone()])
                .await
                .unwrap()
        );
        assert!(!matches(&one.secret, vec![other.hash]).await.unwrap());
        assert!(!matches(&one.secret, Vec::new()).await.unwrap());
        assert!(!matches("", vec![one.hash]).await.unwrap());
    }

    #[test]
    fn the_hash_of_nobody_can_be_computed() {
        assert!(argon2::PasswordHash::new(DUMMY).is_ok());
    }
}
