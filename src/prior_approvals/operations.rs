//! What can be done with prior approvals.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, PriorApprovalId, Status};
use super::views::{
    DeclinePriorApproval, NewPriorApproval, PriorApproval, PriorApprovalFilter, PriorApprovalSort,
};
use crate::access::Caller;
use crate::access::permissions::{
    ApprovePriorApprovals, ReadPriorApprovals, RequestPriorApprovals,
};
use crate::claims::operations::{must_not_be_claimant, own_appointment};
use crate::http::{IfMatch, Listing, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::partners::hold;
use crate::partners::messages::{MessagePurpose, queue};
use crate::store::Event;

/// One page of the prior approvals that the caller may read.
pub async fn list(
    caller: &Caller<ReadPriorApprovals>,
    listing: Listing<PriorApprovalFilter>,
) -> Result<Page<PriorApproval>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let query = reader
                .select::<Entity>()
                .apply_if(filter.partner_id, |query, id| {
                    query.filter(Column::PartnerId.eq(id))
                })
                .apply_if(filter.appointment_id, |query, id| {
                    query.filter(Column::AppointmentId.eq(id))
                })
                .apply_if(filter.status, |query, status| {
                    query.filter(Column::Status.eq(status))
                });
            let sort = filter.sort.unwrap_or(PriorApprovalSort::Newest);
            let page = reader.page(query, &paging, sort).await?;
            let about = page.items.iter().map(|row| row.partner_id);
            let event = Event::all("priorApproval.listed").about(about);
            Ok((page.map(PriorApproval::from), event))
        })
        .await
}

/// One prior approval.
pub async fn get(
    caller: &Caller<ReadPriorApprovals>,
    id: PriorApprovalId,
) -> Result<PriorApproval, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("priorApproval.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Asks for a cost to be agreed, by the partner or by staff for them.
pub async fn request(
    caller: &Caller<RequestPriorApprovals>,
    new: NewPriorApproval,
) -> Result<PriorApproval, Problem> {
    caller
        .write(async |work| {
            let NewPriorApproval {
                appointment_id,
                expense_type,
                most_pence,
                purpose,
                activity_date,
                arrangement,
            } = new;
            let appointment = own_appointment(work, appointment_id).await?;
            if expense_type.rule().is_payment() {
                let message = "what is paid for time is agreed with the appointment";
                return Err(Problem::field("/expenseType", "unfit", message));
            }
            let row = ActiveModel {
                id: Set(PriorApprovalId::new()),
                organisation: Set(appointment.organisation),
                partner_id: Set(appointment.partner_id),
                appointment_id: Set(appointment_id),
                opportunity_id: Set(appointment.opportunity_id),
                expense_type: Set(expense_type),
                arrangement: Set(arrangement),
                purpose: Set(Some(purpose.into())),
                most_pence: Set(most_pence.0),
                activity_date: Set(activity_date),
                requested_by: Set(work.actor()),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("priorApproval.requested", row.id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Agrees to a cost.
pub async fn approve(
    caller: &Caller<ApprovePriorApprovals>,
    id: PriorApprovalId,
    seen: IfMatch,
) -> Result<PriorApproval, Problem> {
    decide(
        caller,
        id,
        seen,
        ("approve", "priorApproval.approved"),
        None,
    )
    .await
}

/// Does not agree to a cost.
pub async fn decline(
    caller: &Caller<ApprovePriorApprovals>,
    id: PriorApprovalId,
    seen: IfMatch,
    declined: DeclinePriorApproval,
) -> Result<PriorApproval, Problem> {
    let reason = Some(declined.reason.into());
    decide(
        caller,
        id,
        seen,
        ("decline", "priorApproval.declined"),
        reason,
    )
    .await
}

async fn decide(
    caller: &Caller<ApprovePriorApprovals>,
    id: PriorApprovalId,
    seen: IfMatch,
    (verb, action): (&'static str, &'static str),
    reason: Option<String>,
) -> Result<PriorApproval, Problem> {
    caller
        .write(async |work| {
            let found = work.see(id).await?;
            // The partner is told, and held first, as by whoever claims what was agreed.
            hold(work, &found.organisation, found.partner_id).await?;
            let row = work.reach(&found.organisation, id).await?;
            must_not_be_claimant(work, row.partner_id)?;
            let next = row.status.after(verb)?;
            if next == Status::Approved {
                let detail = "Somebody else than who asked for a cost agrees to it";
                work.second_person([&row.requested_by], detail)?;
            }
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.decided_by = Set(Some(work.actor()));
            row.decided_at = Set(Some(work.now()));
            row.decline_reason.set_if_not_equals(reason);
            let row = work.step::<Entity>(row, &seen).await?;
            let partner = row.partner_id;
            let facts = [
                ("priorApprovalId", id.to_string()),
                ("status", row.status.word()),
            ];
            let purpose = MessagePurpose::Service;
            queue(work, partner, purpose, "prior-approval-decided", facts).await?;
            Ok((row.into(), Event::of(action, id).about([partner])))
        })
        .await
}
