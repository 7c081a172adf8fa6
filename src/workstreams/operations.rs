//! What can be done with workstreams.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, Model, Status, WorkstreamId};
use super::views::{
    NewWorkstream, Workstream, WorkstreamChanges, WorkstreamFilter, WorkstreamSort,
};
use crate::access::Caller;
use crate::access::permissions::{ManageWorkstreams, ReadWorkstreams};
use crate::http::{Change, IfMatch, Listing, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Reader, Work, Written};
use crate::users::UserId;

/// One page of the workstreams that the caller may see.
pub async fn list(
    caller: &Caller<ReadWorkstreams>,
    listing: Listing<WorkstreamFilter>,
) -> Result<Page<Written<Entity, Workstream>>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(filter.q, |query, words| {
            query.filter(reader.matching::<Entity>(&words))
        })
        .apply_if(filter.lead_id, |query, lead| {
            query.filter(Column::LeadId.eq(lead.0))
        });
    let sort = filter.sort.unwrap_or(WorkstreamSort::Newest);
    reader.written_page(query, &paging, sort).await
}

/// One workstream.
pub async fn get(
    caller: &Caller<ReadWorkstreams>,
    id: WorkstreamId,
) -> Result<Workstream, Problem> {
    caller.read().get(id).await.map(Workstream::from)
}

/// Adds a workstream.
pub async fn add(
    caller: &Caller<ManageWorkstreams>,
    new: NewWorkstream,
) -> Result<Workstream, Problem> {
    caller
        .write(async |work| {
            let NewWorkstream {
                name,
                purpose,
                lead_id,
            } = new;
            check_lead(work, lead_id).await?;
            let row = ActiveModel {
                id: Set(WorkstreamId::new()),
                name: Set(name.into()),
                purpose: Set(purpose.into()),
                lead_id: Set(lead_id.map(|id| id.0)),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            index(work, &row).await?;
            Ok((row.clone().into(), Event::of("workstream.added", row.id)))
        })
        .await
}

/// Changes a workstream that the caller has seen.
pub async fn change(
    caller: &Caller<ManageWorkstreams>,
    id: WorkstreamId,
    seen: IfMatch,
    changes: WorkstreamChanges,
) -> Result<Workstream, Problem> {
    caller
        .write(async |work| {
            let mut row = work.seen(id, &seen).await?.into_active_model();
            let WorkstreamChanges {
                name,
                purpose,
                lead_id,
            } = changes;
            if let Change::To(lead) = &lead_id {
                check_lead(work, *lead).await?;
            }
            name.onto(&mut row.name);
            purpose.onto(&mut row.purpose);
            lead_id
                .map(|lead| lead.map(|id| id.0))
                .onto(&mut row.lead_id);
            let row = work.save::<Entity>(row, &seen).await?;
            index(work, &row).await?;
            Ok((row.into(), Event::of("workstream.changed", id)))
        })
        .await
}

/// Takes a step of the lifecycle.
pub async fn step(
    caller: &Caller<ManageWorkstreams>,
    id: WorkstreamId,
    seen: IfMatch,
    verb: &'static str,
    event: &'static str,
) -> Result<Workstream, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let status = row.status.after(verb)?;
            let mut row = row.into_active_model();
            row.status = Set(status);
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of(event, id)))
        })
        .await
}

/// Keeps the words under which it is found.
async fn index(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    work.index(row.id, &format!("{}\n{}", row.name, row.purpose))
        .await
}

async fn check_lead(work: &Work<'_>, lead: Option<UserId>) -> Result<(), Problem> {
    if let Some(lead) = lead {
        let user = work.named("/leadId", lead).await?;
        if !user.roles.0.iter().any(|role| role.is_staff()) {
            let message = "a member of staff leads a workstream";
            return Err(Problem::field("/leadId", "unfit", message));
        }
    }
    Ok(())
}

/// The workstreams that the reader leads, if that is as far as they reach.
pub async fn led(reader: &Reader<'_>) -> Result<Vec<WorkstreamId>, Problem> {
    let rows = reader.all(reader.select::<Entity>()).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
