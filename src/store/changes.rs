//! How many changes there were of each kind of record, made by this instance.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// The counts. A change is counted before whoever made it is told that it is done.
#[derive(Default)]
pub struct Changes(RwLock<HashMap<&'static str, u64>>);

impl Changes {
    /// So many, of this kind.
    pub fn of(&self, noun: &str) -> u64 {
        let counts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        counts.get(noun).copied().unwrap_or_default()
    }

    /// One more, of each of these kinds.
    pub(super) fn happened(&self, nouns: impl IntoIterator<Item = &'static str>) {
        let mut counts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for noun in nouns {
            *counts.entry(noun).or_default() += 1;
        }
    }
}
