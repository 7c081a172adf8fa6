//! How workstreams are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::{Entity, WorkstreamId};
use super::operations;
use super::views::{NewWorkstream, Workstream, WorkstreamChanges, WorkstreamFilter};
use crate::access::Caller;
use crate::access::permissions::{ManageWorkstreams, ReadWorkstreams};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};
use crate::store::Written;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_workstreams)
        .service(add_workstream)
        .service(get_workstream)
        .service(change_workstream)
        .service(close_workstream)
        .service(reopen_workstream);
}

/// List workstreams
///
/// Those of the caller's organisation, and those that other organisations share with it.
#[utoipa::path(tag = "Workstreams", security(("bearer" = [ReadWorkstreams])), params(PageQuery, WorkstreamFilter),
    responses((status = OK, description = "A page of workstreams", body = Page<Workstream>)))]
#[get("/v1/workstreams")]
async fn list_workstreams(
    caller: Caller<ReadWorkstreams>,
    listing: Listing<WorkstreamFilter>,
) -> Result<Listed<Written<Entity, Workstream>>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add a workstream
///
/// Its name has to be new in the organisation. It takes opportunities at once.
#[utoipa::path(tag = "Workstreams", security(("bearer" = [ManageWorkstreams])),
    responses((status = CREATED, description = "The workstream as added", body = Workstream)))]
#[post("/v1/workstreams")]
async fn add_workstream(
    caller: Caller<ManageWorkstreams>,
    new: Json<NewWorkstream>,
) -> Result<Created<Workstream>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a workstream
///
/// The caller's organisation's, or one that another organisation shares with it.
#[utoipa::path(tag = "Workstreams", security(("bearer" = [ReadWorkstreams])),
    responses((status = OK, description = "The workstream", body = Workstream)))]
#[get("/v1/workstreams/{id}")]
async fn get_workstream(
    caller: Caller<ReadWorkstreams>,
    id: Id<WorkstreamId>,
) -> Result<Found<Workstream>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a workstream
///
/// A merge patch: fields that are left out stay as they are.
#[utoipa::path(tag = "Workstreams", security(("bearer" = [ManageWorkstreams])),
    responses((status = OK, description = "The workstream as changed", body = Workstream)))]
#[patch("/v1/workstreams/{id}")]
async fn change_workstream(
    caller: Caller<ManageWorkstreams>,
    id: Id<WorkstreamId>,
    seen: IfMatch,
    changes: Json<WorkstreamChanges>,
) -> Result<Changed<Workstream>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Close a workstream
///
/// It takes no new opportunities; those that are there go on.
#[utoipa::path(tag = "Workstreams", security(("bearer" = [ManageWorkstreams])),
    responses((status = OK, description = "The workstream, closed", body = Workstream)))]
#[post("/v1/workstreams/{id}/close")]
async fn close_workstream(
    caller: Caller<ManageWorkstreams>,
    id: Id<WorkstreamId>,
    seen: IfMatch,
) -> Result<Changed<Workstream>, Problem> {
    operations::step(&caller, id.0, seen, "close", "workstream.closed")
        .await
        .map(Changed)
}

/// Reopen a workstream
///
/// A closed workstream takes opportunities again.
#[utoipa::path(tag = "Workstreams", security(("bearer" = [ManageWorkstreams])),
    responses((status = OK, description = "The workstream, active again", body = Workstream)))]
#[post("/v1/workstreams/{id}/reopen")]
async fn reopen_workstream(
    caller: Caller<ManageWorkstreams>,
    id: Id<WorkstreamId>,
    seen: IfMatch,
) -> Result<Changed<Workstream>, Problem> {
    operations::step(&caller, id.0, seen, "reopen", "workstream.reopened")
        .await
        .map(Changed)
}
