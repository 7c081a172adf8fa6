//! What can be done with requests for formats. `steps` takes them through their lifecycle.

use sea_orm::{ColumnTrait, QueryFilter, QueryTrait, Select, Set};

use super::entity::{ActiveModel, Column, Entity, FormatRequestId};
use super::lifecycle::Status;
use super::views::{FormatRequest, FormatRequestFilter, NewFormatRequest};
use crate::access::Caller;
use crate::access::permissions::{ReadFormatRequests, RequestFormats};
use crate::documents::entity::{DocumentId, Model as Document};
use crate::http::{FieldError, Listing, Newest, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::partners::{PartnerId, rules};
use crate::store::{Event, Work};

/// One page of the requests that the caller may see, the newest first.
pub async fn list(
    caller: &Caller<ReadFormatRequests>,
    listing: Listing<FormatRequestFilter>,
) -> Result<Page<FormatRequest>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let query = reader
                .select::<Entity>()
                .apply_if(filter.document_id, |query, document| {
                    query.filter(Column::DocumentId.eq(document))
                })
                .apply_if(filter.format, |query, format| {
                    query.filter(Column::Format.eq(format))
                })
                .apply_if(filter.status, |query, status| {
                    query.filter(Column::Status.eq(status))
                });
            let page = reader.page(query, &paging, Newest).await?;
            let about: Vec<_> = page.items.iter().filter_map(|row| row.partner_id).collect();
            let event = Event::all("formatRequest.listed").about(about);
            Ok((page.map(FormatRequest::from), event))
        })
        .await
}

/// One request.
pub async fn get(
    caller: &Caller<ReadFormatRequests>,
    id: FormatRequestId,
) -> Result<FormatRequest, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("formatRequest.read", id).about(row.partner_id);
            Ok((row.into(), event))
        })
        .await
}

/// Refuses what would bury the requests that wait: people who are not known here cannot be asked, one by one, whether
/// they are serious. Who asks at the same moment waits for the document.
async fn must_have_room(work: &Work<'_>, document: &Document, most: u32) -> Result<(), Problem> {
    work.reach(&document.organisation, document.id).await?;
    if work.count(open_by_strangers(document.id)).await? < u64::from(most) {
        return Ok(());
    }
    let message = format!("{most} requests for it wait to be seen to");
    let full = FieldError::new("", "full", message);
    let detail = "Many people have asked for this document in other formats. Ask the organisation by telephone or post, or \
                  again when these have been seen to";
    Err(Problem::unmet(detail, vec![full]))
}

#[expect(
    clippy::disallowed_methods,
    reason = "counted for whoever asks for one more, who sees none of them"
)]
fn open_by_strangers(document: DocumentId) -> Select<Entity> {
    use sea_orm::EntityTrait;
    Entity::find()
        .filter(Column::DocumentId.eq(document))
        .filter(Column::PartnerId.is_null())
        .filter(Column::Status.is_in([Status::Requested, Status::InProgress]))
}

/// Asks for a document, which the caller may read, in a format and language that is missing.
pub async fn add(
    caller: &Caller<RequestFormats>,
    document_id: DocumentId,
    new: NewFormatRequest,
) -> Result<FormatRequest, Problem> {
    caller
        .write(async |work| {
            let document = work.see(document_id).await?;
            let NewFormatRequest {
                format,
                language,
                note,
                contact,
            } = new;
            let mut editions = document.editions.0.iter();
            if editions.any(|one| one.format == format && one.language == language) {
                return Err(Problem::field("/format", "exists", "there is one already"));
            }
            let said = [
                ("/note", note.as_ref().map(|text| text.as_str())),
                ("/contact", contact.as_ref().map(|text| text.as_str())),
            ];
            rules::without_nhs_number(said)?;
            let scope = &work.authority().scope;
            let ours = scope.organisation.as_ref() == Some(&document.organisation);
            // A partner of another organisation is a stranger here.
            let partner = scope.partner.filter(|_| ours).map(PartnerId);
            if !ours {
                let most = caller.state().config.open_format_requests;
                must_have_room(work, &document, most).await?;
            }
            let row = ActiveModel {
                id: Set(FormatRequestId::new()),
                organisation: Set(document.organisation.clone()),
                document_id: Set(document_id),
                format: Set(format),
                language: Set(language),
                partner_id: Set(partner),
                note: Set(note.map(Into::into)),
                contact: Set(contact.map(Into::into)),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("formatRequest.added", row.id)
                .about(partner)
                .within(document.organisation);
            Ok((row.into(), event))
        })
        .await
}
