//! How often a caller may call, kept in memory by each instance and told in the RateLimit headers.

use std::num::NonZeroU32;

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::problem::{Problem, types};

type Keyed =
    RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// Requests a minute for one kind of caller.
struct Bucket {
    name: &'static str,
    per_minute: NonZeroU32,
    state: Keyed,
}

/// What is left of an allowance, for the answer's headers.
pub struct Allowance {
    name: &'static str,
    quota: u32,
    remaining: u32,
}

/// The allowances: by address for anonymous callers and the token endpoint, by client for the rest.
pub struct Limits {
    /// Anonymous reads, by address.
    anonymous_reads: Bucket,
    /// Anonymous registrations and applications, by address.
    anonymous_writes: Bucket,
    /// Requests for tokens, by address and by client.
    tokens: Bucket,
    /// Everything with a token, by caller.
    callers: Bucket,
}

impl Bucket {
    fn new(name: &'static str, per_minute: u32) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        let state = RateLimiter::dashmap(Quota::per_minute(per_minute))
            .with_middleware::<StateInformationMiddleware>();
        Self {
            name,
            per_minute,
            state,
        }
    }

    fn take(&self, key: String) -> Result<Allowance, Problem> {
        let (name, quota) = (self.name, self.per_minute.get());
        match self.state.check_key(&key) {
            Ok(left) => Ok(Allowance {
                name,
                quota,
                remaining: left.remaining_burst_capacity(),
            }),
            Err(until) => {
                let wait = until
                    .wait_time_from(DefaultClock::default().now())
                    .as_secs()
                    + 1;
                Err(Problem::new(
                    &types::TOO_MANY_REQUESTS,
                    format!("At most {quota} a minute"),
                )
                .with_header(header::RETRY_AFTER, wait.to_string())
                .with_header(POLICY, policy(name, quota))
                .with_header(LIMIT, format!("\"{name}\";r=0;t={wait}")))
            }
        }
    }
}

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

fn policy(name: &str, quota: u32) -> String {
    format!("\"{name}\";q={quota};w=60")
}

impl Allowance {
    /// Writes the RateLimit headers (draft-ietf-httpapi-ratelimit-headers).
    pub fn write(&self, headers: &mut HeaderMap) {
        let limit = format!("\"{}\";r={};t=60", self.name, self.remaining);
        for (name, value) in [(POLICY, policy(self.name, self.quota)), (LIMIT, limit)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

impl Limits {
    /// Allowances in requests a minute.
    pub fn new(anonymous_reads: u32, anonymous_writes: u32, tokens: u32, callers: u32) -> Self {
        Self {
            anonymous_reads: Bucket::new("anonymous-reads", anonymous_reads),
            anonymous_writes: Bucket::new("anonymous-writes", anonymous_writes),
            tokens: Bucket::new("tokens", tokens),
            callers: Bucket::new("callers", callers),
        }
    }

    /// A call without a token.
    pub fn anonymous(&self, address: &str, writes: bool) -> Result<Allowance, Problem> {
        let bucket = if writes {
            &self.anonymous_writes
        } else {
            &self.anonymous_reads
        };
        bucket.take(address.to_owned())
    }

    /// A request for a token; `key` is an address or a client.
    pub fn token(&self, key: &str) -> Result<Allowance, Problem> {
        self.tokens.take(key.to_owned())
    }

    /// A call with a token.
    pub fn caller(&self, key: &str) -> Result<Allowance, Problem> {
        self.callers.take(key.to_owned())
    }

    /// How many callers each allowance remembers.
    pub fn counts(&self) -> [(&'static str, usize); 4] {
        [
            &self.anonymous_reads,
            &self.anonymous_writes,
            &self.tokens,
            &self.callers,
        ]
        .map(|bucket| (bucket.name, bucket.state.len()))
    }

    /// Forgets callers that have their whole allowance again.
    pub fn tidy(&self) {
        for bucket in [
            &self.anonymous_reads,
            &self.anonymous_writes,
            &self.tokens,
            &self.callers,
        ] {
            bucket.state.retain_recent();
        }
    }
}
