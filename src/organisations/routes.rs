//! How organisations are reached over HTTP.

use actix_web::{get, patch, post};

use super::views::{
    HierarchyFile, Organisation, OrganisationChanges, OrganisationFilter, Unit, UnitFilter,
};
use super::{Imported, operations, shares};
use crate::access::Caller;
use crate::access::permissions::{ImportOrganisations, ManageOrganisations, ReadOrganisations};
use crate::http::{
    Changed, Code, Csv, Done, Found, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem,
    Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_organisations)
        .service(import_organisations)
        .service(get_organisation)
        .service(change_organisation)
        .service(list_units);
    shares::routes(config);
}

/// List organisations
///
/// Commissioners, trusts and sites, open or closed. They are public: no credentials are needed.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ReadOrganisations])),
    params(PageQuery, OrganisationFilter),
    responses((status = OK, description = "A page of organisations", body = Page<Organisation>)))]
#[get("/v1/organisations")]
async fn list_organisations(
    caller: Caller<ReadOrganisations>,
    listing: Listing<OrganisationFilter>,
) -> Result<Listed<Organisation>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Import organisations
///
/// Takes a CSV file of commissioners, trusts, sites and wards, of up to 8 MiB. Either all of it is
/// imported, or every row that cannot be used is told: `/rows/17/site_code` is on line 17. What is
/// known and unchanged stays as it is, a change of parent is dated today, and nothing is removed.
/// For the root organisation, ENGLAND, only.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ImportOrganisations])),
    request_body(content = HierarchyFile, content_type = "text/csv"),
    responses((status = OK, description = "What the file held, and what it changed", body = Imported)))]
#[post("/v1/organisations/imports")]
async fn import_organisations(
    caller: Caller<ImportOrganisations>,
    file: Csv,
) -> Result<Done<Imported>, Problem> {
    operations::import_file(&caller, file.0).await.map(Done)
}

/// Read an organisation
///
/// With what it is, to whom it belongs since when, and how to reach its engagement team. No
/// credentials are needed.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ReadOrganisations])),
    responses((status = OK, description = "The organisation", body = Organisation)))]
#[get("/v1/organisations/{code}")]
async fn get_organisation(
    caller: Caller<ReadOrganisations>,
    code: Code,
) -> Result<Found<Organisation>, Problem> {
    operations::get(&caller, &code.0).await.map(Found)
}

/// Change how an organisation is reached
///
/// The caller's own organisation only. Codes, names and parents come by import.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ManageOrganisations])),
    responses((status = OK, description = "The organisation as changed", body = Organisation)))]
#[patch("/v1/organisations/{code}")]
async fn change_organisation(
    caller: Caller<ManageOrganisations>,
    code: Code,
    seen: IfMatch,
    changes: Json<OrganisationChanges>,
) -> Result<Changed<Organisation>, Problem> {
    operations::change(&caller, &code.0, seen, changes.0)
        .await
        .map(Changed)
}

/// List the wards of a site
///
/// Wards have no codes of their own; their names are as published. No credentials are needed.
#[utoipa::path(tag = "Organisations", security(("bearer" = [ReadOrganisations])),
    params(PageQuery, UnitFilter),
    responses((status = OK, description = "A page of wards", body = Page<Unit>)))]
#[get("/v1/organisations/{code}/units")]
async fn list_units(
    caller: Caller<ReadOrganisations>,
    code: Code,
    listing: Listing<UnitFilter>,
) -> Result<Listed<Unit>, Problem> {
    operations::units(&caller, &code.0, listing)
        .await
        .map(Listed)
}
