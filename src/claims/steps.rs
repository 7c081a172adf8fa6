//! The steps of a claim's lifecycle that concern one claim. Exports take the others.

use sea_orm::{IntoActiveModel, Set};

use super::entity::{ActiveModel, ClaimId, Entity, Model};
use super::findings::Finding;
use super::inputs::{AskAboutClaim, ConfirmClaim, OverrideLine, RejectClaim, SubmitClaim};
use super::lines::{ClaimedLine, Override, again};
use super::operations::{must_not_be_claimant, set_lines, take};
use super::views::{Claim, ClaimQuery};
use super::weighing::Basis;
use crate::access::permissions::{AuthoriseClaims, ConfirmClaims, QueryClaims, SubmitClaims};
use crate::access::{Caller, Permission};
use crate::http::{FieldError, IfMatch, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::partners::hold;
use crate::partners::messages::{MessagePurpose, queue};
use crate::store::{Event, Work};
use crate::users::UserId;
use crate::values::{Stored, day_of};
use crate::working_days;

/// Sends a claim, for the first time or after a question. From now on somebody else decides about it.
pub async fn submit(
    caller: &Caller<SubmitClaims>,
    id: ClaimId,
    seen: IfMatch,
    submitted: SubmitClaim,
) -> Result<Claim, Problem> {
    caller
        .write(async |work| {
            let (appointment, before) = take(work, id).await?;
            let next = before.status.after("submit")?;
            declared(&submitted)?;
            let basis = Basis::on(work, appointment, before.activity_date).await?;
            let (lines, mut unmet) = again(&before.lines.0, &basis.terms());
            if lines.is_empty() {
                unmet.push(FieldError::new("/lines", "required", "add a line first"));
            }
            if !unmet.is_empty() {
                return Err(Problem::unmet("The claim cannot be sent yet", unmet));
            }
            let findings = basis.findings(work, &before, &lines).await?;
            let now = work.now();
            let first = before.submitted_at.unwrap_or(now);
            let within = basis.policy().pay_within_working_days;
            let due = working_days::after(day_of(first), within);
            let mut row = before.clone().into_active_model();
            set_lines(&mut row, lines)?;
            row.findings.set_if_not_equals(Stored(findings));
            row.declared_at = Set(Some(now));
            let own = work.authority().scope.partner == Some(before.partner_id.0);
            row.declared_by.set_if_not_equals(own.then(|| work.actor()));
            row.submitted_at.set_if_not_equals(Some(first));
            row.due_on.set_if_not_equals(Some(due));
            answer(&before, &mut row, submitted, work);
            row.status = Set(next);
            saved(work, row, &seen, "claim.submitted").await
        })
        .await
}

fn declared(submitted: &SubmitClaim) -> Result<(), Problem> {
    let missing = [
        ("/spentByPartner", submitted.spent_by_partner),
        ("/notPaidElsewhere", submitted.not_paid_elsewhere),
    ];
    let missing = missing.into_iter().filter(|(_, said)| !said);
    let message = "a claim is sent with this declaration only";
    let missing: Vec<_> = missing
        .map(|(pointer, _)| FieldError::new(pointer, "notDeclared", message))
        .collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(missing)),
    }
}

/// Closes the question that was open.
fn answer(before: &Model, row: &mut ActiveModel, submitted: SubmitClaim, work: &Work<'_>) {
    let mut queries = before
        .queries
        .clone()
        .map(|stored| stored.0)
        .unwrap_or_default();
    if let Some(open) = queries.last_mut().filter(|one| one.answered_at.is_none()) {
        open.answer = submitted.answer;
        open.answered_at = Some(work.now());
        row.queries = Set(Some(Stored(queries)));
    }
}

async fn basis_of(work: &Work<'_>, claim: &Model) -> Result<Basis, Problem> {
    let appointment = work
        .reach(&claim.organisation, claim.appointment_id)
        .await?;
    Basis::on(work, appointment, claim.activity_date).await
}

/// What is found when the lines are these.
pub(super) async fn looked_through(
    work: &Work<'_>,
    claim: &Model,
    lines: &[ClaimedLine],
) -> Result<Vec<Finding>, Problem> {
    let basis = basis_of(work, claim).await?;
    basis.findings(work, claim, lines).await
}

async fn saved(
    work: &mut Work<'_>,
    row: ActiveModel,
    seen: &IfMatch,
    action: &'static str,
) -> Result<(Claim, Event), Problem> {
    let row = work.step::<Entity>(row, seen).await?;
    let event = Event::of(action, row.id).about([row.partner_id]);
    Ok((row.into(), event))
}

/// Refuses what changed since the partner sent it: they chose otherwise about payment, or the rates are
/// others. They declare what it comes to now.
fn must_come_to_the_same(basis: &Basis, lines: &[ClaimedLine]) -> Result<(), Problem> {
    let (now, _) = again(lines, &basis.terms());
    let differs = |(sent, now): (&ClaimedLine, &ClaimedLine)| {
        (sent.amount_pence, sent.donated) != (now.amount_pence, now.donated)
    };
    match lines.iter().zip(&now).any(differs) {
        false => Ok(()),
        true => {
            let message = "query the claim, so that the partner sends it again";
            let changed = FieldError::new("/lines", "termsChanged", message);
            let detail = "The claim comes to something else than when it was sent";
            Err(Problem::unmet(detail, vec![changed]))
        }
    }
}

/// A claim about which the caller decides: one that they see, and not their own. It is held until this change
/// is done, after its partner and its appointment.
async fn to_decide(work: &Work<'_>, id: ClaimId, verb: &str) -> Result<Model, Problem> {
    let found = work.see(id).await?;
    may_decide(work, &found)?;
    // Whoever pays claims holds them before their partners: what is settled is not waited for.
    found.status.after(verb)?;
    hold(work, &found.organisation, found.partner_id).await?;
    work.reach(&found.organisation, found.appointment_id)
        .await?;
    let row = work.reach(&found.organisation, id).await?;
    may_decide(work, &row)?;
    Ok(row)
}

fn may_decide(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    must_not_be_claimant(work, row.partner_id)?;
    if row.declared_by.as_deref() == Some(work.actor().as_str()) {
        let detail = "Nobody decides about what they claimed themself";
        return Err(Problem::new(&types::SAME_PERSON, detail));
    }
    Ok(())
}

/// Takes a step in which somebody decides about a claim.
async fn decide<P: Permission>(
    caller: &Caller<P>,
    id: ClaimId,
    seen: IfMatch,
    (verb, action): (&'static str, &'static str),
    prepare: impl AsyncFnOnce(&mut Work<'_>, &Model, &mut ActiveModel) -> Result<(), Problem>,
) -> Result<Claim, Problem> {
    caller
        .write(async |work| {
            let before = to_decide(work, id, verb).await?;
            let next = before.status.after(verb)?;
            let mut row = before.clone().into_active_model();
            row.status.set_if_not_equals(next);
            prepare(work, &before, &mut row).await?;
            saved(work, row, &seen, action).await
        })
        .await
}

/// Lets a line do without a receipt, an agreement or a limit, with a reason.
pub async fn let_pass(
    caller: &Caller<ConfirmClaims>,
    id: ClaimId,
    seen: IfMatch,
    passed: OverrideLine,
) -> Result<Claim, Problem> {
    let step = ("override", "claim.overridden");
    decide(caller, id, seen, step, async |work, before, row| {
        let by_id = UserId(work.authority().person()?);
        let OverrideLine { line, of, reason } = passed;
        let mut lines = before.lines.0.clone();
        let at = usize::try_from(line).unwrap_or(usize::MAX);
        let Some(line) = lines.get_mut(at) else {
            return Err(Problem::field("/line", "unknown", "there is no such line"));
        };
        line.overrides.retain(|one| one.of != of);
        line.overrides.push(Override {
            of,
            reason,
            by_id,
            at: work.now(),
        });
        let findings = looked_through(work, before, &lines).await?;
        row.findings.set_if_not_equals(Stored(findings));
        row.lines.set_if_not_equals(Stored(lines));
        Ok(())
    })
    .await
}

/// Asks the partner something. What was confirmed or authorised is so no more.
pub async fn ask(
    caller: &Caller<QueryClaims>,
    id: ClaimId,
    seen: IfMatch,
    asked: AskAboutClaim,
) -> Result<Claim, Problem> {
    let step = ("query", "claim.queried");
    decide(caller, id, seen, step, async |work, before, row| {
        let mut queries = before
            .queries
            .clone()
            .map(|stored| stored.0)
            .unwrap_or_default();
        if queries.len() >= MOST_QUERIES {
            let message = "talk to the partner, then confirm or reject the claim";
            let many = FieldError::new("/queries", "tooMany", message);
            return Err(Problem::unmet("It has been asked about often", vec![many]));
        }
        queries.push(ClaimQuery {
            question: asked.question,
            asked_at: work.now(),
            answer: None,
            answered_at: None,
        });
        row.queries = Set(Some(Stored(queries)));
        row.confirmed_by.set_if_not_equals(None);
        row.confirmed_at.set_if_not_equals(None);
        row.confirmed_despite.set_if_not_equals(None);
        row.authorised_by.set_if_not_equals(None);
        row.authorised_at.set_if_not_equals(None);
        tell(work, before, "claim-queried").await
    })
    .await
}

/// Questions to a claim.
const MOST_QUERIES: usize = 100;

async fn tell(work: &mut Work<'_>, claim: &Model, template: &'static str) -> Result<(), Problem> {
    let facts = [("claimId", claim.id.to_string())];
    let purpose = MessagePurpose::Service;
    queue(work, claim.partner_id, purpose, template, facts).await?;
    Ok(())
}

/// Confirms that the partner was there, and that what is claimed belongs to it.
pub async fn confirm(
    caller: &Caller<ConfirmClaims>,
    id: ClaimId,
    seen: IfMatch,
    confirmed: ConfirmClaim,
) -> Result<Claim, Problem> {
    let step = ("confirm", "claim.confirmed");
    decide(caller, id, seen, step, async |work, before, row| {
        let person = work.authority().person()?;
        let basis = basis_of(work, before).await?;
        must_come_to_the_same(&basis, &before.lines.0)?;
        let findings = basis.findings(work, before, &before.lines.0).await?;
        looked_at(&findings, confirmed.despite.is_some())?;
        row.findings.set_if_not_equals(Stored(findings));
        row.confirmed_by = Set(Some(person));
        row.confirmed_at = Set(Some(work.now()));
        row.confirmed_despite
            .set_if_not_equals(confirmed.despite.map(Into::into));
        Ok(())
    })
    .await
}

/// Refuses what blocks, and what nobody has given a reason for.
fn looked_at(findings: &[Finding], with_reason: bool) -> Result<(), Problem> {
    let unmet = |blocks: bool| -> Vec<FieldError> {
        let these = findings.iter().filter(|one| one.blocks == blocks);
        these
            .map(|one| {
                let pointer = one
                    .line
                    .map_or_else(|| "/lines".to_owned(), |at| format!("/lines/{at}"));
                FieldError::new(pointer, one.code.word(), one.message.clone())
            })
            .collect()
    };
    let blocking = unmet(true);
    if !blocking.is_empty() {
        let detail = "Some lines lack something: ask for it, or `override` it with a reason";
        return Err(Problem::unmet(detail, blocking));
    }
    let others = unmet(false);
    match others.is_empty() || with_reason {
        true => Ok(()),
        false => {
            let detail = "Something was found: say in `despite` why it is right all the same";
            Err(Problem::unmet(detail, others))
        }
    }
}

/// Authorises the payment, as a second person.
pub async fn authorise(
    caller: &Caller<AuthoriseClaims>,
    id: ClaimId,
    seen: IfMatch,
) -> Result<Claim, Problem> {
    let step = ("authorise", "claim.authorised");
    decide(caller, id, seen, step, async |work, before, row| {
        let person = work.authority().person()?;
        if before.confirmed_by == Some(person) {
            let detail = "Somebody else than who confirmed a claim authorises it";
            return Err(Problem::new(&types::SAME_PERSON, detail));
        }
        must_come_to_the_same(&basis_of(work, before).await?, &before.lines.0)?;
        let role = work
            .reach(&before.organisation, before.opportunity_id)
            .await?;
        row.budget_code.set_if_not_equals(role.budget_code);
        row.authorised_by = Set(Some(person));
        row.authorised_at = Set(Some(work.now()));
        Ok(())
    })
    .await
}

/// Rejects a claim, with a reason and somebody to ask about it.
pub async fn reject(
    caller: &Caller<QueryClaims>,
    id: ClaimId,
    seen: IfMatch,
    rejected: RejectClaim,
) -> Result<Claim, Problem> {
    let step = ("reject", "claim.rejected");
    decide(caller, id, seen, step, async |work, before, row| {
        row.reject_reason = Set(Some(rejected.reason.into()));
        row.appeal_contact = Set(Some(rejected.appeal_contact.into()));
        row.rejected_at = Set(Some(work.now()));
        tell(work, before, "claim-rejected").await
    })
    .await
}

/// Takes a claim back, as the partner or for them.
pub async fn withdraw(
    caller: &Caller<SubmitClaims>,
    id: ClaimId,
    seen: IfMatch,
) -> Result<Claim, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let next = before.status.after("withdraw")?;
            let mut row = before.into_active_model();
            row.status = Set(next);
            saved(work, row, &seen, "claim.withdrawn").await
        })
        .await
}
