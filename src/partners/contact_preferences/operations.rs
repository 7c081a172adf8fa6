//! What can be done with contact preferences.

use chrono::SubsecRound;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Channel, Column, Entity, PreferenceId};
use super::views::{ContactPreference, NewContactPreference};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, Unfiltered, types};
use crate::partners::representatives::entity::{self as representative, RepresentativeMay};
use crate::partners::{PartnerId, entity as partner, rules};
use crate::store::{Event, Work};

/// One page of a partner's contact preferences.
pub async fn list(
    caller: &Caller<ReadPartners>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<ContactPreference>, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let query = reader.select::<Entity>().filter(Column::PartnerId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            let event = Event::all("contactPreference.listed").about([id]);
            Ok((page.map(ContactPreference::from), event))
        })
        .await
}

/// One contact preference.
pub async fn get(
    caller: &Caller<ReadPartners>,
    id: PreferenceId,
) -> Result<ContactPreference, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("contactPreference.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Notes a consent.
pub async fn add(
    caller: &Caller<ManagePartners>,
    partner_id: PartnerId,
    new: NewContactPreference,
) -> Result<ContactPreference, Problem> {
    caller
        .write(async |work| {
            let partner = rules::present(work, partner_id).await?;
            let NewContactPreference {
                purpose,
                channel,
                wording,
                consented_at,
            } = new;
            if consented_at.is_some_and(|at| at > work.now()) {
                return Err(Problem::field(
                    "/consentedAt",
                    "future",
                    "not in the future",
                ));
            }
            check_channel(work, &partner, channel).await?;
            let same = work
                .select::<Entity>()
                .filter(Column::PartnerId.eq(partner_id))
                .filter(Column::Purpose.eq(purpose))
                .filter(Column::Channel.eq(channel))
                .filter(Column::WithdrawnAt.is_null());
            if work.one(same).await?.is_some() {
                let errors = vec![FieldError::new("/channel", "exists", "the consent stands")];
                return Err(
                    Problem::new(&types::ALREADY_EXISTS, "This consent stands already")
                        .with_errors(errors),
                );
            }
            let row = ActiveModel {
                id: Set(PreferenceId::new()),
                partner_id: Set(partner_id),
                purpose: Set(purpose),
                channel: Set(channel),
                consented_at: Set(consented_at.unwrap_or(work.now()).trunc_subsecs(3)),
                wording: Set(wording.into()),
                withdrawn_at: Set(None),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("contactPreference.added", row.id).about([partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Checks that the partner can be reached by the channel at all.
async fn check_channel(
    work: &Work<'_>,
    partner: &partner::Model,
    channel: Channel,
) -> Result<(), Problem> {
    let (reachable, message) = match channel {
        Channel::Email => (partner.email.is_some(), "an e-mail address is needed"),
        Channel::Sms | Channel::Phone | Channel::TextRelay => {
            (partner.telephone.is_some(), "a telephone number is needed")
        }
        Channel::Letter => (
            partner.postal_address.is_some(),
            "a postal address is needed",
        ),
        Channel::ViaCarer => (
            has_go_between(work, partner.id).await?,
            "a representative who may receive messages is needed",
        ),
    };
    match reachable {
        true => Ok(()),
        false => Err(Problem::unmet(
            "The partner cannot be reached by this channel",
            vec![FieldError::new("/channel", "unreachable", message)],
        )),
    }
}

/// Whether somebody receives messages for the partner.
pub async fn has_go_between(work: &Work<'_>, partner: PartnerId) -> Result<bool, Problem> {
    let current = work
        .select::<representative::Entity>()
        .filter(representative::Column::PartnerId.eq(partner))
        .filter(representative::Column::EndedAt.is_null());
    let all = work.all(current).await?;
    Ok(all
        .iter()
        .any(|one| one.may.0.contains(&RepresentativeMay::ReceiveMessages)))
}

/// Takes a consent back; it can be given again as a new one.
pub async fn withdraw(
    caller: &Caller<ManagePartners>,
    id: PreferenceId,
    seen: IfMatch,
) -> Result<ContactPreference, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            if row.withdrawn_at.is_some() {
                return Err(rules::over(
                    "This consent has been withdrawn already",
                    "withdrawn",
                ));
            }
            let partner = row.partner_id;
            let mut row = row.into_active_model();
            row.withdrawn_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("contactPreference.withdrawn", id).about([partner]);
            Ok((row.into(), event))
        })
        .await
}
