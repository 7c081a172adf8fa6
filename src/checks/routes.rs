//! How checks are reached over HTTP.

use actix_web::{get, post};

use super::entity::CheckId;
use super::operations;
use super::views::{Check, CheckFilter, ClearCheck, NewCheck};
use crate::access::Caller;
use crate::access::permissions::{ManageChecks, ReadChecks};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_checks)
        .service(request_check)
        .service(get_check)
        .service(clear_check)
        .service(not_clear_check)
        .service(withdraw_check);
}

/// List checks
///
/// A partner lists their own, staff who recruit those of the organisation. `expiresBefore` finds those that
/// are to be made anew. Each read is recorded.
#[utoipa::path(tag = "Checks", security(("bearer" = [ReadChecks])), params(PageQuery, CheckFilter),
    responses((status = OK, description = "A page of checks", body = Page<Check>)))]
#[get("/v1/checks")]
async fn list_checks(
    caller: Caller<ReadChecks>,
    listing: Listing<CheckFilter>,
) -> Result<Listed<Check>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Ask for a check
///
/// By the Disclosure and Barring Service, once it was decided that the role is eligible for it, at the level and
/// for the workforce that were decided; or by asking a referee. The partner is told. A paid role has no free
/// check for volunteers.
#[utoipa::path(tag = "Checks", security(("bearer" = [ManageChecks])),
    responses((status = CREATED, description = "The check", body = Check)))]
#[post("/v1/checks")]
async fn request_check(
    caller: Caller<ManageChecks>,
    new: Json<NewCheck>,
) -> Result<Created<Check>, Problem> {
    operations::request(&caller, new.0).await.map(Created)
}

/// Read a check
///
/// What was asked for, on which legal basis, and what was decided. The read is recorded.
#[utoipa::path(tag = "Checks", security(("bearer" = [ReadChecks])),
    responses((status = OK, description = "The check", body = Check)))]
#[get("/v1/checks/{id}")]
async fn get_check(caller: Caller<ReadChecks>, id: Id<CheckId>) -> Result<Found<Check>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Clear a check
///
/// A person has read the certificate or the reference, and decides that nothing stands in the way. What it says
/// is not kept. The partner is told 60, 30 and 7 days before it expires.
#[utoipa::path(tag = "Checks", security(("bearer" = [ManageChecks])),
    responses((status = OK, description = "The check, cleared", body = Check)))]
#[post("/v1/checks/{id}/clear")]
async fn clear_check(
    caller: Caller<ManageChecks>,
    id: Id<CheckId>,
    seen: IfMatch,
    cleared: Json<ClearCheck>,
) -> Result<Changed<Check>, Problem> {
    operations::clear(&caller, id.0, seen, cleared.0)
        .await
        .map(Changed)
}

/// Do not clear a check
///
/// A person has read the certificate or the reference, and decides that something stands in the way. What it
/// says is not kept.
#[utoipa::path(tag = "Checks", security(("bearer" = [ManageChecks])),
    responses((status = OK, description = "The check, not cleared", body = Check)))]
#[post("/v1/checks/{id}/not-clear")]
async fn not_clear_check(
    caller: Caller<ManageChecks>,
    id: Id<CheckId>,
    seen: IfMatch,
) -> Result<Changed<Check>, Problem> {
    operations::not_clear(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Withdraw a check
///
/// It is not needed any more. What was asked for an appointment that ends is withdrawn by itself.
#[utoipa::path(tag = "Checks", security(("bearer" = [ManageChecks])),
    responses((status = OK, description = "The check, withdrawn", body = Check)))]
#[post("/v1/checks/{id}/withdraw")]
async fn withdraw_check(
    caller: Caller<ManageChecks>,
    id: Id<CheckId>,
    seen: IfMatch,
) -> Result<Changed<Check>, Problem> {
    operations::withdraw(&caller, id.0, seen).await.map(Changed)
}
