//! How actions are reached over HTTP.

use actix_web::{get, post};

use super::entity::OneToOneActionId;
use super::operations;
use super::views::{NewOneToOneAction, OneToOneAction, OneToOneActionFilter};
use crate::access::Caller;
use crate::access::permissions::{ActOnOneToOnes, ReadOneToOnes};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_one_to_one_actions)
        .service(add_one_to_one_action)
        .service(get_one_to_one_action)
        .service(complete_one_to_one_action);
}

/// List what was agreed in one-to-ones
///
/// For the two who agreed it: a partner lists theirs, a member of staff those with the partners whom they
/// support. Nobody else sees any. Each read is recorded.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ReadOneToOnes])),
    params(PageQuery, OneToOneActionFilter),
    responses((status = OK, description = "A page of actions", body = Page<OneToOneAction>)))]
#[get("/v1/one-to-one-actions")]
async fn list_one_to_one_actions(
    caller: Caller<ReadOneToOnes>,
    listing: Listing<OneToOneActionFilter>,
) -> Result<Listed<OneToOneAction>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add an action to a one-to-one
///
/// One that was held; by the partner, or the member of staff who held it.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ActOnOneToOnes])),
    responses((status = CREATED, description = "The action", body = OneToOneAction)))]
#[post("/v1/one-to-one-actions")]
async fn add_one_to_one_action(
    caller: Caller<ActOnOneToOnes>,
    new: Json<NewOneToOneAction>,
) -> Result<Created<OneToOneAction>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read an action of a one-to-one
///
/// What is to be done, by which of the two, and until when. The read is recorded.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ReadOneToOnes])),
    responses((status = OK, description = "The action", body = OneToOneAction)))]
#[get("/v1/one-to-one-actions/{id}")]
async fn get_one_to_one_action(
    caller: Caller<ReadOneToOnes>,
    id: Id<OneToOneActionId>,
) -> Result<Found<OneToOneAction>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Say that an action of a one-to-one is done
///
/// By either of the two. What is done stays in the list.
#[utoipa::path(tag = "One-to-ones", security(("bearer" = [ActOnOneToOnes])),
    responses((status = OK, description = "The action, done", body = OneToOneAction)))]
#[post("/v1/one-to-one-actions/{id}/complete")]
async fn complete_one_to_one_action(
    caller: Caller<ActOnOneToOnes>,
    id: Id<OneToOneActionId>,
    seen: IfMatch,
) -> Result<Changed<OneToOneAction>, Problem> {
    operations::complete(&caller, id.0, seen).await.map(Changed)
}
