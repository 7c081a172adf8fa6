//! What can be done with contributions. None of it is told to anybody by the ledger.

use sea_orm::{ColumnTrait, QueryFilter, QueryTrait, Set};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, PeerContributionId};
use super::views::{NewPeerContribution, PeerContribution, PeerContributionFilter};
use crate::access::Caller;
use crate::access::permissions::SharePeerSupport;
use crate::http::{IfMatch, Listing, Newest, Page, Problem};
use crate::partners::without_nhs_number;
use crate::peer_support::memberships::operations::{member, member_at_work};
use crate::store::Event;

/// One page of what was shared.
pub async fn list(
    caller: &Caller<SharePeerSupport>,
    listing: Listing<PeerContributionFilter>,
) -> Result<Page<PeerContribution>, Problem> {
    let Listing { filter, paging } = listing;
    let PeerContributionFilter { kind, topic, mine } = filter;
    let reader = caller.read();
    let own = reader.scope().partner;
    // What is one's own stays one's own.
    if mine != Some(true) {
        member(&reader).await?;
    }
    let query = reader
        .select::<Entity>()
        .apply_if(kind, |query, kind| query.filter(Column::Kind.eq(kind)))
        .apply_if(topic, |query, topic| query.filter(Column::Topic.eq(topic)))
        .apply_if(mine, |query, mine| match mine {
            true => query.filter(Column::PartnerId.eq(own)),
            false => query.filter(Column::PartnerId.ne(own)),
        });
    let page = reader.page(query, &paging, Newest).await?;
    Ok(page.map(|row| PeerContribution::seen_by(own, row)))
}

/// One contribution.
pub async fn get(
    caller: &Caller<SharePeerSupport>,
    id: PeerContributionId,
) -> Result<PeerContribution, Problem> {
    let reader = caller.read();
    let row = reader.get(id).await?;
    let own = reader.scope().partner;
    if own != Some(row.partner_id.0) {
        member(&reader).await?;
    }
    Ok(PeerContribution::seen_by(own, row))
}

/// Shares something.
pub async fn share(
    caller: &Caller<SharePeerSupport>,
    new: NewPeerContribution,
) -> Result<PeerContribution, Problem> {
    caller
        .write(async |work| {
            let partner = member_at_work(work).await?;
            let NewPeerContribution {
                kind,
                topic,
                body,
                signed_as,
            } = new;
            without_nhs_number([("/body", Some(body.as_str()))])?;
            let row = ActiveModel {
                // Not one that tells the time: it could be held against the hour of a sign-in.
                id: Set(PeerContributionId(Uuid::new_v4())),
                partner_id: Set(partner),
                kind: Set(kind),
                topic: Set(topic),
                body: Set(body),
                signed_as: Set(signed_as),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("peer-support.shared", row.id).unseen();
            Ok((PeerContribution::seen_by(Some(partner.0), row), event))
        })
        .await
}

/// Removes what one has shared.
pub async fn remove(
    caller: &Caller<SharePeerSupport>,
    id: PeerContributionId,
    seen: IfMatch,
) -> Result<(), Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            work.remove::<Entity>(row, &seen).await?;
            Ok(((), Event::of("peer-support.removed", id).unseen()))
        })
        .await
}
