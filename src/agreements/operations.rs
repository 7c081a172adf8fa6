//! What can be done with agreements.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::accepting::must_be_theirs;
pub use super::accepting::{accept, countersign, record_acceptance};
use super::clauses::paper;
use super::entity::{AgreementId, Column, Entity, Model, about, document_of};
use super::lifecycle::{EndedBy, Status};
pub use super::offering::{offer, offer_again};
use super::views::{Agreement, AgreementFilter, AgreementSort, EndAgreement};
use crate::access::Caller;
use crate::access::permissions::{
    AcceptAgreements, EndAgreements, ManageAgreements, ReadAgreements,
};
use crate::agreement_texts::AgreementKind;
use crate::appointments::{self, AppointmentId, entity as appointment};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem, Shown};
use crate::inductions;
use crate::lifecycle::Lifecycle;
use crate::partners;
use crate::store::{Event, Work};

/// One page of the agreements that the caller may read.
pub async fn list(
    caller: &Caller<ReadAgreements>,
    listing: Listing<AgreementFilter>,
) -> Result<Page<Agreement>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let AgreementFilter {
                sort,
                partner_id,
                appointment_id,
                kind,
                status,
                awaiting,
            } = filter;
            let query = reader
                .select::<Entity>()
                .apply_if(partner_id, |query, id| {
                    query.filter(Column::PartnerId.eq(id))
                })
                .apply_if(appointment_id, |query, id| {
                    query.filter(Column::AppointmentId.eq(id))
                })
                .apply_if(kind, |query, kind| query.filter(Column::Kind.eq(kind)))
                .apply_if(status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(awaiting, |query, side| {
                    query.filter(Column::Status.is_in(side.states()))
                });
            let page = reader
                .page(query, &paging, sort.unwrap_or(AgreementSort::Newest))
                .await?;
            let event =
                Event::all("agreement.listed").about(page.items.iter().map(|row| row.partner_id));
            Ok((page.map(Agreement::from), event))
        })
        .await
}

/// One agreement.
pub async fn get(caller: &Caller<ReadAgreements>, id: AgreementId) -> Result<Agreement, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("agreement.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// As what an agreement is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// A page for a browser.
    Page,
    /// A PDF.
    Pdf,
}

/// An agreement as it reads: what was signed, byte for byte, or what is on offer.
pub async fn show(
    caller: &Caller<ReadAgreements>,
    id: AgreementId,
    form: As,
) -> Result<Shown, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("agreement.read", id).about([row.partner_id]);
            let kept = reader.all(document_of(id)).await?.into_iter().next();
            let (page, pdf) = match kept {
                Some(kept) => (kept.page, kept.pdf),
                None => {
                    let text = reader.get(row.text_id).await?;
                    paper(&row, &text).rendered().await?
                }
            };
            let name = format!("{}-agreement-{id}", row.kind);
            let shown = match form {
                As::Page => Shown::page(&name, page, crate::papers::policy()),
                As::Pdf => Shown::pdf(&name, pdf),
            };
            Ok((shown, event))
        })
        .await
}

/// The agreement, which nobody else changes until this change is done. Its partner is held first, then its
/// appointment.
pub(super) async fn held(
    work: &Work<'_>,
    id: AgreementId,
) -> Result<(appointment::Model, Model), Problem> {
    let found = work.see(id).await?;
    partners::hold(work, &found.organisation, found.partner_id).await?;
    let appointment = work
        .reach(&found.organisation, found.appointment_id)
        .await?;
    Ok((appointment, work.get(id).await?))
}

async fn saved(
    work: &mut Work<'_>,
    row: Model,
    status: Status,
    seen: &IfMatch,
    event: &'static str,
) -> Result<(Agreement, Event), Problem> {
    let mut row = row.into_active_model();
    row.status = Set(status);
    let row = work.step::<Entity>(row, seen).await?;
    let event = Event::of(event, row.id).about([row.partner_id]);
    Ok((row.into(), event))
}

/// The partner declines. They need not say why.
pub async fn decline(
    caller: &Caller<AcceptAgreements>,
    id: AgreementId,
    seen: IfMatch,
) -> Result<Agreement, Problem> {
    caller
        .write(async |work| {
            let (_, row) = held(work, id).await?;
            must_be_theirs(work, &row)?;
            let next = row.status.after("decline")?;
            saved(work, row, next, &seen, "agreement.declined").await
        })
        .await
}

/// Takes an offer back.
pub async fn withdraw(
    caller: &Caller<ManageAgreements>,
    id: AgreementId,
    seen: IfMatch,
) -> Result<Agreement, Problem> {
    caller
        .write(async |work| {
            let (_, row) = held(work, id).await?;
            let next = row.status.after("withdraw")?;
            saved(work, row, next, &seen, "agreement.withdrawn").await
        })
        .await
}

/// Ends an agreement, by either side and without a penalty. A role that is active rests from then on.
pub async fn end(
    caller: &Caller<EndAgreements>,
    id: AgreementId,
    seen: IfMatch,
    end: EndAgreement,
) -> Result<Agreement, Problem> {
    caller
        .write(async |work| {
            let (appointment, row) = held(work, id).await?;
            let next = row.status.after("end")?;
            let EndAgreement { ended_by, reason } = end;
            let own = partners::acts_for_self(&work.authority().scope);
            let by = match (own, ended_by) {
                (true, None | Some(EndedBy::Partner)) => EndedBy::Partner,
                (false, Some(by @ (EndedBy::Partner | EndedBy::Organisation))) => by,
                (false, None) => EndedBy::Organisation,
                (true, Some(_)) | (_, Some(EndedBy::EndOfRole)) => {
                    let message = "a partner ends their own, staff for either side";
                    return Err(Problem::field("/endedBy", "side", message));
                }
            };
            if by == EndedBy::Organisation && reason.is_none() {
                let message = "the partner reads why the organisation ends it";
                return Err(Problem::field("/reason", "required", message));
            }
            let text = reason.as_ref().map(|reason| reason.as_str());
            partners::without_nhs_number([("/reason", text)])?;
            let (about, kind, partner) = (row.appointment_id, row.kind, row.partner_id);
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.ended_at = Set(Some(work.now()));
            row.ended_by = Set(Some(by));
            row.end_reason = Set(reason);
            let row = work.step::<Entity>(row, &seen).await?;
            inductions::operations::agreed(work, about, kind, false).await?;
            appointments::operations::rest(work, appointment).await?;
            let event = Event::of("agreement.ended", id).about([partner]);
            Ok((row.into(), event))
        })
        .await
}

/// Ends what was agreed about a role that ends, and takes back what waits for an answer. What was confidential
/// stays so: the wording says it.
pub async fn close(work: &mut Work<'_>, appointment: AppointmentId) -> Result<(), Problem> {
    for row in work.all(about(appointment)).await? {
        let ends = row.status == Status::InForce;
        let Ok(next) = row.status.after(if ends { "end" } else { "withdraw" }) else {
            continue;
        };
        let mut row = row.into_active_model();
        row.status = Set(next);
        if ends {
            row.ended_at = Set(Some(work.now()));
            row.ended_by = Set(Some(EndedBy::EndOfRole));
        }
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// The agreements that are not in force, each by its name.
pub async fn unmet(
    work: &Work<'_>,
    appointment: AppointmentId,
) -> Result<Vec<FieldError>, Problem> {
    let theirs = work.all(about(appointment)).await?;
    let mut unmet = Vec::new();
    for kind in AgreementKind::ALL {
        let of_kind = || theirs.iter().filter(|row| row.kind == *kind);
        if of_kind().any(|row| row.status == Status::InForce) {
            continue;
        }
        let open = of_kind().find(|row| Status::OPEN.contains(&row.status));
        let message = match open.map(|row| row.status) {
            None => format!("the {kind} agreement has not been offered"),
            Some(status) => format!("the {kind} agreement is {status}, and not in force"),
        };
        let pointer = format!("/agreements/{kind}");
        unmet.push(FieldError::new(pointer, "notInForce", message));
    }
    Ok(unmet)
}
