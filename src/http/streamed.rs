//! A body that is worked on while it comes, and is never whole in memory.

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use aws_lc_rs::digest::{Context as Digest, SHA256};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::arrival::{LONGEST, Pace, Shared, at_most, late, rest_of, soon};
use super::body::expect_one_of;
use super::extract::Context;
use super::gate::Place;
use super::problem::{Problem, types};

/// A body that has not been read.
pub struct Streamed {
    request: HttpRequest,
    payload: Shared,
}

impl FromRequest for Streamed {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            request: request.clone(),
            payload: Rc::new(RefCell::new(payload.take())),
        }))
    }
}

impl Streamed {
    /// Which of these media types it has; none other is taken.
    pub fn kind<'a>(&self, taken: &[&'a str]) -> Result<&'a str, Problem> {
        expect_one_of(&self.request, taken, "accept")
    }

    /// Hands the body over piece by piece, and answers its digest. It may be so long at the most.
    pub async fn each(
        self,
        most: u64,
        mut take: impl AsyncFnMut(Bytes) -> Result<(), Problem>,
    ) -> Result<[u8; 32], Problem> {
        let Self { request, payload } = self;
        let too_large = || {
            let detail = format!("A body may have {most} bytes at the most");
            Problem::new(&types::CONTENT_TOO_LARGE, detail)
        };
        let declared = request.headers().get(header::CONTENT_LENGTH);
        let declared = declared.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let context = Context::of(&request);
        // The time until it is there is the caller's: others may work meanwhile.
        let seat = request.extensions().get::<Rc<Place>>().cloned();
        if let Some(seat) = &seat {
            seat.leave();
        }
        context.receiving.set(true);
        let arriving = async {
            let (mut digest, mut pace) = (Digest::new(&SHA256), Pace::start());
            let mut pieces = at_most(payload.clone(), most);
            while let Some(piece) = soon(pieces.next()).await? {
                let piece = piece.map_err(|error| match error {
                    PayloadError::Overflow => too_large(),
                    _ => Problem::new(
                        &types::MALFORMED_REQUEST,
                        "The body ended before it was complete",
                    ),
                })?;
                pace.goes_on(piece.len())?;
                digest.update(&piece);
                take(piece).await?;
            }
            let mut whole = [0; 32];
            whole.copy_from_slice(digest.finish().as_ref());
            Ok(whole)
        };
        let arrived = timeout(LONGEST, arriving).await;
        let arrived = arrived.unwrap_or_else(|_| Err(late()));
        // Who has stalled is not waited for again.
        if let Err(problem) = &arrived
            && *problem.kind() != types::REQUEST_TIMEOUT
        {
            rest_of(&payload).await;
        }
        context.receiving.set(false);
        if let Some(seat) = seat {
            seat.take()?;
        }
        let digest = arrived?;
        let _ = context.body_digest.set(digest);
        Ok(digest)
    }
}
