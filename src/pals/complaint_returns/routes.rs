//! How returns about complaints are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::ComplaintReturnId;
use super::operations;
use super::views::{
    ComplaintReturn, ComplaintReturnChanges, ComplaintReturnFilter, NewComplaintReturn,
    ReturnChecks,
};
use crate::access::Caller;
use crate::access::permissions::{
    ManageComplaintReturns, ReadComplaintReturns, SubmitComplaintReturns,
};
use crate::http::{
    Changed, Created, Done, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem,
    Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_complaint_returns)
        .service(add_complaint_return)
        .service(get_complaint_return)
        .service(check_complaint_return)
        .service(change_complaint_return)
        .service(submit_complaint_return);
}

/// List returns about complaints
///
/// The newest first: what the organisation says in KO41a, year by year.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadComplaintReturns])),
    params(PageQuery, ComplaintReturnFilter),
    responses((status = OK, description = "A page of returns", body = Page<ComplaintReturn>)))]
#[get("/v1/pals/complaint-returns")]
async fn list_complaint_returns(
    caller: Caller<ReadComplaintReturns>,
    listing: Listing<ComplaintReturnFilter>,
) -> Result<Listed<ComplaintReturn>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Begin a return about complaints
///
/// For a financial year. The complaints themselves are kept elsewhere; here are the counts of each site. A draft may be
/// thin: its checks say what is missing.
#[utoipa::path(tag = "PALS", security(("bearer" = [ManageComplaintReturns])),
    responses((status = CREATED, description = "The return, a draft", body = ComplaintReturn)))]
#[post("/v1/pals/complaint-returns")]
async fn add_complaint_return(
    caller: Caller<ManageComplaintReturns>,
    new: Json<NewComplaintReturn>,
) -> Result<Created<ComplaintReturn>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a return about complaints
///
/// With what it says of each site.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadComplaintReturns])),
    responses((status = OK, description = "The return", body = ComplaintReturn)))]
#[get("/v1/pals/complaint-returns/{id}")]
async fn get_complaint_return(
    caller: Caller<ReadComplaintReturns>,
    id: Id<ComplaintReturnId>,
) -> Result<Found<ComplaintReturn>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Check a return about complaints
///
/// Names each check that fails: resolved is upheld, partly upheld and not upheld; carried forward is brought forward and
/// new without resolved, and never below zero; ages and complainants add up to the new complaints; services, subjects
/// and professions to no fewer; every national code is counted, zero too; each site stands once.
#[utoipa::path(tag = "PALS", security(("bearer" = [ReadComplaintReturns])),
    responses((status = OK, description = "The checks that fail", body = ReturnChecks)))]
#[get("/v1/pals/complaint-returns/{id}/checks")]
async fn check_complaint_return(
    caller: Caller<ReadComplaintReturns>,
    id: Id<ComplaintReturnId>,
) -> Result<Done<ReturnChecks>, Problem> {
    operations::checks(&caller, id.0).await.map(Done)
}

/// Change a return about complaints
///
/// While it is a draft. What it says of sites is replaced as a whole.
#[utoipa::path(tag = "PALS", security(("bearer" = [ManageComplaintReturns])),
    responses((status = OK, description = "The return as changed", body = ComplaintReturn)))]
#[patch("/v1/pals/complaint-returns/{id}")]
async fn change_complaint_return(
    caller: Caller<ManageComplaintReturns>,
    id: Id<ComplaintReturnId>,
    seen: IfMatch,
    changes: Json<ComplaintReturnChanges>,
) -> Result<Changed<ComplaintReturn>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Submit a return about complaints
///
/// When every check passes, by another person than the one who wrote it last. It never changes again, and there is one a
/// year.
#[utoipa::path(tag = "PALS", security(("bearer" = [SubmitComplaintReturns])),
    responses((status = OK, description = "The return, submitted", body = ComplaintReturn)))]
#[post("/v1/pals/complaint-returns/{id}/submit")]
async fn submit_complaint_return(
    caller: Caller<SubmitComplaintReturns>,
    id: Id<ComplaintReturnId>,
    seen: IfMatch,
) -> Result<Changed<ComplaintReturn>, Problem> {
    operations::submit(&caller, id.0, seen).await.map(Changed)
}
