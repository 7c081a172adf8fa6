//! What can be done with documents.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, DocumentFormat, DocumentId, Edition, Entity, Model};
use super::versions::{self, DocumentVersionId};
use super::views::{
    Document, DocumentChanges, DocumentFilter, DocumentSort, NewDocument, WantedEdition,
};
use crate::access::permissions::{ManageDocuments, PublishDocuments, ReadDocuments};
use crate::access::{Caller, Permission};
use crate::files::StoredFile;
use crate::http::{Change, FieldError, IfMatch, Listing, Page, Problem, types};
use crate::store::{Event, Work};
use crate::users::UserId;
use crate::users::entity::Status as UserStatus;
use crate::values::Stored;

/// One page of the documents that the caller may see.
pub async fn list(
    caller: &Caller<ReadDocuments>,
    listing: Listing<DocumentFilter>,
) -> Result<Page<Document>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.kind, |query, kind| {
            query.filter(Column::Kind.eq(kind))
        })
        .apply_if(filter.organisation, |query, organisation| {
            query.filter(Column::Organisation.eq(organisation))
        })
        .apply_if(filter.part_of_id, |query, whole| {
            query.filter(Column::PartOfId.eq(whole))
        })
        .apply_if(filter.q, |query, words| {
            query.filter(reader.matching::<Entity>(&words))
        });
    let sort = filter.sort.unwrap_or(DocumentSort::Title);
    let page = reader.page(query, &paging, sort).await?;
    Ok(page.map(Document::from))
}

/// One document.
pub async fn get(caller: &Caller<ReadDocuments>, id: DocumentId) -> Result<Document, Problem> {
    caller.read().get(id).await.map(Document::from)
}

/// Adds a document, without a version.
pub async fn add(caller: &Caller<ManageDocuments>, new: NewDocument) -> Result<Document, Problem> {
    caller
        .write(async |work| {
            let NewDocument {
                title,
                kind,
                summary,
                topics,
                audience,
                part_of_id,
                owner_id,
            } = new;
            check_whole(work, None, part_of_id).await?;
            check_owner(work, owner_id).await?;
            let row = ActiveModel {
                id: Set(DocumentId::new()),
                title: Set(title.into()),
                kind: Set(kind),
                summary: Set(summary.into()),
                topics: Set(Stored(topics)),
                audience: Set(audience),
                part_of_id: Set(part_of_id),
                owner_id: Set(owner_id),
                editions: Set(Stored(Vec::new())),
                published_at: Set(None),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            index(work, &row).await?;
            let event = Event::of("document.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Changes a document that the caller has seen.
pub async fn change(
    caller: &Caller<ManageDocuments>,
    id: DocumentId,
    seen: IfMatch,
    changes: DocumentChanges,
) -> Result<Document, Problem> {
    let may_publish = caller
        .principal()
        .grants
        .contains_key(PublishDocuments::SCOPE);
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let DocumentChanges {
                title,
                summary,
                topics,
                audience,
                part_of_id,
                owner_id,
            } = changes;
            // Who reads what is published, is decided by those who publish.
            let opens = audience.value().is_some_and(|to| *to != before.audience);
            if opens && before.published_at.is_some() && !may_publish {
                let scope = PublishDocuments::SCOPE;
                let detail = format!("Who reads a published document is decided with `{scope}`");
                return Err(Problem::new(&types::INSUFFICIENT_SCOPE, detail));
            }
            if let Change::To(whole) = part_of_id {
                check_whole(work, Some(id), whole).await?;
            }
            if let Change::To(owner) = owner_id {
                check_owner(work, owner).await?;
            }
            let mut row = before.into_active_model();
            title.onto(&mut row.title);
            summary.onto(&mut row.summary);
            topics.map(Stored).onto(&mut row.topics);
            audience.onto(&mut row.audience);
            part_of_id.onto(&mut row.part_of_id);
            owner_id.onto(&mut row.owner_id);
            let row = work.save::<Entity>(row, &seen).await?;
            index(work, &row).await?;
            Ok((row.into(), Event::of("document.changed", id)))
        })
        .await
}

/// The file of the current version, with its version.
pub async fn content(
    caller: &Caller<ReadDocuments>,
    id: DocumentId,
    wanted: WantedEdition,
) -> Result<(StoredFile, DocumentVersionId), Problem> {
    let reader = caller.read();
    let document = reader.get(id).await?;
    let edition = chosen(&document.editions.0, &wanted).ok_or_else(|| {
        let detail = format!(
            "Nothing is published in this format and language; ask for it with POST /v1/documents/{id}/format-requests"
        );
        Problem::new(&types::NOT_FOUND, detail)
    })?;
    let file = versions::operations::file_of(&reader, edition.version_id).await?;
    Ok((file, edition.version_id))
}

/// The edition that is wanted: in English, or else the first language there is, if none is named.
fn chosen<'a>(editions: &'a [Edition], wanted: &WantedEdition) -> Option<&'a Edition> {
    let format = wanted.format.unwrap_or(DocumentFormat::Standard);
    let mut there = editions.iter().filter(|one| one.format == format);
    match &wanted.language {
        Some(language) => there.find(|one| one.language == *language),
        None => there.min_by_key(|one| (one.language.as_str() != "en", one.language.clone())),
    }
}

async fn index(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    work.index(row.id, &format!("{}\n{}", row.title, row.summary))
        .await
}

/// A part belongs to a whole of the same organisation, which is no part itself.
async fn check_whole(
    work: &Work<'_>,
    part: Option<DocumentId>,
    whole: Option<DocumentId>,
) -> Result<(), Problem> {
    let Some(id) = whole else { return Ok(()) };
    let wrong = |message| Problem::field("/partOfId", "unfit", message);
    let whole = work.named("/partOfId", id).await?;
    if Some(&whole.organisation) != work.authority().scope.organisation.as_ref() {
        return Err(wrong(
            "a part and its whole belong to the same organisation",
        ));
    }
    let has_parts = match part {
        Some(part) => {
            let parts = work.select::<Entity>().filter(Column::PartOfId.eq(part));
            work.count(parts).await? > 0
        }
        None => false,
    };
    match whole.part_of_id.is_some() || Some(id) == part || has_parts {
        true => Err(wrong("a part has no parts of its own")),
        false => Ok(()),
    }
}

async fn check_owner(work: &Work<'_>, owner: Option<UserId>) -> Result<(), Problem> {
    let Some(owner) = owner else { return Ok(()) };
    match work.named("/ownerId", owner).await?.status {
        UserStatus::Active => Ok(()),
        _ => Err(Problem::fields(vec![FieldError::new(
            "/ownerId",
            "unknown",
            "there is no user with this id",
        )])),
    }
}
