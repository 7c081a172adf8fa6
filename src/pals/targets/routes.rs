//! How targets are reached over HTTP.

use actix_web::{get, post};

use super::entity::PalsTargetId;
use super::operations;
use super::views::{NewPalsTarget, PalsTarget};
use crate::access::Caller;
use crate::access::permissions::{ManagePalsSettings, ReadPalsSettings};
use crate::http::{
    Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_pals_targets)
        .service(set_pals_target)
        .service(get_pals_target);
}

/// List the targets of PALS
///
/// What the organisation has set, the newest first.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadPalsSettings])), params(PageQuery),
    responses((status = OK, description = "A page of targets", body = Page<PalsTarget>)))]
#[get("/v1/pals/targets")]
async fn list_pals_targets(
    caller: Caller<ReadPalsSettings>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<PalsTarget>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Set a target of PALS
///
/// For contacts of a kind that are received or reopened on a day or later. Those that were received before keep theirs.
#[utoipa::path(tag = "PALS", security(("bearer" = [ManagePalsSettings])),
    responses((status = CREATED, description = "The target", body = PalsTarget)))]
#[post("/v1/pals/targets")]
async fn set_pals_target(
    caller: Caller<ManagePalsSettings>,
    new: Json<NewPalsTarget>,
) -> Result<Created<PalsTarget>, Problem> {
    operations::set(&caller, new.0).await.map(Created)
}

/// Read a target of PALS
///
/// Within how many working days contacts of a kind are resolved, from which day on.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadPalsSettings])),
    responses((status = OK, description = "The target", body = PalsTarget)))]
#[get("/v1/pals/targets/{id}")]
async fn get_pals_target(
    caller: Caller<ReadPalsSettings>,
    id: Id<PalsTargetId>,
) -> Result<Found<PalsTarget>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}
