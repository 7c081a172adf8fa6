//! How what is held about a partner is read to be disclosed.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, QueryFilter, Select};

use super::views::Disclosure;
use crate::access::Caller;
use crate::access::permissions::ReadDisclosures;
use crate::applications::notes::{ApplicationNote, entity::on};
use crate::applications::people::People;
use crate::applications::{ApplicationId, ApplicationSort, entity as application};
use crate::checks::{Check, entity as check};
use crate::http::{Listing, Newest, Page, Problem, Unfiltered};
use crate::inductions::{Induction, entity as induction};
use crate::one_to_ones::actions::{OneToOneAction, entity as action};
use crate::one_to_ones::{OneToOne, entity as one_to_one};
use crate::partners::{PartnerId, rules};
use crate::store::{Event, Record};

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

/// One page of what there is about a partner in a table, whoever else may read it.
async fn disclosed<E: Record, V>(
    caller: &Caller<ReadDisclosures>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
    view: fn(E::Model) -> V,
) -> Result<Page<V>, Problem> {
    caller
        .read_recorded(async |reader| {
            let partner = rules::held_here(reader, id).await?;
            let theirs = of_partner::<E>(&partner.organisation, id)?;
            let page = reader
                .page_by(theirs, &listing.paging, E::ID, Newest)
                .await?;
            let event = Event::of("partner.disclosureRead", id).about([id]);
            Ok((page.map(view), event))
        })
        .await
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks: the permission to disclose decides"
)]
fn of_partner<E: Record>(organisation: &str, partner: PartnerId) -> Result<Select<E>, Problem> {
    let owner = E::OWNER.ok_or_else(|| Problem::internal("nobody's records are disclosed"))?;
    Ok(E::find()
        .filter(owner.eq(partner))
        .filter(E::ORGANISATION.eq(organisation)))
}

/// One page of a partner's one-to-ones, with what was said in them.
pub async fn one_to_ones(
    caller: &Caller<ReadDisclosures>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<OneToOne>, Problem> {
    disclosed::<one_to_one::Entity, _>(caller, id, listing, OneToOne::disclosed).await
}

/// One page of what was agreed in a partner's one-to-ones.
pub async fn one_to_one_actions(
    caller: &Caller<ReadDisclosures>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<OneToOneAction>, Problem> {
    disclosed::<action::Entity, _>(caller, id, listing, OneToOneAction::from).await
}

/// One page of a partner's checks.
pub async fn checks(
    caller: &Caller<ReadDisclosures>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Check>, Problem> {
    disclosed::<check::Entity, _>(caller, id, listing, Check::from).await
}

/// One page of a partner's inductions.
pub async fn inductions(
    caller: &Caller<ReadDisclosures>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Induction>, Problem> {
    disclosed::<induction::Entity, _>(caller, id, listing, Induction::from).await
}
