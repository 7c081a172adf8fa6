//! What only this deployment can make or read: cursors, and the answers kept for repeated requests.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;

use super::{Database, deployment};
use crate::http::Problem;

/// The name of the deployment's own secret.
const NAME: &str = "seal";

/// The deployment's own secret. It is made at the first start and kept in the database, so that all
/// instances share it.
#[derive(Clone)]
pub struct Seal(hmac::Key);

impl Seal {
    /// Reads the secret, or makes it.
    pub async fn of(database: &Database) -> Result<Self, Problem> {
        let read = async || -> Result<Option<Vec<u8>>, Problem> {
            let kept = deployment::values(database, NAME).await?;
            Ok(kept
                .into_iter()
                .find(|(name, _)| name == NAME)
                .map(|(_, secret)| secret))
        };
        let secret = match read().await? {
            Some(secret) => secret,
            None => {
                let mut fresh = vec![0u8; 32];
                aws_lc_rs::rand::fill(&mut fresh).map_err(Problem::internal)?;
                deployment::keep_first(database, NAME, fresh).await?;
                // Another instance may have been faster.
                read()
                    .await?
                    .ok_or_else(|| Problem::internal("the seal is missing"))?
            }
        };
        Ok(Self::made_of(&secret))
    }

    /// A seal with a known secret.
    pub(crate) fn made_of(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    fn sign(&self, parts: &[&str]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            // Lengths keep two parts from being read as one.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        context.sign()
    }

    /// The key for one purpose and what it is bound to.
    fn cipher(&self, bound_to: &[&str]) -> Result<RandomizedNonceKey, Problem> {
        let key = self.sign(bound_to);
        RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).map_err(Problem::internal)
    }

    /// A keyed hash of some parts: equal parts have equal ones, and without the secret nobody can try which.
    pub fn keyed(&self, parts: &[&str]) -> Vec<u8> {
        self.sign(parts).as_ref().to_vec()
    }

    /// Encrypts bytes. They open here only, and only for the purpose and whatever else they are bound to.
    pub fn close(&self, bound_to: &[&str], mut bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
        let nonce = self
            .cipher(bound_to)?
            .seal_in_place_append_tag(Aad::empty(), &mut bytes)
            .map_err(Problem::internal)?;
        bytes.extend_from_slice(nonce.as_ref());
        Ok(bytes)
    }

    /// Decrypts what [`Seal::close`] made; nothing for anything else.
    pub fn open(&self, bound_to: &[&str], mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let at = bytes.len().checked_sub(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(&bytes.split_off(at)).ok()?;
        let cipher = self.cipher(bound_to).ok()?;
        let plain = cipher.open_in_place(nonce, Aad::empty(), &mut bytes).ok()?;
        Some(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seal() -> Seal {
        Seal::made_of(b"a secret of thirty-two bytes....")
    }

    fn slices(parts: &[String]) -> Vec<&str> {
        parts.iter().map(String::as_str).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn what_was_closed_opens_for_what_it_was_bound_to_only(
            mine in prop::collection::vec("[ab\u{0}]{0,3}", 0..4),
            other in prop::collection::vec("[ab\u{0}]{0,3}", 0..4),
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let closed = seal().close(&slices(&mine), bytes.clone()).unwrap();
            prop_assert_eq!(seal().open(&slices(&mine), closed.clone()), Some(bytes));
            prop_assert_eq!(seal().open(&slices(&other), closed.clone()).is_some(), mine == other);
            prop_assert_eq!(Seal::made_of(b"another").open(&slices(&mine), closed), None);
        }

        #[test]
        fn altered_or_shortened_it_does_not_open(
            bytes in prop::collection::vec(any::<u8>(), 0..60),
            at in any::<prop::sample::Index>(),
            bit in 0..8u8,
        ) {
            let closed = seal().close(&["test"], bytes).unwrap();
            let at = at.index(closed.len());
            let mut altered = closed.clone();
            altered[at] ^= 1 << bit;
            prop_assert_eq!(seal().open(&["test"], altered), None);
            prop_assert_eq!(seal().open(&["test"], closed[..at].to_vec()), None);
        }
    }
}
