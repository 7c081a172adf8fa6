//! The steps of a version's lifecycle.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, DocumentVersionId, Entity, Model};
use super::lifecycle::Status;
use super::views::{Consultation, DocumentVersion, Withdrawal};
use crate::access::permissions::{ApproveDocuments, ManageDocuments, PublishDocuments};
use crate::access::{Caller, Permission};
use crate::documents::entity::{Edition, Entity as Documents, Model as Document};
use crate::documents::format_requests;
use crate::http::{FieldError, IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Work};
use crate::values::Stored;

/// Takes a step: the state has to allow it, then `prepare` checks what it needs and does what belongs to it.
async fn take<P: Permission>(
    caller: &Caller<P>,
    id: DocumentVersionId,
    seen: IfMatch,
    (verb, event): (&'static str, &'static str),
    prepare: impl AsyncFnOnce(&mut Work<'_>, &Model, &mut ActiveModel) -> Result<(), Problem>,
) -> Result<DocumentVersion, Problem> {
    caller
        .write(async |work| {
            // The document first, always: two steps never wait for each other in a circle.
            let of = work.see(id).await?.document_id;
            work.get(of).await?;
            let row = work.get(id).await?;
            let next = row.status.after(verb)?;
            let mut changed = row.clone().into_active_model();
            changed.status = Set(next);
            prepare(work, &row, &mut changed).await?;
            let row = work.step::<Entity>(changed, &seen).await?;
            Ok((row.into(), Event::of(event, id)))
        })
        .await
}

/// Notes who was asked about a version.
pub async fn consult(
    caller: &Caller<ManageDocuments>,
    id: DocumentVersionId,
    seen: IfMatch,
    consultation: Consultation,
) -> Result<DocumentVersion, Problem> {
    let step = ("consult", "documentVersion.consulted");
    take(caller, id, seen, step, async |_, _, row| {
        row.consultation = Set(Some(consultation.consultation.into()));
        Ok(())
    })
    .await
}

/// Approves a version that somebody else uploaded.
pub async fn approve(
    caller: &Caller<ApproveDocuments>,
    id: DocumentVersionId,
    seen: IfMatch,
) -> Result<DocumentVersion, Problem> {
    let step = ("approve", "documentVersion.approved");
    take(caller, id, seen, step, async |work, before, row| {
        let detail = "Somebody else than who uploaded a version approves it";
        work.second_person([&before.author], detail)?;
        row.approved_by = Set(Some(work.actor()));
        row.approved_at = Set(Some(work.now()));
        Ok(())
    })
    .await
}

/// Publishes a version: it takes the place of the one before, in the same change.
pub async fn publish(
    caller: &Caller<PublishDocuments>,
    id: DocumentVersionId,
    seen: IfMatch,
) -> Result<DocumentVersion, Problem> {
    let step = ("publish", "documentVersion.published");
    take(caller, id, seen, step, async |work, before, row| {
        // Who publishes another version of the document meanwhile waits for this.
        let document = work.get(before.document_id).await?;
        let current = current(work, before).await?;
        if let Some(current) = current {
            if current.number > before.number {
                let newer = FieldError::new("/number", "older", "a newer version is published");
                return Err(Problem::unmet("A newer version is published", vec![newer]));
            }
            let status = current.status.after("supersede")?;
            let mut current = current.into_active_model();
            current.status = Set(status);
            current.superseded_at = Set(Some(work.now()));
            current.superseded_by_id = Set(Some(id));
            work.step::<Entity>(current, &IfMatch::Absent).await?;
        }
        row.published_at = Set(Some(work.now()));
        let edition = Edition {
            format: before.format,
            language: before.language.clone(),
            version_id: id,
            number: before.number,
        };
        put_edition(work, document, before, Some(edition)).await?;
        format_requests::fulfil_all(work, before).await
    })
    .await
}

/// Withdraws a version. The one before does not come back.
pub async fn withdraw(
    caller: &Caller<PublishDocuments>,
    id: DocumentVersionId,
    seen: IfMatch,
    withdrawal: Withdrawal,
) -> Result<DocumentVersion, Problem> {
    let step = ("withdraw", "documentVersion.withdrawn");
    take(caller, id, seen, step, async |work, before, row| {
        row.withdrawn_at = Set(Some(work.now()));
        row.withdrawal_reason = Set(Some(withdrawal.reason.into()));
        if before.status == Status::Published {
            let document = work.get(before.document_id).await?;
            put_edition(work, document, before, None).await?;
        }
        Ok(())
    })
    .await
}

/// The version that is published in the same format and language.
async fn current(work: &Work<'_>, like: &Model) -> Result<Option<Model>, Problem> {
    let query = work
        .select::<Entity>()
        .filter(Column::DocumentId.eq(like.document_id))
        .filter(Column::Format.eq(like.format))
        .filter(Column::Language.eq(like.language.clone()))
        .filter(Column::Status.eq(Status::Published));
    work.one(query).await
}

/// Writes down at the document what is current in a format and language.
async fn put_edition(
    work: &mut Work<'_>,
    document: Document,
    of: &Model,
    edition: Option<Edition>,
) -> Result<(), Problem> {
    let mut editions = document.editions.0.clone();
    editions.retain(|one| one.format != of.format || one.language != of.language);
    editions.extend(edition);
    editions
        .sort_by(|one, other| (one.format, &one.language).cmp(&(other.format, &other.language)));
    let first = document.published_at.is_none();
    let mut row = document.into_active_model();
    row.editions.set_if_not_equals(Stored(editions));
    if first {
        row.published_at = Set(Some(work.now()));
    }
    work.step::<Documents>(row, &IfMatch::Absent).await?;
    Ok(())
}
