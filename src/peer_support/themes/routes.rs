//! How themes are reached over HTTP.

use actix_web::{get, post};

use super::entity::PeerThemeId;
use super::operations;
use super::views::{NewPeerTheme, PeerTheme, PeerThemeFilter};
use crate::access::Caller;
use crate::access::permissions::{ReadPeerThemes, SharePeerSupport};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_peer_themes)
        .service(propose_peer_theme)
        .service(get_peer_theme)
        .service(agree_to_peer_theme)
        .service(withdraw_peer_theme);
}

/// List themes of the peer support network
///
/// Those who belong to it see what is proposed, and how many agree. Staff see what the network let out: what it
/// says and the day, without authors. `mine=true` finds what one proposed, though one has left.
#[utoipa::path(tag = "Peer support", security(("bearer" = [ReadPeerThemes])),
    params(PageQuery, PeerThemeFilter),
    responses((status = OK, description = "A page of themes", body = Page<PeerTheme>)))]
#[get("/v1/peer-support/themes")]
async fn list_peer_themes(
    caller: Caller<ReadPeerThemes>,
    listing: Listing<PeerThemeFilter>,
) -> Result<Listed<PeerTheme>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Propose a theme to the peer support network
///
/// It is let out once three others agree, and the network has five or more: of fewer, each could be the author.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = CREATED, description = "The theme", body = PeerTheme)))]
#[post("/v1/peer-support/themes")]
async fn propose_peer_theme(
    caller: Caller<SharePeerSupport>,
    new: Json<NewPeerTheme>,
) -> Result<Created<PeerTheme>, Problem> {
    operations::propose(&caller, new.0).await.map(Created)
}

/// Read a theme of the peer support network
///
/// For those who belong to it, and for staff once it was let out.
#[utoipa::path(tag = "Peer support", security(("bearer" = [ReadPeerThemes])),
    responses((status = OK, description = "The theme", body = PeerTheme)))]
#[get("/v1/peer-support/themes/{id}")]
async fn get_peer_theme(
    caller: Caller<ReadPeerThemes>,
    id: Id<PeerThemeId>,
) -> Result<Found<PeerTheme>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Agree that a theme is let out
///
/// Once, and not to one's own. The last one who is needed releases it.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = OK, description = "The theme", body = PeerTheme)))]
#[post("/v1/peer-support/themes/{id}/agree")]
async fn agree_to_peer_theme(
    caller: Caller<SharePeerSupport>,
    id: Id<PeerThemeId>,
    seen: IfMatch,
) -> Result<Changed<PeerTheme>, Problem> {
    operations::agree(&caller, id.0, seen).await.map(Changed)
}

/// Keep a theme in the peer support network
///
/// By whoever proposed it, as long as it was not let out; though they have left the network meanwhile.
#[utoipa::path(tag = "Peer support", security(("bearer" = [SharePeerSupport])),
    responses((status = OK, description = "The theme, withdrawn", body = PeerTheme)))]
#[post("/v1/peer-support/themes/{id}/withdraw")]
async fn withdraw_peer_theme(
    caller: Caller<SharePeerSupport>,
    id: Id<PeerThemeId>,
    seen: IfMatch,
) -> Result<Changed<PeerTheme>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}
