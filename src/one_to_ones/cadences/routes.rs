//! How cadences are reached over HTTP.

use actix_web::{get, post};

use super::entity::OneToOneCadenceId;
use super::operations;
use super::views::{NewOneToOneCadence, OneToOneCadence};
use crate::access::Caller;
use crate::access::permissions::{ReadOneToOnes, SetOneToOneCadence};
use crate::http::{
    Created, Found, Id, Json, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_one_to_one_cadences)
        .service(set_one_to_one_cadence)
        .service(get_one_to_one_cadence);
}

/// List the cadences of one-to-ones
///
/// What the organisation has set, the newest first. Without any, one-to-ones are due after 1 month, after
/// 3 months, and then every 6 months.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ReadOneToOnes])), params(PageQuery),
    responses((status = OK, description = "A page of cadences", body = Page<OneToOneCadence>)))]
#[get("/v1/one-to-one-cadences")]
async fn list_one_to_one_cadences(
    caller: Caller<ReadOneToOnes>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<OneToOneCadence>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Set a cadence of one-to-ones
///
/// For roles that start on a day or later. What is planned already stays as it is.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [SetOneToOneCadence])),
    responses((status = CREATED, description = "The cadence", body = OneToOneCadence)))]
#[post("/v1/one-to-one-cadences")]
async fn set_one_to_one_cadence(
    caller: Caller<SetOneToOneCadence>,
    new: Json<NewOneToOneCadence>,
) -> Result<Created<OneToOneCadence>, Problem> {
    operations::set(&caller, new.0).await.map(Created)
}

/// Read a cadence of one-to-ones
///
/// After how many months one-to-ones are due, for roles that start from which day on.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ReadOneToOnes])),
    responses((status = OK, description = "The cadence", body = OneToOneCadence)))]
#[get("/v1/one-to-one-cadences/{id}")]
async fn get_one_to_one_cadence(
    caller: Caller<ReadOneToOnes>,
    id: Id<OneToOneCadenceId>,
) -> Result<Found<OneToOneCadence>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}
