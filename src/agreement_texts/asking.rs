//! A new wording asks again: it is put to every partner whose agreement is in force on an older one.

use std::pin::Pin;

use uuid::Uuid;

use super::entity::{AgreementTextId, Entity, Status};
use crate::agreements::operations::offer_again;
use crate::http::{Problem, types};
use crate::store::jobs::Job;
use crate::store::{Event, Work};

/// Puts a wording to the partners who agreed to an older one.
pub const ASK_AGAIN: Job = Job {
    kind: "offer-agreement-text",
    run: ask_again,
};

/// How many partners are asked in one change.
const AT_ONCE: u64 = 50;

fn ask_again<'a, 'b>(
    work: &'a mut Work<'b>,
    id: Uuid,
) -> Pin<Box<dyn Future<Output = Result<Option<Event>, Problem>> + Send + 'a>> {
    Box::pin(async move {
        let text = match work.see::<Entity>(AgreementTextId(id)).await {
            Ok(text) => text,
            Err(problem) if *problem.kind() == types::NOT_FOUND => return Ok(None),
            Err(problem) => return Err(problem),
        };
        // A newer one asks for itself.
        if text.status != Status::Published {
            return Ok(None);
        }
        let asked = offer_again(work, &text, AT_ONCE).await?;
        if asked.is_empty() {
            return Ok(None);
        }
        work.later(ASK_AGAIN.kind, id, work.now()).await?;
        let event = Event::of("agreementText.offered", id).within(text.organisation);
        Ok(Some(event.about(asked)))
    })
}
