//! Answers for everyone: lists that callers without a token ask for, kept for as long as they are true.
//!
//! A web page that many people open asks for the same list again and again. Its answer is kept as it was
//! sent, until a change here touches what it tells of, and for a second at the most: other instances make
//! changes too, and what is published until a time is over when the time has come.

use std::sync::Arc;

use actix_web::web::Bytes;
use chrono::{DateTime, Duration, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;

use super::page::Page;
use super::problem::Problem;

/// A page as it is sent.
#[derive(Clone)]
pub struct Sent {
    /// The JSON text.
    pub body: Bytes,
    /// The cursor of the next page.
    pub next: Option<String>,
}

impl Sent {
    /// Writes a page.
    pub fn of<T: Serialize>(page: &Page<T>) -> Result<Self, Problem> {
        let body = serde_json::to_vec(page).map_err(Problem::internal)?;
        let next = page.next.clone();
        Ok(Self {
            body: body.into(),
            next,
        })
    }
}

#[derive(Clone)]
struct Kept {
    sent: Arc<Sent>,
    changes: u64,
    at: DateTime<Utc>,
}

#[derive(Clone)]
struct Size;

impl Weighter<String, Kept> for Size {
    fn weight(&self, asked: &String, kept: &Kept) -> u64 {
        (asked.len() + kept.sent.body.len() + 200) as u64
    }
}

/// Bytes that kept answers may take.
const MOST: u64 = 8 * 1024 * 1024;

/// The answers that are kept, by what was asked.
pub struct Answers(Cache<String, Kept, Size>);

impl Default for Answers {
    fn default() -> Self {
        Self(Cache::with_weighter(500, MOST, Size))
    }
}

/// How long an answer is kept.
const LASTS: Duration = Duration::milliseconds(900);

impl Answers {
    /// The answer, if it is kept and still true.
    pub fn get(&self, asked: &str, changes: u64, now: DateTime<Utc>) -> Option<Arc<Sent>> {
        let kept = self.0.get(asked)?;
        let age = now - kept.at;
        let lasts = age >= Duration::zero() && age < LASTS && kept.changes == changes;
        lasts.then_some(kept.sent)
    }

    /// Keeps an answer that was read after so many changes had been made.
    pub fn keep(&self, asked: String, changes: u64, at: DateTime<Utc>, sent: Arc<Sent>) {
        let kept = Kept { sent, changes, at };
        self.0.insert(asked, kept);
    }
}
