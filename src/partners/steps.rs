//! The steps of a partner's lifecycle.

use sea_orm::{IntoActiveModel, Set};

use super::entity::{
    ActiveModel, Entity, Model, PartnerEndReason, PartnerId, PartnerStatus, Proposal,
};
use super::inputs::{Ending, ProposedStep};
use super::views::Partner;
use super::{leaving, messages, operations};
use crate::access::Caller;
use crate::access::permissions::{AdmitPartners, ManagePartners, RecordDeaths, SuspendPartners};
use crate::http::{FieldError, IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::peer_support;
use crate::store::{Event, Work};
use crate::values::Stored;

/// Saves a step, and says what happened.
async fn saved(
    work: &mut Work<'_>,
    row: ActiveModel,
    seen: &IfMatch,
    event: &'static str,
) -> Result<(Partner, Event), Problem> {
    let row = work.step::<Entity>(row, seen).await?;
    let event = Event::of(event, row.id).about([row.id]);
    Ok((row.into(), event))
}

fn at(partner: Model, status: PartnerStatus) -> ActiveModel {
    let mut row = partner.into_active_model();
    row.status = Set(status);
    row
}

/// Turns an enquirer into a registered partner.
pub async fn register(
    caller: &Caller<ManagePartners>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    plain(caller, id, seen, "register", "partner.admitted").await
}

/// Lets a registered partner take part.
pub async fn activate(
    caller: &Caller<AdmitPartners>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            let status = partner.status.after("activate")?;
            if partner.privacy_notice_version.is_none() {
                let detail = "The partner has not acknowledged the privacy notice";
                return Err(Problem::unmet(detail, vec![operations::notice_needed()]));
            }
            peer_support::invite(work, &partner).await?;
            saved(work, at(partner, status), &seen, "partner.activated").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Gives a partner a break. They aren't asked why; only replies reach them, and what waits to be sent
/// to them is not sent.
pub async fn pause(
    caller: &Caller<ManagePartners>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            let status = partner.status.after("pause")?;
            messages::operations::cancel(work, id, messages::Sparing::Replies).await?;
            saved(work, at(partner, status), &seen, "partner.paused").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Ends a break.
pub async fn resume(
    caller: &Caller<ManagePartners>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            let status = partner.status.after("resume")?;
            let row = at(partner.clone(), status);
            back(work, partner, row, &seen, "partner.resumed").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Lets somebody take part again: who had a break when the peer support network came is invited to it now.
async fn back(
    work: &mut Work<'_>,
    partner: Model,
    row: ActiveModel,
    seen: &IfMatch,
    event: &'static str,
) -> Result<(Partner, Event), Problem> {
    let done = saved(work, row, seen, event).await?;
    // Saved before: what is queued for somebody who has a break does not reach them.
    peer_support::invite(work, &partner).await?;
    Ok(done)
}

async fn plain(
    caller: &Caller<ManagePartners>,
    id: PartnerId,
    seen: IfMatch,
    verb: &'static str,
    event: &'static str,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            let status = partner.status.after(verb)?;
            saved(work, at(partner, status), &seen, event).await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Ends a partner's involvement: applications are withdrawn, appointments and routes end, shares are
/// revoked, nothing that waits is sent. After a death no consent stands either.
pub async fn end(
    caller: &Caller<ManagePartners>,
    id: PartnerId,
    seen: IfMatch,
    ending: Ending,
) -> Result<Partner, Problem> {
    let Ending { reason } = ending;
    reason.given_by(caller.scope())?;
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            let status = partner.status.after("end")?;
            leaving::end_roles(work, id, reason).await?;
            messages::operations::cancel(work, id, messages::Sparing::Nothing).await?;
            if reason == PartnerEndReason::Deceased {
                leaving::fall_silent(work, id).await?;
            }
            leaving::end_enrolments(work, id).await?;
            leaving::revoke_shares(work, id).await?;
            let mut row = at(partner, status);
            row.end_reason = Set(Some(reason));
            saved(work, row, &seen, "partner.ended").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Records a death that was learned of after the involvement had ended.
pub async fn record_death(
    caller: &Caller<RecordDeaths>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            partner.status.after("record-death")?;
            leaving::fall_silent(work, id).await?;
            let mut row = partner.into_active_model();
            row.end_reason
                .set_if_not_equals(Some(PartnerEndReason::Deceased));
            saved(work, row, &seen, "partner.deathRecorded").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Proposes a suspension with a written reason. Another person confirms it with `suspend`; until then
/// nothing changes for the partner. A new proposal takes the place of one that waits.
pub async fn propose_suspension(
    caller: &Caller<SuspendPartners>,
    id: PartnerId,
    seen: IfMatch,
    proposed: ProposedStep,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            partner.status.after("suspend")?;
            let mut row = partner.into_active_model();
            row.suspension = Set(Some(Stored(proposal(work, proposed)?)));
            saved(work, row, &seen, "partner.suspensionProposed").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// A proposal of the caller's, who is a person: who proposes through an API client could confirm alone.
pub fn proposal(work: &Work<'_>, proposed: ProposedStep) -> Result<Proposal, Problem> {
    work.authority().person()?;
    Ok(Proposal {
        reason: proposed.reason.into(),
        proposed_by: work.actor(),
        proposed_at: work.now(),
        confirmed_by: None,
        confirmed_at: None,
    })
}

/// The same proposal, confirmed by the caller, who has to be a person, and somebody else.
pub fn confirmed(
    work: &Work<'_>,
    proposal: Option<Stored<Proposal>>,
    how: &str,
) -> Result<Proposal, Problem> {
    work.authority().person()?;
    let waiting = proposal.filter(|one| one.0.confirmed_at.is_none());
    let Some(Stored(proposal)) = waiting else {
        let message = format!("another person has to propose it first: {how}");
        let errors = vec![FieldError::new("", "notProposed", message)];
        return Err(Problem::unmet("Nobody has proposed this", errors));
    };
    let detail = "You proposed this; another person has to confirm it";
    work.second_person([&proposal.proposed_by], detail)?;
    let (by, at) = (Some(work.actor()), Some(work.now()));
    Ok(Proposal {
        confirmed_by: by,
        confirmed_at: at,
        ..proposal
    })
}

/// Suspends a partner, as another person proposed. Nothing but replies reaches them.
pub async fn suspend(
    caller: &Caller<SuspendPartners>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            let status = partner.status.after("suspend")?;
            let how = "POST /v1/partners/{id}/propose-suspension";
            let decision = confirmed(work, partner.suspension.clone(), how)?;
            messages::operations::cancel(work, id, messages::Sparing::Replies).await?;
            let mut row = at(partner, status);
            row.suspension = Set(Some(Stored(decision)));
            saved(work, row, &seen, "partner.suspended").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Takes a proposed suspension back.
pub async fn withdraw_suspension_proposal(
    caller: &Caller<SuspendPartners>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            let waits = partner
                .suspension
                .as_ref()
                .is_some_and(|one| one.0.confirmed_at.is_none());
            if !waits {
                let errors = vec![FieldError::new(
                    "",
                    "notProposed",
                    "nothing has been proposed",
                )];
                return Err(Problem::unmet(
                    "No suspension waits to be confirmed",
                    errors,
                ));
            }
            let mut row = partner.into_active_model();
            row.suspension = Set(None);
            saved(work, row, &seen, "partner.suspensionProposalWithdrawn").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}

/// Ends a suspension: the partner takes part again.
pub async fn reinstate(
    caller: &Caller<SuspendPartners>,
    id: PartnerId,
    seen: IfMatch,
) -> Result<Partner, Problem> {
    let partner = caller
        .write(async |work| {
            let partner = work.get(id).await?;
            let mut row = at(partner.clone(), partner.status.after("reinstate")?);
            row.suspension = Set(None);
            back(work, partner, row, &seen, "partner.reinstated").await
        })
        .await?;
    Ok(partner.seen_by(caller.scope()))
}
