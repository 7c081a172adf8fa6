//! How decisions about the checks of a role are reached over HTTP.

use actix_web::{get, post};

use super::entity::CheckRequirementId;
use super::operations;
use super::views::{CheckRequirement, CheckRequirementFilter, NewCheckRequirement};
use crate::access::Caller;
use crate::access::permissions::{DecideCheckRequirements, ReadCheckRequirements};
use crate::http::{Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_check_requirements)
        .service(decide_check_requirement)
        .service(get_check_requirement);
}

/// List decisions about checks
///
/// Which checks roles may ask for by law, the newest decision first.
#[utoipa::path(tag = "Checks", security(("bearer" = [ReadCheckRequirements])),
    params(PageQuery, CheckRequirementFilter),
    responses((status = OK, description = "A page of decisions", body = Page<CheckRequirement>)))]
#[get("/v1/check-requirements")]
async fn list_check_requirements(
    caller: Caller<ReadCheckRequirements>,
    listing: Listing<CheckRequirementFilter>,
) -> Result<Listed<CheckRequirement>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Decide which checks a role may ask for
///
/// Before anyone is asked: at which level, for work with whom, and on which legal basis. The newest decision
/// about a role holds, also for the partners who were appointed to it and wait for their checks.
#[utoipa::path(tag = "Checks", security(("bearer" = [DecideCheckRequirements])),
    responses((status = CREATED, description = "The decision", body = CheckRequirement)))]
#[post("/v1/check-requirements")]
async fn decide_check_requirement(
    caller: Caller<DecideCheckRequirements>,
    new: Json<NewCheckRequirement>,
) -> Result<Created<CheckRequirement>, Problem> {
    operations::decide(&caller, new.0).await.map(Created)
}

/// Read a decision about checks
///
/// At which level a role is eligible, on which legal basis, and who decided it.
#[utoipa::path(tag = "Checks", security(("bearer" = [ReadCheckRequirements])),
    responses((status = OK, description = "The decision", body = CheckRequirement)))]
#[get("/v1/check-requirements/{id}")]
async fn get_check_requirement(
    caller: Caller<ReadCheckRequirements>,
    id: Id<CheckRequirementId>,
) -> Result<Found<CheckRequirement>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}
