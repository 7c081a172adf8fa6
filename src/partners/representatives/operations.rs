//! What can be done with representatives.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, Model, RepresentativeId, RepresentativeMay};
use super::views::{NewRepresentative, Representative, RepresentativeChanges};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners};
use crate::http::{IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::partners::contact_preferences::entity::Channel;
use crate::partners::contact_preferences::has_go_between;
use crate::partners::{PartnerId, leaving, rules};
use crate::store::{Event, Work};
use crate::values::Stored;

/// One page of a partner's representatives.
pub async fn list(
    caller: &Caller<ReadPartners>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Representative>, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let query = reader.select::<Entity>().filter(Column::PartnerId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            Ok((
                page.map(Representative::from),
                Event::all("representative.listed").about([id]),
            ))
        })
        .await
}

/// One representative.
pub async fn get(
    caller: &Caller<ReadPartners>,
    id: RepresentativeId,
) -> Result<Representative, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("representative.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Somebody who receives what is meant for the partner has to be reachable.
fn check_reachable(may: &[RepresentativeMay], reachable: bool) -> Result<(), Problem> {
    match reachable || !may.contains(&RepresentativeMay::ReceiveMessages) {
        true => Ok(()),
        false => {
            let message = "who receives messages needs an e-mail address or a telephone number";
            Err(Problem::field("", "required", message))
        }
    }
}

/// Adds somebody who acts for a partner.
pub async fn add(
    caller: &Caller<ManagePartners>,
    partner_id: PartnerId,
    new: NewRepresentative,
) -> Result<Representative, Problem> {
    caller
        .write(async |work| {
            rules::present(work, partner_id).await?;
            let NewRepresentative {
                kind,
                name,
                email,
                telephone,
                may,
                consent_wording,
            } = new;
            check_reachable(&may, email.is_some() || telephone.is_some())?;
            let row = ActiveModel {
                id: Set(RepresentativeId::new()),
                partner_id: Set(partner_id),
                kind: Set(kind),
                name: Set(name.into()),
                email: Set(email.map(Into::into)),
                telephone: Set(telephone.map(Into::into)),
                may: Set(Stored(may)),
                consented_at: Set(work.now()),
                consent_wording: Set(consent_wording.into()),
                ended_at: Set(None),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("representative.added", row.id).about([partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// A representative who still acts for their partner.
async fn acting(work: &Work<'_>, id: RepresentativeId) -> Result<Model, Problem> {
    let row = work.get(id).await?;
    match row.ended_at {
        None => Ok(row),
        Some(_) => Err(rules::over(
            "They do not act for the partner any more",
            "ended",
        )),
    }
}

/// Changes how a representative is reached.
pub async fn change(
    caller: &Caller<ManagePartners>,
    id: RepresentativeId,
    seen: IfMatch,
    changes: RepresentativeChanges,
) -> Result<Representative, Problem> {
    caller
        .write(async |work| {
            let row = acting(work, id).await?;
            let RepresentativeChanges {
                name,
                email,
                telephone,
            } = changes;
            let (partner, may) = (row.partner_id, row.may.0.clone());
            let mut row = row.into_active_model();
            name.onto(&mut row.name);
            email
                .map(|text| text.map(String::from))
                .onto(&mut row.email);
            telephone
                .map(|text| text.map(String::from))
                .onto(&mut row.telephone);
            let given = [&row.email, &row.telephone];
            let reachable = given
                .iter()
                .any(|one| one.try_as_ref().is_some_and(Option::is_some));
            check_reachable(&may, reachable)?;
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((
                row.into(),
                Event::of("representative.changed", id).about([partner]),
            ))
        })
        .await
}

/// Notes that somebody does not act for the partner any more. When nobody is left to receive messages, the
/// consents that were given by way of a carer are withdrawn.
pub async fn end(
    caller: &Caller<ManagePartners>,
    id: RepresentativeId,
    seen: IfMatch,
) -> Result<Representative, Problem> {
    caller
        .write(async |work| {
            let row = acting(work, id).await?;
            let partner = row.partner_id;
            let mut row = row.into_active_model();
            row.ended_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            if !has_go_between(work, partner).await? {
                leaving::withdraw_preferences(work, partner, Some(Channel::ViaCarer)).await?;
            }
            Ok((
                row.into(),
                Event::of("representative.ended", id).about([partner]),
            ))
        })
        .await
}
