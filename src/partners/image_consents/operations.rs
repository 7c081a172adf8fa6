//! What can be done with consents to images.

use chrono::SubsecRound;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, ImageConsentId};
use super::views::{ImageConsent, NewImageConsent};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners};
use crate::http::{IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::partners::{PartnerId, rules};
use crate::store::Event;
use crate::values::Stored;

/// One page of a partner's consents to images.
pub async fn list(
    caller: &Caller<ReadPartners>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<ImageConsent>, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let query = reader.select::<Entity>().filter(Column::PartnerId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            let event = Event::all("imageConsent.listed").about([id]);
            Ok((page.map(ImageConsent::from), event))
        })
        .await
}

/// One consent to images.
pub async fn get(
    caller: &Caller<ReadPartners>,
    id: ImageConsentId,
) -> Result<ImageConsent, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("imageConsent.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Notes a consent.
pub async fn add(
    caller: &Caller<ManagePartners>,
    partner_id: PartnerId,
    new: NewImageConsent,
) -> Result<ImageConsent, Problem> {
    caller
        .write(async |work| {
            rules::present(work, partner_id).await?;
            let NewImageConsent {
                mut images,
                mut uses,
                wording,
                consented_at,
            } = new;
            if consented_at.is_some_and(|at| at > work.now()) {
                let message = "not in the future";
                return Err(Problem::field("/consentedAt", "future", message));
            }
            images.sort();
            images.dedup();
            uses.sort();
            uses.dedup();
            let row = ActiveModel {
                id: Set(ImageConsentId::new()),
                partner_id: Set(partner_id),
                images: Set(Stored(images)),
                uses: Set(Stored(uses)),
                wording: Set(wording.into()),
                consented_at: Set(consented_at.unwrap_or(work.now()).trunc_subsecs(3)),
                withdrawn_at: Set(None),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("imageConsent.added", row.id).about([partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Takes a consent back. Nothing else depends on it.
pub async fn withdraw(
    caller: &Caller<ManagePartners>,
    id: ImageConsentId,
    seen: IfMatch,
) -> Result<ImageConsent, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            if row.withdrawn_at.is_some() {
                let detail = "This consent has been withdrawn already";
                return Err(rules::over(detail, "withdrawn"));
            }
            let partner = row.partner_id;
            let mut row = row.into_active_model();
            row.withdrawn_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("imageConsent.withdrawn", id).about([partner]);
            Ok((row.into(), event))
        })
        .await
}
