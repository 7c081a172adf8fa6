//! What can be done with handouts.

use std::cell::Cell;

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, HandoutId};
use super::needs;
use super::views::{Handout, HandoutFilter, NewHandout};
use crate::access::Caller;
use crate::access::permissions::{GiveDocuments, ReadHandouts};
use crate::documents::versions::{Status, entity as version};
use crate::http::{FieldError, Listing, Newest, Page, Problem};
use crate::partners::access_needs::ReadPurpose;
use crate::partners::rules;
use crate::store::Event;

/// One page of the handouts that the caller may see, the newest first.
pub async fn list(
    caller: &Caller<ReadHandouts>,
    listing: Listing<HandoutFilter>,
) -> Result<Page<Handout>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let query = reader
                .select::<Entity>()
                .apply_if(filter.partner_id, |query, partner| {
                    query.filter(Column::PartnerId.eq(partner))
                })
                .apply_if(filter.document_id, |query, document| {
                    query.filter(Column::DocumentId.eq(document))
                })
                .apply_if(filter.version_id, |query, version| {
                    query.filter(Column::VersionId.eq(version))
                })
                .apply_if(filter.outdated, |query, outdated| {
                    query.filter(match outdated {
                        true => Column::VersionId.not_in_subquery(current()),
                        false => Column::VersionId.in_subquery(current()),
                    })
                });
            let page = reader.page(query, &paging, Newest).await?;
            let about: Vec<_> = page.items.iter().map(|row| row.partner_id).collect();
            let event = Event::all("handout.listed").about(about);
            Ok((page.map(Handout::from), event))
        })
        .await
}

/// The versions that are published now.
fn current() -> SelectStatement {
    Query::select()
        .column(version::Column::Id)
        .from(version::Entity)
        .and_where(version::Column::Status.eq(Status::Published))
        .to_owned()
}

/// One handout.
pub async fn get(caller: &Caller<ReadHandouts>, id: HandoutId) -> Result<Handout, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("handout.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Records that a partner was given a version that has been published. What they cannot read is not given: the need is
/// named, and that it was is recorded like any other read of it.
pub async fn add(caller: &Caller<GiveDocuments>, new: NewHandout) -> Result<Handout, Problem> {
    let (partner, told) = (new.partner_id, Cell::new(false));
    let given = given(caller, new, &told).await;
    if told.get() {
        let event = Event::all("accessNeed.listed").about([partner]);
        let event = event.because(ReadPurpose::Message.word());
        caller.read_recorded(async |_| Ok(((), event))).await?;
    }
    given
}

async fn given(
    caller: &Caller<GiveDocuments>,
    new: NewHandout,
    told: &Cell<bool>,
) -> Result<Handout, Problem> {
    caller
        .write(async |work| {
            let NewHandout {
                partner_id,
                version_id,
                channel,
                given_on,
                note,
                despite,
            } = new;
            let partner = work.named("/partnerId", partner_id).await?;
            let version = work.named("/versionId", version_id).await?;
            let mut errors = Vec::new();
            if partner.organisation != version.organisation {
                let message = "a document of the partner's organisation";
                errors.push(FieldError::new("/versionId", "unfit", message));
            }
            if !matches!(version.status, Status::Published | Status::Superseded) {
                let message = "only what has been published is given to partners";
                errors.push(FieldError::new("/versionId", "unpublished", message));
            }
            let given_on = given_on.unwrap_or_else(|| work.today());
            if given_on > work.today() {
                errors.push(FieldError::new("/givenOn", "order", "not later than today"));
            }
            if !errors.is_empty() {
                return Err(Problem::fields(errors));
            }
            rules::must_go_on(&partner)?;
            let said = [("/note", &note), ("/despite", &despite)];
            let said = said.map(|(pointer, text)| (pointer, text.as_ref().map(|text| text.as_str())));
            rules::without_nhs_number(said)?;
            let unmet = needs::unmet(work, partner_id, &version, channel).await?;
            if despite.is_none() && !unmet.is_empty() {
                told.set(true);
                let detail = "The partner cannot use it so: give it in a way that they can, or say in `despite` why not";
                return Err(Problem::unmet(detail, unmet));
            }
            let despite = despite.filter(|_| !unmet.is_empty());
            let row = ActiveModel {
                id: Set(HandoutId::new()),
                organisation: Set(partner.organisation),
                partner_id: Set(partner_id),
                document_id: Set(version.document_id),
                version_id: Set(version_id),
                channel: Set(channel),
                given_on: Set(given_on),
                note: Set(note.map(Into::into)),
                despite: Set(despite.map(Into::into)),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("handout.added", row.id).about([partner_id]);
            Ok((row.into(), event))
        })
        .await
}
