//! The steps of a request's lifecycle.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, FormatRequestId, Model};
use super::lifecycle::Status;
use super::views::{Decline, FormatRequest};
use crate::access::Caller;
use crate::access::permissions::ManageFormatRequests;
use crate::documents::versions::entity::Model as Version;
use crate::http::{IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::partners::messages::MessagePurpose;
use crate::partners::messages::operations::queue;
use crate::store::{Event, Work};

/// The facts of a message: their names, and what they are.
type Facts = Vec<(&'static str, String)>;

async fn take(
    caller: &Caller<ManageFormatRequests>,
    id: FormatRequestId,
    seen: IfMatch,
    (verb, event): (&'static str, &'static str),
    prepare: impl AsyncFnOnce(&mut Work<'_>, &Model, &mut ActiveModel) -> Result<(), Problem>,
) -> Result<FormatRequest, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after(verb)?;
            let partner = row.partner_id;
            let mut changed = row.clone().into_active_model();
            changed.status = Set(next);
            prepare(work, &row, &mut changed).await?;
            let row = work.step::<Entity>(changed, &seen).await?;
            Ok((row.into(), Event::of(event, id).about(partner)))
        })
        .await
}

/// Somebody sees to it.
pub async fn start(
    caller: &Caller<ManageFormatRequests>,
    id: FormatRequestId,
    seen: IfMatch,
) -> Result<FormatRequest, Problem> {
    let step = ("start", "formatRequest.started");
    take(caller, id, seen, step, async |_, _, _| Ok(())).await
}

/// The format will not be made; a partner who asked is told.
pub async fn decline(
    caller: &Caller<ManageFormatRequests>,
    id: FormatRequestId,
    seen: IfMatch,
    decline: Decline,
) -> Result<FormatRequest, Problem> {
    let step = ("decline", "formatRequest.declined");
    take(caller, id, seen, step, async |work, before, row| {
        row.decline_reason = Set(Some(decline.reason.into()));
        row.settled_at = Set(Some(work.now()));
        tell(work, before, "formatRequestDeclined", Vec::new()).await
    })
    .await
}

/// Who asked has been told: how to reach them is forgotten.
pub async fn close(
    caller: &Caller<ManageFormatRequests>,
    id: FormatRequestId,
    seen: IfMatch,
) -> Result<FormatRequest, Problem> {
    let step = ("close", "formatRequest.closed");
    take(caller, id, seen, step, async |_, _, row| {
        row.contact.set_if_not_equals(None);
        Ok(())
    })
    .await
}

/// Fulfils the open requests for the format and language of a version that is published.
pub async fn fulfil_all(work: &mut Work<'_>, version: &Version) -> Result<(), Problem> {
    let open = work
        .select::<Entity>()
        .filter(Column::DocumentId.eq(version.document_id))
        .filter(Column::Format.eq(version.format))
        .filter(Column::Language.eq(version.language.clone()))
        .filter(Column::Status.is_in([Status::Requested, Status::InProgress]));
    for row in work.all(open).await? {
        let facts = vec![("versionId", version.id.to_string())];
        tell(work, &row, "formatRequestFulfilled", facts).await?;
        let next = row.status.after("fulfil")?;
        let mut row = row.into_active_model();
        row.status = Set(next);
        row.fulfilled_by_id = Set(Some(version.id));
        row.settled_at = Set(Some(work.now()));
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// Tells a partner who asked what became of it.
async fn tell(
    work: &mut Work<'_>,
    request: &Model,
    template: &'static str,
    mut facts: Facts,
) -> Result<(), Problem> {
    let Some(partner) = request.partner_id else {
        return Ok(());
    };
    facts.push(("formatRequestId", request.id.to_string()));
    facts.push(("documentId", request.document_id.to_string()));
    queue(work, partner, MessagePurpose::Reply, template, facts).await?;
    Ok(())
}
