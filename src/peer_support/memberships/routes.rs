//! How memberships are reached over HTTP.

use actix_web::{get, post};

use super::operations;
use super::views::{PeerHeadcount, PeerMembership};
use crate::access::Caller;
use crate::access::permissions::{CountPeerSupport, JoinPeerSupport};
use crate::http::{Changed, Done, Found, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(get_peer_membership)
        .service(join_peer_support)
        .service(leave_peer_support)
        .service(get_peer_headcount);
}

/// Read your membership of the peer support network
///
/// Whether you were invited, belong to it, or left. Nobody else sees it.
#[utoipa::path(tag = "Peer support", security(("bearer" = [JoinPeerSupport])),
    responses((status = OK, description = "The membership", body = PeerMembership)))]
#[get("/v1/peer-support/membership")]
async fn get_peer_membership(
    caller: Caller<JoinPeerSupport>,
) -> Result<Found<PeerMembership>, Problem> {
    operations::get(&caller).await.map(Found)
}

/// Join the peer support network
///
/// A free choice of every partner who takes part; who works for the organisation does not join. You can leave
/// and come back as you like.
#[utoipa::path(tag = "Peer support", security(("bearer" = [JoinPeerSupport])),
    responses((status = OK, description = "The membership", body = PeerMembership)))]
#[post("/v1/peer-support/membership/join")]
async fn join_peer_support(
    caller: Caller<JoinPeerSupport>,
) -> Result<Changed<PeerMembership>, Problem> {
    operations::join(&caller).await.map(Changed)
}

/// Leave the peer support network
///
/// Without a reason. What you signed up for and agreed to goes; what you shared stays, for you to remove.
#[utoipa::path(tag = "Peer support", security(("bearer" = [JoinPeerSupport])),
    responses((status = OK, description = "The membership", body = PeerMembership)))]
#[post("/v1/peer-support/membership/leave")]
async fn leave_peer_support(
    caller: Caller<JoinPeerSupport>,
) -> Result<Changed<PeerMembership>, Problem> {
    operations::leave(&caller).await.map(Changed)
}

/// Read how many belong to the peer support network
///
/// To the nearest five; fewer than five are not told. Who belongs to it is told to nobody.
#[utoipa::path(tag = "Peer support", security(("bearer" = [CountPeerSupport])),
    responses((status = OK, description = "How many", body = PeerHeadcount)))]
#[get("/v1/peer-support/headcount")]
async fn get_peer_headcount(
    caller: Caller<CountPeerSupport>,
) -> Result<Done<PeerHeadcount>, Problem> {
    operations::headcount(&caller).await.map(Done)
}
