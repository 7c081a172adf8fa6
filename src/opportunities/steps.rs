//! The steps of an opportunity's lifecycle.

use std::pin::Pin;

use chrono::{DateTime, Utc};
use sea_orm::{IntoActiveModel, Set};
use uuid::Uuid;

use super::entity::{ActiveModel, Entity, Model, OpportunityId};
use super::input::{Extension, Withdrawal};
use super::operations::{each_once, must_hold, must_take_opportunities};
use super::status::Status;
use super::views::Opportunity;
use super::{guards, index, revisions, rounds};
use crate::access::permissions::{ApproveOpportunities, DraftOpportunities, PublishOpportunities};
use crate::access::{Caller, Permission};
use crate::http::{IfMatch, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::store::jobs::Job;
use crate::store::{Event, Work};
use crate::users::UserId;
use crate::values::Stored;

/// Closes an opportunity at its closing time.
pub const CLOSE: Job = Job {
    kind: "close-opportunity",
    run: close_in_time,
};

/// The partners who are told of a step.
type Told = Vec<Uuid>;
const NOBODY: Told = Vec::new();

/// Takes a step: the state has to allow it, then `prepare` checks what it needs and does what belongs
/// to it.
async fn take<P: Permission>(
    caller: &Caller<P>,
    id: OpportunityId,
    seen: IfMatch,
    (verb, event): (&'static str, &'static str),
    prepare: impl AsyncFnOnce(&mut Work<'_>, &Model, &mut ActiveModel) -> Result<Told, Problem>,
) -> Result<Opportunity, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let present = row.status_at(work.now());
            let next = present.after(verb)?;
            let mut changed = row.clone().into_active_model();
            changed.status.set_if_not_equals(next);
            if present != row.status {
                changed.closed_at = Set(row.closes_at);
            }
            let told = prepare(work, &row, &mut changed).await?;
            let panel_changes = changed.panel.is_set();
            let row = work.step::<Entity>(changed, &seen).await?;
            if panel_changes {
                index::seat(work, &row).await?;
            }
            Ok((
                Opportunity::seen(row, work.now(), true),
                Event::of(event, id).about(told),
            ))
        })
        .await
}

/// Sends a draft for review.
pub async fn submit(
    caller: &Caller<DraftOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("submit-for-review", "opportunity.submitted"),
        async |_, _, _| Ok(NOBODY),
    )
    .await
}

/// Takes an opportunity back to a draft; an approval lapses.
pub async fn return_to_draft(
    caller: &Caller<DraftOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("return-to-draft", "opportunity.returned"),
        async |_, _, row| {
            row.approved_by.set_if_not_equals(None);
            row.approved_at.set_if_not_equals(None);
            Ok(NOBODY)
        },
    )
    .await
}

/// Approves somebody else's opportunity; who approves joins the panel.
pub async fn approve(
    caller: &Caller<ApproveOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("approve", "opportunity.approved"),
        async |work, before, row| {
            let actor = work.actor();
            if before.author == actor {
                let detail = "Somebody else than the author approves an opportunity";
                return Err(Problem::new(&types::SAME_PERSON, detail));
            }
            must_hold(guards::before_approval(before))?;
            row.approved_by = Set(Some(actor));
            row.approved_at = Set(Some(work.now()));
            let mut panel = before.panel.0.clone();
            panel.extend(work.authority().scope.user.map(UserId));
            row.panel.set_if_not_equals(Stored(each_once(panel)));
            Ok(NOBODY)
        },
    )
    .await
}

/// Publishes an opportunity, and sees to it that it closes in time.
pub async fn publish(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("publish", "opportunity.published"),
        async |work, before, row| {
            must_hold(guards::before_publication(before, work.now()))?;
            must_take_opportunities(work, before.workstream_id).await?;
            if before.opens_at.is_none() {
                row.opens_at = Set(Some(work.now()));
            }
            row.published_at = Set(Some(work.now()));
            revisions::begin(work, before).await?;
            close_later(work, id, before.closes_at).await?;
            Ok(NOBODY)
        },
    )
    .await
}

/// Takes a published opportunity down for a while.
pub async fn pause(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("pause", "opportunity.paused"),
        async |_, _, _| Ok(NOBODY),
    )
    .await
}

/// Puts a paused opportunity up again.
pub async fn resume(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("resume", "opportunity.resumed"),
        async |_, _, _| Ok(NOBODY),
    )
    .await
}

/// Moves the closing time to a later one.
pub async fn extend(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
    extension: Extension,
) -> Result<Opportunity, Problem> {
    let Extension { closes_at } = extension;
    take(
        caller,
        id,
        seen,
        ("extend", "opportunity.extended"),
        async |work, before, row| {
            if before.closes_at.is_some_and(|present| closes_at <= present) {
                return Err(Problem::field(
                    "/closesAt",
                    "order",
                    "later than the present closing time",
                ));
            }
            row.closes_at = Set(Some(closes_at));
            close_later(work, id, Some(closes_at)).await?;
            Ok(NOBODY)
        },
    )
    .await
}

/// Closes an opportunity before its time.
pub async fn close(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("close", "opportunity.closed"),
        async |work, _, row| {
            row.closed_at = Set(Some(work.now()));
            Ok(NOBODY)
        },
    )
    .await
}

/// Begins to look at the applications.
pub async fn start_shortlisting(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    let step = ("start-shortlisting", "opportunity.shortlisting-started");
    take(caller, id, seen, step, async |_, _, _| Ok(NOBODY)).await
}

/// Ends the round: partners were found, and everybody has an answer.
pub async fn fill(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("fill", "opportunity.filled"),
        async |work, before, _| {
            rounds::must_be_finished(work, before).await?;
            Ok(NOBODY)
        },
    )
    .await
}

/// Ends the round: nobody was found, and everybody has an answer.
pub async fn leave_unfilled(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("leave-unfilled", "opportunity.left-unfilled"),
        async |work, before, _| {
            rounds::must_be_finished(work, before).await?;
            Ok(NOBODY)
        },
    )
    .await
}

/// Puts a round that is over on record.
pub async fn archive(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    take(
        caller,
        id,
        seen,
        ("archive", "opportunity.archived"),
        async |_, _, _| Ok(NOBODY),
    )
    .await
}

/// Takes an opportunity back for good, and tells everyone who applied.
pub async fn withdraw(
    caller: &Caller<PublishOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
    withdrawal: Withdrawal,
) -> Result<Opportunity, Problem> {
    let Withdrawal { reason } = withdrawal;
    take(
        caller,
        id,
        seen,
        ("withdraw", "opportunity.withdrawn"),
        async |work, before, row| {
            row.withdrawal_reason = Set(Some(reason.into()));
            rounds::tell(work, before, "opportunityWithdrawn", []).await
        },
    )
    .await
}

async fn close_later(
    work: &Work<'_>,
    id: OpportunityId,
    closes_at: Option<DateTime<Utc>>,
) -> Result<(), Problem> {
    match closes_at {
        Some(due) => work.later(CLOSE.kind, id, due).await,
        None => Ok(()),
    }
}

type Closing<'a> = Pin<Box<dyn Future<Output = Result<Option<Event>, Problem>> + Send + 'a>>;

/// Writes down that the closing time has passed. Early, after an extension, or a second time there is
/// nothing to do.
fn close_in_time<'a>(work: &'a mut Work<'_>, id: Uuid) -> Closing<'a> {
    Box::pin(async move {
        let row = work.get(OpportunityId(id)).await?;
        if row.status_at(work.now()) == row.status {
            return Ok(None);
        }
        let organisation = row.organisation.clone();
        let closes_at = row.closes_at;
        let mut row = row.into_active_model();
        row.status = Set(Status::Closed);
        row.closed_at = Set(closes_at);
        work.step::<Entity>(row, &IfMatch::Any).await?;
        Ok(Some(
            Event::of("opportunity.closed", id).within(organisation),
        ))
    })
}
