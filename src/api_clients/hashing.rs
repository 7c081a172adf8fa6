//! Slow hashes (Argon2id in the PHC string format), in memory that is used again.
//!
//! A hash fills 19 MiB. Blocks that come from the allocator for each one stay with whichever threads had
//! them, and add up to far more than is ever in use at once.

use std::sync::{LazyLock, Mutex, PoisonError};

use actix_web::web;
use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use tokio::sync::Semaphore;

use crate::http::Problem;

/// How long a hash may wait for its turn.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Hashes that are computed at the same time.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// Memory that no hash uses just now: as many blocks as there were ever hashes at the same time.
static IDLE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

fn idle() -> std::sync::MutexGuard<'static, Vec<Vec<Block>>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn digest(argon2: &Argon2<'_>, secret: &[u8], salt: &[u8], out: &mut [u8]) -> argon2::Result<()> {
    let mut memory = idle().pop().unwrap_or_default();
    memory.resize(argon2.params().block_count(), Block::default());
    let done = argon2.hash_password_into_with_memory(secret, salt, out, &mut memory[..]);
    idle().push(memory);
    done
}

/// The hash of a secret, with the parameters that the library recommends.
pub fn hash(secret: &[u8], salt: &[u8]) -> Result<String, Problem> {
    let argon2 = Argon2::default();
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    digest(&argon2, secret, salt, &mut out).map_err(Problem::internal)?;
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params()).map_err(Problem::internal)?,
        salt: Some(Salt::new(salt).map_err(Problem::internal)?),
        hash: Some(Output::new(&out).map_err(Problem::internal)?),
    };
    Ok(hash.to_string())
}

/// Whether a hash is of this secret. It was made with the parameters that it names.
pub fn fits(secret: &[u8], hash: &str) -> bool {
    let check = || {
        let hash = PasswordHash::new(hash).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = Version::try_from(hash.version?).ok()?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
        let (salt, kept) = (hash.salt?, hash.hash?);
        let mut out = vec![0; kept.len()];
        digest(&argon2, secret, salt.as_ref(), &mut out).ok()?;
        verify_slices_are_equal(&out, kept.as_ref()).ok()
    };
    check().is_some()
}

/// Computes hashes on the threads for blocking work, when it is their turn.
pub async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let turn = tokio::time::timeout(PATIENCE, TURNS.acquire()).await;
    let Ok(Ok(turn)) = turn else {
        let detail = "Too many secrets wait to be checked just now";
        return Err(Problem::full("too many secrets wait to be hashed", detail));
    };
    // The turn goes along: a caller who goes away does not end the hash, and its memory stays in use.
    let hashed = web::block(move || {
        let done = work();
        drop(turn);
        done
    });
    hashed.await.map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordVerifier;

    use super::*;

    #[test]
    fn the_library_agrees_with_the_hashes_made_here() {
        let made = hash(b"a secret", b"sixteen bytes...").unwrap();
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let argon2 = Argon2::default();
        assert!(argon2.verify_password(b"a secret", made.as_str()).is_ok());
        assert!(fits(b"a secret", &made) && !fits(b"another", &made));
    }

    #[test]
    fn what_is_no_hash_fits_nothing() {
        assert!(!fits(b"", "") && !fits(b"", "$argon2id$v=19$m=19456,t=2,p=1"));
    }
}
