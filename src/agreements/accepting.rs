//! How an agreement is accepted, by one side and by the other, and what happens when both have.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::acceptance::{self, Accept, Acceptance, RecordAcceptance};
use super::clauses::paper;
use super::entity::{AgreementId, Column, Entity, Model, about, document};
use super::lifecycle::Status;
use super::operations::held;
use super::views::Agreement;
use crate::access::Caller;
use crate::access::permissions::{AcceptAgreements, CountersignAgreements, ManageAgreements};
use crate::http::{FieldError, IfMatch, Problem, digest_of, types};
use crate::inductions;
use crate::lifecycle::Lifecycle;
use crate::partners::messages::{MessagePurpose, queue};
use crate::store::{Event, Work};
use crate::users::UserId;
use crate::values::Stored;

/// Which side accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Partner,
    Organisation,
}

/// Refuses whoever isn't the partner: nobody accepts in their place.
pub(super) fn must_be_theirs(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    match work.authority().scope.partner == Some(row.partner_id.0) {
        true => Ok(()),
        false => {
            let detail = "The partner accepts, or staff record that they did";
            Err(Problem::new(&types::NOT_YOURS, detail))
        }
    }
}

fn must_be_in_order(wrong: Vec<FieldError>) -> Result<(), Problem> {
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(wrong)),
    }
}

/// The partner accepts.
pub async fn accept(
    caller: &Caller<AcceptAgreements>,
    id: AgreementId,
    seen: IfMatch,
    accepted: Accept,
) -> Result<Agreement, Problem> {
    caller
        .write(async |work| {
            let (_, row) = held(work, id).await?;
            must_be_theirs(work, &row)?;
            let next = row.status.after("accept")?;
            let acceptance = by_oneself(work, accepted, None)?;
            settle(work, row, next, (Side::Partner, acceptance), &seen).await
        })
        .await
}

fn by_oneself(
    work: &Work<'_>,
    accepted: Accept,
    recorded_by_id: Option<UserId>,
) -> Result<Acceptance, Problem> {
    let Accept {
        method,
        name,
        drawing,
    } = accepted;
    must_be_in_order(acceptance::check(method, &name, drawing.as_ref(), None))?;
    Ok(Acceptance {
        method,
        name,
        drawing,
        witness: None,
        accepted_at: work.now(),
        actor: work.actor(),
        recorded_by_id,
    })
}

/// Staff record that the partner accepted on paper, or by saying so, before a witness.
pub async fn record_acceptance(
    caller: &Caller<ManageAgreements>,
    id: AgreementId,
    seen: IfMatch,
    recorded: RecordAcceptance,
) -> Result<Agreement, Problem> {
    caller
        .write(async |work| {
            let (_, row) = held(work, id).await?;
            let next = row.status.after("record-acceptance")?;
            let person = work.authority().person()?;
            let RecordAcceptance {
                method,
                name,
                drawing,
                witness,
                accepted_at,
            } = recorded;
            let drawn = drawing.as_ref();
            let mut wrong = acceptance::check(method, &name, drawn, Some(&witness));
            let (now, offered) = (work.now(), row.created_at);
            if accepted_at.is_some_and(|at| at > now || at < offered) {
                let message = "between the offer and now";
                wrong.push(FieldError::new("/acceptedAt", "range", message));
            }
            must_be_in_order(wrong)?;
            let acceptance = Acceptance {
                method,
                name,
                drawing,
                witness: Some(witness),
                accepted_at: accepted_at.unwrap_or(now),
                actor: work.actor(),
                recorded_by_id: Some(UserId(person)),
            };
            settle(work, row, next, (Side::Partner, acceptance), &seen).await
        })
        .await
}

/// A member of staff accepts for the organisation.
pub async fn countersign(
    caller: &Caller<CountersignAgreements>,
    id: AgreementId,
    seen: IfMatch,
    accepted: Accept,
) -> Result<Agreement, Problem> {
    caller
        .write(async |work| {
            let (_, row) = held(work, id).await?;
            let next = row.status.after("countersign")?;
            let person = work.authority().person()?;
            if work.authority().scope.partner == Some(row.partner_id.0) {
                return Err(same_person());
            }
            let acceptance = by_oneself(work, accepted, Some(UserId(person)))?;
            settle(work, row, next, (Side::Organisation, acceptance), &seen).await
        })
        .await
}

fn same_person() -> Problem {
    let detail = "An agreement has two sides: one person does not accept for both";
    Problem::new(&types::SAME_PERSON, detail)
}

async fn settle(
    work: &mut Work<'_>,
    row: Model,
    next: Status,
    (side, acceptance): (Side, Acceptance),
    seen: &IfMatch,
) -> Result<(Agreement, Event), Problem> {
    let other = match side {
        Side::Partner => &row.organisation_acceptance,
        Side::Organisation => &row.partner_acceptance,
    };
    if other
        .as_ref()
        .is_some_and(|other| other.0.actor == acceptance.actor)
    {
        return Err(same_person());
    }
    let action = match side {
        _ if next == Status::InForce => "agreement.concluded",
        Side::Partner if acceptance.recorded_by_id.is_some() => "agreement.acceptanceRecorded",
        Side::Partner => "agreement.acceptedByPartner",
        Side::Organisation => "agreement.acceptedByOrganisation",
    };
    let mut whole = row.clone();
    let mut changed = row.into_active_model();
    let acceptance = Some(Stored(acceptance));
    match side {
        Side::Partner => {
            whole.partner_acceptance.clone_from(&acceptance);
            changed.partner_acceptance = Set(acceptance);
        }
        Side::Organisation => {
            whole.organisation_acceptance.clone_from(&acceptance);
            changed.organisation_acceptance = Set(acceptance);
        }
    }
    changed.status = Set(next);
    if next == Status::InForce {
        whole.in_force_at = Some(work.now());
        changed.in_force_at = Set(whole.in_force_at);
        let (page, pdf) = conclude(work, &whole).await?;
        changed.page_sha256 = Set(Some(page));
        changed.pdf_sha256 = Set(Some(pdf));
    }
    let row = work.step::<Entity>(changed, seen).await?;
    let event = Event::of(action, row.id).about([row.partner_id]);
    Ok((row.into(), event))
}

/// Both have accepted: what they signed is kept as it is shown, with its digests in the ledger; it takes the
/// place of what was in force, and its item of the induction is done.
async fn conclude(work: &mut Work<'_>, row: &Model) -> Result<(String, String), Problem> {
    let text = work.see(row.text_id).await?;
    let (page, pdf) = paper(row, &text).rendered().await?;
    let digests = (
        hexadecimal(&digest_of(&page)),
        hexadecimal(&digest_of(&pdf)),
    );
    work.touch("agreement page", &digests.0, 1, Vec::new());
    work.touch("agreement PDF", &digests.1, 1, Vec::new());
    let document = document::ActiveModel {
        agreement_id: Set(row.id),
        page: Set(page),
        pdf: Set(pdf),
    };
    work.put([document]).await?;
    let before = about(row.appointment_id)
        .filter(Column::Kind.eq(row.kind))
        .filter(Column::Status.eq(Status::InForce));
    for before in work.all(before).await? {
        let status = before.status.after("supersede")?;
        let mut before = before.into_active_model();
        before.status = Set(status);
        work.step::<Entity>(before, &IfMatch::Absent).await?;
    }
    inductions::operations::agreed(work, row.appointment_id, row.kind, true).await?;
    let facts = [
        ("agreementId", row.id.to_string()),
        ("kind", row.kind.word()),
    ];
    let (partner, purpose) = (row.partner_id, MessagePurpose::Service);
    queue(work, partner, purpose, "agreementInForce", facts).await?;
    Ok(digests)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
