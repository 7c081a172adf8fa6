//! How routes of involvement are reached over HTTP.

use actix_web::{get, post};

use super::entity::{Entity, InvolvementRouteId};
use super::operations;
use super::views::{EndRoute, InvolvementRoute, InvolvementRouteFilter, NewInvolvementRoute};
use crate::access::Caller;
use crate::access::permissions::{ManageInvolvementRoutes, ReadInvolvementRoutes};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};
use crate::store::Written;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_involvement_routes)
        .service(add_involvement_route)
        .service(get_involvement_route)
        .service(end_involvement_route);
}

/// List routes of involvement
///
/// Those of ENGLAND, which are for every organisation, and those of the caller's own. Where an organisation
/// has one of the same code that has begun, that one counts.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadInvolvementRoutes])),
    params(PageQuery, InvolvementRouteFilter),
    responses((status = OK, description = "A page of routes of involvement", body = Page<InvolvementRoute>)))]
#[get("/v1/involvement-routes")]
async fn list_involvement_routes(
    caller: Caller<ReadInvolvementRoutes>,
    listing: Listing<InvolvementRouteFilter>,
) -> Result<Listed<Written<Entity, InvolvementRoute>>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add a route of involvement
///
/// For the caller's organisation. With the code of a route for everyone it gives that one another label,
/// or other days; with a last day that has passed, the organisation does not offer it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManageInvolvementRoutes])),
    responses((status = CREATED, description = "The route as added", body = InvolvementRoute)))]
#[post("/v1/involvement-routes")]
async fn add_involvement_route(
    caller: Caller<ManageInvolvementRoutes>,
    new: Json<NewInvolvementRoute>,
) -> Result<Created<InvolvementRoute>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a route of involvement
///
/// With its label and the days on which it is offered.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadInvolvementRoutes])),
    responses((status = OK, description = "The route", body = InvolvementRoute)))]
#[get("/v1/involvement-routes/{id}")]
async fn get_involvement_route(
    caller: Caller<ReadInvolvementRoutes>,
    id: Id<InvolvementRouteId>,
) -> Result<Found<InvolvementRoute>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// End a route of involvement
///
/// Says which day is its last, past or to come. Nobody is enrolled after it; who is on the route stays on
/// it until their enrolment ends.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManageInvolvementRoutes])),
    responses((status = OK, description = "The route with its last day", body = InvolvementRoute)))]
#[post("/v1/involvement-routes/{id}/end")]
async fn end_involvement_route(
    caller: Caller<ManageInvolvementRoutes>,
    id: Id<InvolvementRouteId>,
    seen: IfMatch,
    end: Json<EndRoute>,
) -> Result<Changed<InvolvementRoute>, Problem> {
    operations::end(&caller, id.0, seen, end.0)
        .await
        .map(Changed)
}
