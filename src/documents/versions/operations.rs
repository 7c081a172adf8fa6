//! What can be done with versions. `steps` takes them through their lifecycle.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QueryTrait, Set};

use super::entity::{ActiveModel, Column, DocumentVersionId, Entity, Model};
use super::lifecycle::Status;
use super::views::{DocumentVersion, DocumentVersionFilter, NewDocumentVersion};
use crate::access::Caller;
use crate::access::permissions::{ManageDocuments, ReadDocuments};
use crate::documents::entity::{DocumentFormat, DocumentId};
use crate::files::{self, StoredFile, Upload};
use crate::http::{Listing, Newest, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Reader, Work};

/// One page of a document's versions, the newest first.
pub async fn list(
    caller: &Caller<ReadDocuments>,
    id: DocumentId,
    listing: Listing<DocumentVersionFilter>,
) -> Result<Page<DocumentVersion>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    reader.get(id).await?;
    let query = reader
        .select::<Entity>()
        .filter(Column::DocumentId.eq(id))
        .apply_if(filter.format, |query, format| {
            query.filter(Column::Format.eq(format))
        })
        .apply_if(filter.language, |query, language| {
            query.filter(Column::Language.eq(language))
        })
        .apply_if(filter.status, |query, status| {
            query.filter(Column::Status.eq(status))
        });
    let page = reader.page(query, &paging, Newest).await?;
    Ok(page.map(DocumentVersion::from))
}

/// One version.
pub async fn get(
    caller: &Caller<ReadDocuments>,
    id: DocumentVersionId,
) -> Result<DocumentVersion, Problem> {
    caller.read().get(id).await.map(DocumentVersion::from)
}

/// The file of a version, with its version.
pub async fn content(
    caller: &Caller<ReadDocuments>,
    id: DocumentVersionId,
) -> Result<(StoredFile, DocumentVersion), Problem> {
    let reader = caller.read();
    let row = reader.get(id).await?;
    let file = files::of(reader.connection(), row.file_id).await?;
    Ok((file, row.into()))
}

/// The file of a version that the reader may see.
pub async fn file_of(reader: &Reader<'_>, id: DocumentVersionId) -> Result<StoredFile, Problem> {
    let row = reader.get(id).await?;
    files::of(reader.connection(), row.file_id).await
}

/// Adds a version with the file that was uploaded.
pub async fn add(
    caller: &Caller<ManageDocuments>,
    document_id: DocumentId,
    upload: Upload<NewDocumentVersion>,
) -> Result<DocumentVersion, Problem> {
    let Upload { fields, file } = upload;
    let NewDocumentVersion {
        file: _,
        change_note,
        format,
        language,
        renders_id,
        effective_from,
        review_on,
    } = fields;
    file.settle(async |file| {
        caller
            .write(async |work| {
                // Whoever adds another version meanwhile waits: numbers follow each other.
                let document = work.get(document_id).await?;
                check_rendered(work, document_id, renders_id).await?;
                let latest = work
                    .select::<Entity>()
                    .filter(Column::DocumentId.eq(document_id))
                    .filter(Column::Format.eq(format))
                    .filter(Column::Language.eq(language.clone()))
                    .order_by_desc(Column::Number);
                let latest = work.one(latest).await?.map_or(0, |row| row.number);
                let kept = file.keep(work, &document.organisation, None).await?;
                must_fit(format, &kept)?;
                let row = ActiveModel {
                    id: Set(DocumentVersionId::new()),
                    organisation: Set(document.organisation),
                    document_id: Set(document_id),
                    format: Set(format),
                    language: Set(language),
                    number: Set(latest + 1),
                    renders_id: Set(renders_id),
                    change_note: Set(change_note.into()),
                    effective_from: Set(effective_from),
                    review_on: Set(review_on),
                    file_id: Set(kept.id),
                    digest: Set(kept.hex()),
                    file_name: Set(kept.name),
                    media_type: Set(kept.media_type),
                    length: Set(kept.length),
                    author: Set(work.actor()),
                    status: Set(Status::FIRST),
                    ..Default::default()
                };
                let row = work.add::<Entity>(row).await?;
                let event = Event::of("documentVersion.added", row.id);
                Ok((row.into(), event))
            })
            .await
    })
    .await
}

/// What is heard and what is seen are files of such a kind, and nothing else is.
fn must_fit(format: DocumentFormat, file: &StoredFile) -> Result<(), Problem> {
    let family = file.media_type.split('/').next().unwrap_or_default();
    let fits = match format {
        DocumentFormat::Audio => family == "audio",
        DocumentFormat::BslVideo => family == "video",
        _ => !matches!(family, "audio" | "video"),
    };
    match fits {
        true => Ok(()),
        false => Err(Problem::field(
            "/format",
            "contradiction",
            "the file is of another kind",
        )),
    }
}

/// What is put into another format is a standard version of the same document.
async fn check_rendered(
    work: &Work<'_>,
    document: DocumentId,
    rendered: Option<DocumentVersionId>,
) -> Result<(), Problem> {
    let Some(id) = rendered else { return Ok(()) };
    let row: Model = work.named("/rendersId", id).await?;
    match row.document_id == document && row.format == DocumentFormat::Standard {
        true => Ok(()),
        false => {
            let message = "a standard version of the same document";
            Err(Problem::field("/rendersId", "unfit", message))
        }
    }
}
