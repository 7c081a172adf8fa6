//! What can be done with requests for formats. `steps` takes them through their lifecycle.

use sea_orm::{ColumnTrait, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, FormatRequestId};
use super::lifecycle::Status;
use super::views::{FormatRequest, FormatRequestFilter, NewFormatRequest};
use crate::access::Caller;
use crate::access::permissions::{ReadFormatRequests, RequestFormats};
use crate::documents::entity::DocumentId;
use crate::http::{Listing, Newest, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::partners::{PartnerId, rules};
use crate::store::Event;

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
