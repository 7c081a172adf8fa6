//! How contributions are reached over HTTP.

use actix_web::{delete, get, post};

use super::entity::PeerContributionId;
use super::operations;
use super::views::{NewPeerContribution, PeerContribution, PeerContributionFilter};
use crate::access::Caller;
use crate::access::permissions::SharePeerSupport;
use crate::http::{
    Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Removed, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_peer_contributions)
        .service(share_peer_contribution)
        .service(get_peer_contribution)
        .service(remove_peer_contribution);
}

/// List what partners shared with each other
///
/// For those who belong to the network now, the newest first. `mine=true` lists one's own, after leaving too.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    params(PageQuery, PeerContributionFilter),
    responses((status = OK, description = "A page of contributions", body = Page<PeerContribution>)))]
#[get("/v1/peer-support/contributions")]
async fn list_peer_contributions(
    caller: Caller<SharePeerSupport>,
    listing: Listing<PeerContributionFilter>,
) -> Result<Listed<PeerContribution>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Share what works, or what does not
///
/// With those who belong to the network. Nobody who works for the organisation reads it, and nothing tells who
/// wrote it but the name that you put below it.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = CREATED, description = "The contribution", body = PeerContribution)))]
#[post("/v1/peer-support/contributions")]
async fn share_peer_contribution(
    caller: Caller<SharePeerSupport>,
    new: Json<NewPeerContribution>,
) -> Result<Created<PeerContribution>, Problem> {
    operations::share(&caller, new.0).await.map(Created)
}

/// Read what somebody shared
///
/// For those who belong to the network now, and for whoever wrote it.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = OK, description = "The contribution", body = PeerContribution)))]
#[get("/v1/peer-support/contributions/{id}")]
async fn get_peer_contribution(
    caller: Caller<SharePeerSupport>,
    id: Id<PeerContributionId>,
) -> Result<Found<PeerContribution>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Remove what you shared
///
/// It is gone for everybody, after leaving the network too.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = NO_CONTENT, description = "It is gone")))]
#[delete("/v1/peer-support/contributions/{id}")]
async fn remove_peer_contribution(
    caller: Caller<SharePeerSupport>,
    id: Id<PeerContributionId>,
    seen: IfMatch,
) -> Result<Removed, Problem> {
    operations::remove(&caller, id.0, seen).await?;
    Ok(Removed)
}
