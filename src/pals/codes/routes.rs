//! How codes are reached over HTTP.

use actix_web::{get, post};

use super::entity::PalsCodeId;
use super::operations;
use super::views::{EndPalsCode, NewPalsCode, PalsCode, PalsCodeFilter};
use crate::access::Caller;
use crate::access::permissions::{ManagePalsSettings, ReadPalsSettings};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_pals_codes)
        .service(add_pals_code)
        .service(get_pals_code)
        .service(end_pals_code);
}

/// List the codes of PALS
///
/// Subjects, services, and the other sections of the return about complaints: those of ENGLAND, which are for every
/// organisation, and those of the caller's own. Where an organisation has one of the same code that has begun, that
/// one counts.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadPalsSettings])), params(PageQuery, PalsCodeFilter),
    responses((status = OK, description = "A page of codes", body = Page<PalsCode>)))]
#[get("/v1/pals/codes")]
async fn list_pals_codes(
    caller: Caller<ReadPalsSettings>,
    listing: Listing<PalsCodeFilter>,
) -> Result<Listed<PalsCode>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add a code of PALS
///
/// For the caller's organisation. With the code of one for everyone it gives that one another label, or other days;
/// a code of its own names the national one under which it is counted.
#[utoipa::path(tag = "PALS", security(("bearer" = [ManagePalsSettings])),
    responses((status = CREATED, description = "The code as added", body = PalsCode)))]
#[post("/v1/pals/codes")]
async fn add_pals_code(
    caller: Caller<ManagePalsSettings>,
    new: Json<NewPalsCode>,
) -> Result<Created<PalsCode>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a code of PALS
///
/// With its label and the days on which it is in use.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadPalsSettings])),
    responses((status = OK, description = "The code", body = PalsCode)))]
#[get("/v1/pals/codes/{id}")]
async fn get_pals_code(
    caller: Caller<ReadPalsSettings>,
    id: Id<PalsCodeId>,
) -> Result<Found<PalsCode>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// End a code of PALS
///
/// Says which day is its last. What was counted under it stays so.
#[utoipa::path(tag = "PALS", security(("bearer" = [ManagePalsSettings])),
    responses((status = OK, description = "The code with its last day", body = PalsCode)))]
#[post("/v1/pals/codes/{id}/end")]
async fn end_pals_code(
    caller: Caller<ManagePalsSettings>,
    id: Id<PalsCodeId>,
    seen: IfMatch,
    end: Json<EndPalsCode>,
) -> Result<Changed<PalsCode>, Problem> {
    operations::end(&caller, id.0, seen, end.0)
        .await
        .map(Changed)
}
