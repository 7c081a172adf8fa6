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
use crate::applications::operations::close_round;
use crate::applications::people::applied_among;
use crate::http::{FieldError, IfMatch, Problem, types};
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

/// Takes an opportunity back to a draft; an approval lapses. What is published is taken down, so that new
/// terms are approved before anybody reads them.
pub async fn return_to_draft(
    caller: &Caller<DraftOpportunities>,
    id: OpportunityId,
    seen: IfMatch,
) -> Result<Opportunity, Problem> {
    let may_publish = caller
        .principal()
        .grants
        .contains_key(PublishOpportunities::SCOPE);
    take(
        caller,
        id,
        seen,
        ("return-to-draft", "opportunity.returned"),
        async |_, before, row| {
            let live = matches!(before.status, Status::Published | Status::Paused);
            if live && !may_publish {
                let detail = format!(
                    "What is published is taken back by someone who holds `{}`",
                    PublishOpportunities::SCOPE
                );
                return Err(Problem::new(&types::SAME_PERSON, detail));
            }
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
            let approver = must_be_second(work, before)?;
            must_hold(guards::before_approval(before))?;
            row.approved_by = Set(Some(work.actor()));
            row.approved_at = Set(Some(work.now()));
            if applied_among(work, id, &[approver]).await?.is_empty() {
                let mut panel = before.panel.0.clone();
                panel.push(approver);
                row.panel.set_if_not_equals(Stored(each_once(panel)));
            }
            Ok(NOBODY)
        },
    )
    .await
}

/// The caller, who is a person and wrote nothing of what was changed since the last publication.
fn must_be_second(work: &Work<'_>, row: &Model) -> Result<UserId, Problem> {
    let detail = "Somebody else than its authors approves and publishes an opportunity";
    work.second_person(&row.authors.0, detail).map(UserId)
}

/// Publishes an opportunity, and sees to it that it closes in time. Published again, it may have new terms.
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
            must_be_second(work, before)?;
            must_hold(guards::before_publication(before, work.now()))?;
            must_take_opportunities(work, before.workstream_id).await?;
            if before.opens_at.is_none() {
                row.opens_at = Set(Some(work.now()));
            }
            row.authors.set_if_not_equals(Stored(Vec::new()));
            close_later(work, id, before.closes_at).await?;
            if before.published_at.is_some() {
                let (revision, told) = revisions::follow(work, before).await?;
                row.revision.set_if_not_equals(revision);
                return Ok(told);
            }
            row.published_at = Set(Some(work.now()));
            revisions::begin(work, before).await?;
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
            rounds::must_have_ended(work, before, true).await?;
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
            rounds::must_have_ended(work, before, false).await?;
            Ok(NOBODY)
        },
    )
    .await
}

/// Puts a round that is over on record. Somebody can have been taken from the reserve list since it ended,
/// so it is looked at again.
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
        async |work, before, _| {
            rounds::must_be_finished(work, before).await?;
            rounds::must_have_appointed(work, before).await?;
            Ok(NOBODY)
        },
    )
    .await
}

/// Takes an opportunity back for good: every open application gets its outcome, and everyone who applied
/// is told.
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
            // What was public stays to be read, with the reason: nobody reads what nobody approved.
            if before.published_at.is_some() && before.approved_at.is_none() {
                let message = "what was public has been rewritten; it is approved again first";
                let unapproved = FieldError::new("/approvedAt", "required", message);
                return Err(Problem::unmet(
                    "An opportunity is withdrawn as it was approved",
                    vec![unapproved],
                ));
            }
            row.withdrawal_reason = Set(Some(reason.into()));
            let told = rounds::tell(work, before, "opportunityWithdrawn", []).await?;
            close_round(work, id).await?;
            Ok(told)
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
