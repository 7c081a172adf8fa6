//! How sessions are reached over HTTP.

use actix_web::{get, post};

use super::entity::PeerSessionId;
use super::operations;
use super::views::{NewPeerSession, PeerSession, PeerSessionFilter};
use crate::access::Caller;
use crate::access::permissions::SharePeerSupport;
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_peer_sessions)
        .service(offer_peer_session)
        .service(get_peer_session)
        .service(sign_up_for_peer_session)
        .service(cancel_peer_sign_up)
        .service(cancel_peer_session);
}

/// List sessions of the peer support network
///
/// For those who belong to it now, with how many come; who comes is told to nobody.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    params(PageQuery, PeerSessionFilter),
    responses((status = OK, description = "A page of sessions", body = Page<PeerSession>)))]
#[get("/v1/peer-support/sessions")]
async fn list_peer_sessions(
    caller: Caller<SharePeerSupport>,
    listing: Listing<PeerSessionFilter>,
) -> Result<Listed<PeerSession>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Invite to a session of the peer support network
///
/// Anybody who belongs to it invites the others.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = CREATED, description = "The session", body = PeerSession)))]
#[post("/v1/peer-support/sessions")]
async fn offer_peer_session(
    caller: Caller<SharePeerSupport>,
    new: Json<NewPeerSession>,
) -> Result<Created<PeerSession>, Problem> {
    operations::offer(&caller, new.0).await.map(Created)
}

/// Read a session of the peer support network
///
/// For those who belong to it now.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = OK, description = "The session", body = PeerSession)))]
#[get("/v1/peer-support/sessions/{id}")]
async fn get_peer_session(
    caller: Caller<SharePeerSupport>,
    id: Id<PeerSessionId>,
) -> Result<Found<PeerSession>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Sign up for a session of the peer support network
///
/// As long as a place is left and it has not begun.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = OK, description = "The session", body = PeerSession)))]
#[post("/v1/peer-support/sessions/{id}/sign-up")]
async fn sign_up_for_peer_session(
    caller: Caller<SharePeerSupport>,
    id: Id<PeerSessionId>,
    seen: IfMatch,
) -> Result<Changed<PeerSession>, Problem> {
    operations::sign_up(&caller, id.0, seen).await.map(Changed)
}

/// Take a sign-up for a session back
///
/// Without a reason; the place is free again.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = OK, description = "The session", body = PeerSession)))]
#[post("/v1/peer-support/sessions/{id}/cancel-sign-up")]
async fn cancel_peer_sign_up(
    caller: Caller<SharePeerSupport>,
    id: Id<PeerSessionId>,
    seen: IfMatch,
) -> Result<Changed<PeerSession>, Problem> {
    operations::cancel_sign_up(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Cancel a session of the peer support network
///
/// By whoever invited to it.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = OK, description = "The session, cancelled", body = PeerSession)))]
#[post("/v1/peer-support/sessions/{id}/cancel")]
async fn cancel_peer_session(
    caller: Caller<SharePeerSupport>,
    id: Id<PeerSessionId>,
    seen: IfMatch,
) -> Result<Changed<PeerSession>, Problem> {
    operations::cancel(&caller, id.0, seen).await.map(Changed)
}
