//! How what panels wrote about a partner is read.

use std::collections::HashMap;

use super::views::Disclosure;
use crate::access::Caller;
use crate::access::permissions::ReadDisclosures;
use crate::applications::notes::{ApplicationNote, entity::on};
use crate::applications::people::People;
use crate::applications::{ApplicationId, ApplicationSort, entity as application};
use crate::http::{Listing, Newest, Page, Problem, Unfiltered};
use crate::one_to_ones::{OneToOne, entity as one_to_one};
use crate::partners::{PartnerId, rules};
use crate::store::Event;

/// One page of what panels wrote about a partner. A draft was never before a panel.
pub async fn list(
    caller: &Caller<ReadDisclosures>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Disclosure>, Problem> {
    caller
        .read_recorded(async |reader| {
            let partner = rules::held_here(reader, id).await?;
            let theirs = application::sent_by(&partner.organisation, id);
            let page = reader
                .page_by(
                    theirs,
                    &listing.paging,
                    application::Column::Id,
                    ApplicationSort::Newest,
                )
                .await?;
            let about = page.items.iter().map(|row| row.id);
            let mut notes: HashMap<ApplicationId, Vec<ApplicationNote>> = HashMap::new();
            for note in reader.all(on(about)).await? {
                notes
                    .entry(note.application_id)
                    .or_default()
                    .push(note.into());
            }
            let people = People::of(reader.connection(), &page.items, false).await?;
            let page = page.map(|row| {
                let written = notes.remove(&row.id).unwrap_or_default();
                Disclosure::of(row, written, &people)
            });
            Ok((page, Event::of("partner.disclosureRead", id).about([id])))
        })
        .await
}

/// One page of a partner's one-to-ones, with what was said in them.
pub async fn one_to_ones(
    caller: &Caller<ReadDisclosures>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<OneToOne>, Problem> {
    caller
        .read_recorded(async |reader| {
            let partner = rules::held_here(reader, id).await?;
            let theirs = one_to_one::of_partner(&partner.organisation, id);
            let by = one_to_one::Column::Id;
            let page = reader.page_by(theirs, &listing.paging, by, Newest).await?;
            let event = Event::of("partner.disclosureRead", id).about([id]);
            Ok((page.map(OneToOne::disclosed), event))
        })
        .await
}
