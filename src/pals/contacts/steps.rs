//! The steps of a contact. What they answer never tells what was said: that takes opening the record.

use sea_orm::{IntoActiveModel, Set};

use super::clock::{Pause, due_on, stands_for};
use super::consent::{Consent, check};
use super::entity::{ActiveModel, Entity, Kind, Model, PalsContactId};
use super::inputs::{
    EscalateContact, PauseContact, RecordConsent, ReopenContact, Reopening, ResolveContact,
};
use super::operations::unfit_owner;
use super::views::PalsContact;
use crate::access::Caller;
use crate::access::permissions::HandlePalsContacts;
use crate::http::{FieldError, IfMatch, Problem};
use crate::insights::take_back_from;
use crate::lifecycle::Lifecycle;
use crate::pals::targets::operations::working_days;
use crate::partners::without_nhs_number;
use crate::provenance::NodeKind;
use crate::store::{Event, Work};
use crate::users::UserId;
use crate::values::{Reason, Stored};

/// How often the clock of one contact stands, and how often it is reopened: then it should be handed over.
const MOST: usize = 100;

type Handling = Caller<HandlePalsContacts>;

/// Takes a step of a contact that the caller may handle; `apply` says what else changes.
async fn step(
    caller: &Handling,
    id: PalsContactId,
    seen: &IfMatch,
    (verb, action): (&'static str, &'static str),
    apply: impl AsyncFnOnce(&mut Work<'_>, &Model, &mut ActiveModel) -> Result<(), Problem>,
) -> Result<PalsContact, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let next = before.status.after(verb)?;
            let mut row = before.clone().into_active_model();
            row.status.set_if_not_equals(next);
            // Whatever ends a wait lets the clock run.
            if stands_for(before.status).is_some() && stands_for(next).is_none() {
                let mut pauses = before.pauses.0.clone();
                let now = work.now();
                if let Some(pause) = pauses.last_mut() {
                    pause.until = pause.until.or(Some(now));
                }
                row.due_on.set_if_not_equals(due_on(
                    before.clock_from,
                    before.target_days,
                    &pauses,
                ));
                row.pauses.set_if_not_equals(Stored(pauses));
            }
            apply(work, &before, &mut row).await?;
            let row = work.step::<Entity>(row, seen).await?;
            Ok((row.into(), Event::of(action, id)))
        })
        .await
}

/// Begins to see to a contact; whoever begins owns it, if nobody does.
pub async fn start(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
) -> Result<PalsContact, Problem> {
    let taken = ("start", "palsContact.started");
    step(caller, id, &seen, taken, async |work, before, row| {
        if before.owner_id.is_some() {
            return Ok(());
        }
        let owner = UserId(work.authority().person()?);
        match unfit_owner(work, before, owner).await? {
            Some(error) => Err(Problem::unmet("Somebody else has to own it", vec![error])),
            None => {
                row.owner_id = Set(Some(owner));
                Ok(())
            }
        }
    })
    .await
}

/// The clock stands from now on.
fn pause(
    work: &Work<'_>,
    before: &Model,
    row: &mut ActiveModel,
    reason: Reason,
) -> Result<(), Problem> {
    let status = row.status.try_as_ref().copied();
    let waiting_for = status
        .and_then(stands_for)
        .ok_or_else(|| Problem::internal("a pause in a state in which the clock runs"))?;
    without_nhs_number([("/reason", Some(reason.as_str()))])?;
    let mut pauses = before.pauses.0.clone();
    if pauses.len() >= MOST {
        let full = FieldError::new(
            "/reason",
            "tooMany",
            "the clock has stood 100 times already",
        );
        return Err(Problem::unmet("No more pauses fit here", vec![full]));
    }
    pauses.push(Pause {
        waiting_for,
        reason,
        since: work.now(),
        until: None,
    });
    row.due_on
        .set_if_not_equals(due_on(before.clock_from, before.target_days, &pauses));
    row.pauses = Set(Stored(pauses));
    Ok(())
}

/// Waits for whoever brought it.
pub async fn await_caller(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
    why: PauseContact,
) -> Result<PalsContact, Problem> {
    let taken = ("await-caller", "palsContact.pausedForCaller");
    step(caller, id, &seen, taken, async |work, before, row| {
        if before.anonymous {
            let message = "whoever stays anonymous cannot be asked";
            let nobody = FieldError::new("/caller", "anonymous", message);
            return Err(Problem::unmet("There is nobody to wait for", vec![nobody]));
        }
        pause(work, before, row, why.reason)
    })
    .await
}

/// Waits for a service, while the clock runs on.
pub async fn await_service(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
) -> Result<PalsContact, Problem> {
    let taken = ("await-service", "palsContact.serviceAsked");
    step(caller, id, &seen, taken, async |_, _, _| Ok(())).await
}

/// Waits for the person concerned to say whether they consent.
pub async fn await_consent(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
    why: PauseContact,
) -> Result<PalsContact, Problem> {
    let taken = ("await-consent", "palsContact.pausedForConsent");
    step(caller, id, &seen, taken, async |work, before, row| {
        if before.consent != Consent::Pending {
            let settled = FieldError::new("/consent", "settled", "nobody is asked for consent");
            return Err(Problem::unmet("No consent is pending", vec![settled]));
        }
        pause(work, before, row, why.reason)
    })
    .await
}

/// Goes on, once there is an answer.
pub async fn resume(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
) -> Result<PalsContact, Problem> {
    let taken = ("resume", "palsContact.resumed");
    step(caller, id, &seen, taken, async |_, _, _| Ok(())).await
}

/// Records whether the person concerned consents. Without consent, nothing of them is kept.
pub async fn record_consent(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
    said: RecordConsent,
) -> Result<PalsContact, Problem> {
    let taken = ("record-consent", "palsContact.consentRecorded");
    step(caller, id, &seen, taken, async |work, before, row| {
        let RecordConsent { consents, given } = said;
        let consent = match consents {
            true => Consent::Obtained,
            false => Consent::Refused,
        };
        let mut wrong = check(before.relationship, consent, given, None);
        for error in &mut wrong {
            if error.pointer == "/consentGiven" {
                error.pointer = "/given".to_owned();
            } else {
                error.pointer = "/consents".to_owned();
            }
        }
        if !wrong.is_empty() {
            return Err(Problem::fields(wrong));
        }
        row.consent.set_if_not_equals(consent);
        row.consent_given.set_if_not_equals(given);
        row.consent_at = Set(Some(work.now()));
        if consent == Consent::Refused {
            let reason = "The person that it is about does not consent.";
            take_back_from(work, NodeKind::PalsContact, id.into(), reason).await?;
        }
        if !consent.lets_keep() {
            row.third_party.set_if_not_equals(None);
        }
        Ok(())
    })
    .await
}

/// Records what came of it.
pub async fn resolve(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
    resolved: ResolveContact,
) -> Result<PalsContact, Problem> {
    let taken = ("resolve", "palsContact.resolved");
    step(caller, id, &seen, taken, async |work, before, row| {
        let mut unmet = Vec::new();
        if before.kind == Kind::Complaint {
            let message = "a complaint is handed over with `escalate`";
            unmet.push(FieldError::new("/kind", "complaint", message));
        }
        if before.consent == Consent::Pending {
            let message = "record first whether the person concerned consents";
            unmet.push(FieldError::new("/consent", "pending", message));
        }
        if !unmet.is_empty() {
            return Err(Problem::unmet(
                "This cannot be resolved here and now",
                unmet,
            ));
        }
        without_nhs_number([("/outcome", Some(resolved.outcome.as_str()))])?;
        row.outcome = Set(Some(resolved.outcome));
        row.resolved_at = Set(Some(work.now()));
        Ok(())
    })
    .await
}

/// Closes it: whoever brought it has the outcome.
pub async fn close(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
) -> Result<PalsContact, Problem> {
    let taken = ("close", "palsContact.closed");
    step(caller, id, &seen, taken, async |work, _, row| {
        row.closed_at = Set(Some(work.now()));
        Ok(())
    })
    .await
}

/// Reopens what is not settled after all. The clock starts anew.
pub async fn reopen(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
    why: ReopenContact,
) -> Result<PalsContact, Problem> {
    let taken = ("reopen", "palsContact.reopened");
    step(caller, id, &seen, taken, async |work, before, row| {
        without_nhs_number([("/reason", Some(why.reason.as_str()))])?;
        let mut reopenings = before.reopenings.0.clone();
        if reopenings.len() >= MOST {
            let full = FieldError::new("/reason", "tooMany", "it was reopened 100 times already");
            return Err(Problem::unmet("It cannot be reopened again", vec![full]));
        }
        reopenings.push(Reopening {
            at: work.now(),
            reason: why.reason,
        });
        let today = work.today();
        let target = working_days(work, &before.organisation, before.kind, today).await?;
        row.reopenings = Set(Stored(reopenings));
        row.target_days.set_if_not_equals(target);
        row.clock_from.set_if_not_equals(today);
        row.due_on
            .set_if_not_equals(due_on(today, target, &before.pauses.0));
        row.resolved_at.set_if_not_equals(None);
        row.closed_at.set_if_not_equals(None);
        Ok(())
    })
    .await
}

/// Hands it over as a complaint, and keeps under which reference that goes on.
pub async fn escalate(
    caller: &Handling,
    id: PalsContactId,
    seen: IfMatch,
    handed: EscalateContact,
) -> Result<PalsContact, Problem> {
    let taken = ("escalate", "palsContact.escalated");
    step(caller, id, &seen, taken, async |work, _, row| {
        let EscalateContact {
            complaint_reference,
            reason,
        } = handed;
        without_nhs_number([
            ("/complaintReference", Some(complaint_reference.as_str())),
            ("/reason", Some(reason.as_str())),
        ])?;
        row.complaint_reference = Set(Some(complaint_reference));
        row.escalation_reason = Set(Some(reason));
        row.escalated_at = Set(Some(work.now()));
        Ok(())
    })
    .await
}
