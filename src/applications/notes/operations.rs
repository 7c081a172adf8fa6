//! What can be done with notes on applications.

use sea_orm::{ColumnTrait, QueryFilter, Set};

use super::entity::{ActiveModel, ApplicationNoteId, Column, Entity};
use super::views::{ApplicationNote, NewApplicationNote};
use crate::access::Caller;
use crate::access::permissions::DecideApplications;
use crate::applications::ApplicationId;
use crate::applications::operations::{find, on_panel, take};
use crate::http::{Listing, Newest, Page, Problem, Unfiltered};
use crate::store::Event;

/// One page of the notes on an application.
pub async fn list(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    listing: Listing<Unfiltered>,
) -> Result<Page<ApplicationNote>, Problem> {
    caller
        .read_recorded(async |reader| {
            let application = find(reader, id).await?;
            let opportunity = reader.get(application.opportunity_id).await?;
            on_panel(reader.scope(), &opportunity.panel.0, &application)?;
            let query = reader
                .select::<Entity>()
                .filter(Column::ApplicationId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            let event = Event::of("application.notes-listed", id).about([application.partner_id]);
            Ok((page.map(ApplicationNote::from), event))
        })
        .await
}

/// One note.
pub async fn get(
    caller: &Caller<DecideApplications>,
    id: ApplicationNoteId,
) -> Result<ApplicationNote, Problem> {
    caller
        .read_recorded(async |reader| {
            let note = reader.get(id).await?;
            let application = reader.get(note.application_id).await?;
            let event =
                Event::of("application.note-read", application.id).about([application.partner_id]);
            Ok((note.into(), event))
        })
        .await
}

/// Writes a note.
pub async fn add(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    new: NewApplicationNote,
) -> Result<ApplicationNote, Problem> {
    caller
        .write(async |work| {
            let (opportunity, application) = take(work, id).await?;
            let author = on_panel(&work.authority().scope, &opportunity.panel.0, &application)?;
            let NewApplicationNote { body } = new;
            let row = ActiveModel {
                id: Set(ApplicationNoteId::new()),
                application_id: Set(id),
                author_id: Set(author),
                body: Set(body),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("application.note-added", id).about([application.partner_id]);
            Ok((row.into(), event))
        })
        .await
}
