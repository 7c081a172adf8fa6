//! What arrives over some time: the pace that is asked of it, and what is done when it stalls.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::stream::poll_fn;
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

use super::body::PATIENCE;
use super::problem::{Problem, types};

/// How much is still read of what is refused, in bytes, and for how long.
const REST: usize = 8 * 1024 * 1024;
const LISTENING: Duration = Duration::from_secs(2);
/// How long anything may take at the most.
pub const LONGEST: Duration = Duration::from_secs(60 * 60);
/// For how long any pace is good enough, and the slowest one after that, in bytes a second.
const START: Duration = Duration::from_secs(30);
const SLOWEST: u64 = 8 * 1024;

/// Waits for what comes next, but not for long.
pub async fn soon<T>(next: impl Future<Output = T>) -> Result<T, Problem> {
    timeout(PATIENCE, next).await.map_err(|_| late())
}

/// The problem that a body is too slow.
pub fn late() -> Problem {
    let detail = format!(
        "The file did not go on within {} seconds, or went on too slowly",
        PATIENCE.as_secs()
    );
    Problem::new(&types::REQUEST_TIMEOUT, detail)
}

/// The pace of something that arrives.
pub struct Pace {
    started: Instant,
    length: u64,
}

impl Pace {
    /// From now on.
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            length: 0,
        }
    }

    /// Some more bytes have come.
    pub fn goes_on(&mut self, bytes: usize) -> Result<(), Problem> {
        self.length += bytes as u64;
        let elapsed = self.started.elapsed();
        match elapsed > START && self.length / elapsed.as_secs().max(1) < SLOWEST {
            true => Err(late()),
            false => Ok(()),
        }
    }
}

/// A payload, which is read on when what it belongs to is given up.
pub type Shared = Rc<RefCell<Payload>>;

/// The payload, up to a length.
pub fn at_most(
    payload: Shared,
    most: u64,
) -> impl Stream<Item = Result<Bytes, PayloadError>> + 'static {
    let mut length = 0;
    let next = poll_fn(move |context| payload.borrow_mut().poll_next_unpin(context));
    next.map(move |bytes| {
        let bytes = bytes?;
        length += bytes.len() as u64;
        match length > most {
            true => Err(PayloadError::Overflow),
            false => Ok(bytes),
        }
    })
}

/// Reads a little of what still comes of something that is refused: who is still sending does not hear the answer.
pub async fn rest_of(payload: &Shared) {
    let reading = async {
        let mut left = REST;
        let mut rest = at_most(payload.clone(), u64::MAX);
        while let Some(Ok(bytes)) = rest.next().await {
            match left.checked_sub(bytes.len()) {
                Some(less) => left = less,
                None => return,
            }
        }
    };
    let _ = timeout(LISTENING, reading).await;
}
