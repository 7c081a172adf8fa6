//! What can be done with shares.

use chrono::{Months, NaiveDate};
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, PartnerShareId};
use super::views::{NewPartnerShare, PartnerShare};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners};
use crate::http::{IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::partners::entity::Model as Partner;
use crate::partners::{PartnerId, rules};
use crate::store::{Event, Work};

/// One page of a partner's shares.
pub async fn list(
    caller: &Caller<ReadPartners>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<PartnerShare>, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let query = reader.select::<Entity>().filter(Column::PartnerId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            Ok((
                page.map(PartnerShare::from),
                Event::all("partnerShare.listed").about([id]),
            ))
        })
        .await
}

/// One share.
pub async fn get(
    caller: &Caller<ReadPartners>,
    id: PartnerShareId,
) -> Result<PartnerShare, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("partnerShare.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Shares a partner's record with another organisation.
pub async fn add(
    caller: &Caller<ManagePartners>,
    partner_id: PartnerId,
    new: NewPartnerShare,
) -> Result<PartnerShare, Problem> {
    caller
        .write(async |work| {
            let partner = rules::present(work, partner_id).await?;
            let NewPartnerShare {
                with_organisation,
                purpose,
                consent_wording,
                ends_on,
            } = new;
            check(work, &partner, with_organisation.as_str(), ends_on).await?;
            let row = ActiveModel {
                id: Set(PartnerShareId::new()),
                partner_id: Set(partner_id),
                with_organisation: Set(with_organisation.into()),
                purpose: Set(purpose.into()),
                consented_at: Set(work.now()),
                consent_wording: Set(consent_wording.into()),
                ends_on: Set(ends_on),
                revoked_at: Set(None),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("partnerShare.added", row.id).about([partner_id]);
            Ok((row.into(), event))
        })
        .await
}

async fn check(
    work: &Work<'_>,
    partner: &Partner,
    with: &str,
    ends_on: NaiveDate,
) -> Result<(), Problem> {
    if with == partner.organisation {
        let message = "this organisation holds the record";
        return Err(Problem::field("/withOrganisation", "same", message));
    }
    rules::check_organisation(work, "/withOrganisation", with).await?;
    let last = work
        .today()
        .checked_add_months(Months::new(24))
        .unwrap_or(NaiveDate::MAX);
    match (work.today()..=last).contains(&ends_on) {
        true => Ok(()),
        false => Err(Problem::field(
            "/endsOn",
            "range",
            "a day within the next two years",
        )),
    }
}

/// Revokes a share; the other organisation sees nothing from now on.
pub async fn revoke(
    caller: &Caller<ManagePartners>,
    id: PartnerShareId,
    seen: IfMatch,
) -> Result<PartnerShare, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            if row.revoked_at.is_some() {
                return Err(rules::over(
                    "This share has been revoked already",
                    "revoked",
                ));
            }
            let partner = row.partner_id;
            let mut row = row.into_active_model();
            row.revoked_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((
                row.into(),
                Event::of("partnerShare.revoked", id).about([partner]),
            ))
        })
        .await
}
