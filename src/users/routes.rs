//! How users are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::UserId;
use super::views::{NewUser, User, UserChanges, UserFilter};
use super::{linking, operations};
use crate::access::Caller;
use crate::access::permissions::{ConfirmUserLinks, ManageUsers, ReadUsers};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_users)
        .service(add_user)
        .service(get_user)
        .service(change_user)
        .service(remove_user)
        .service(restore_user)
        .service(confirm_user_link);
}

/// List users
///
/// The people who have or had roles in the organisation. The read is recorded.
#[utoipa::path(tag = "Users", security(("bearer" = [ReadUsers])), params(PageQuery, UserFilter),
    responses((status = OK, description = "A page of users", body = Page<User>)))]
#[get("/v1/users")]
async fn list_users(
    caller: Caller<ReadUsers>,
    listing: Listing<UserFilter>,
) -> Result<Listed<User>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add a user
///
/// Gives a person, known by issuer and subject, roles in the organisation. Roles count from the next
/// request on. Nobody gives what they don't hold: `partnerId` needs `partners:manage` and
/// `access-needs:read` too, and is proposed: see `POST /v1/users/{id}/confirm-link`.
#[utoipa::path(tag = "Users", security(("bearer" = [ManageUsers])),
    responses((status = CREATED, description = "The user as added", body = User)))]
#[post("/v1/users")]
async fn add_user(
    caller: Caller<ManageUsers>,
    new: Json<NewUser>,
) -> Result<Created<User>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a user
///
/// One person with their roles. The read is recorded.
#[utoipa::path(tag = "Users", security(("bearer" = [ReadUsers])),
    responses((status = OK, description = "The user", body = User)))]
#[get("/v1/users/{id}")]
async fn get_user(caller: Caller<ReadUsers>, id: Id<UserId>) -> Result<Found<User>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a user
///
/// Name, e-mail address, roles and the link to their own partner record. A role taken away is gone at
/// the next request. The last engagement administrator of an organisation keeps that role. A new
/// `partnerId` needs `partners:manage` and `access-needs:read` too, and is proposed: another person confirms it.
#[utoipa::path(tag = "Users", security(("bearer" = [ManageUsers])),
    responses((status = OK, description = "The user as changed", body = User)))]
#[patch("/v1/users/{id}")]
async fn change_user(
    caller: Caller<ManageUsers>,
    id: Id<UserId>,
    seen: IfMatch,
    changes: Json<UserChanges>,
) -> Result<Changed<User>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Remove a user
///
/// Their tokens are refused from the next request on. The record stays, because others name it.
#[utoipa::path(tag = "Users", security(("bearer" = [ManageUsers])),
    responses((status = OK, description = "The user, removed", body = User)))]
#[post("/v1/users/{id}/remove")]
async fn remove_user(
    caller: Caller<ManageUsers>,
    id: Id<UserId>,
    seen: IfMatch,
) -> Result<Changed<User>, Problem> {
    operations::step(&caller, id.0, seen, "remove", "user.removed")
        .await
        .map(Changed)
}

/// Restore a user
///
/// A removed user may call again, with the roles that they had.
#[utoipa::path(tag = "Users", security(("bearer" = [ManageUsers])),
    responses((status = OK, description = "The user, active again", body = User)))]
#[post("/v1/users/{id}/restore")]
async fn restore_user(
    caller: Caller<ManageUsers>,
    id: Id<UserId>,
    seen: IfMatch,
) -> Result<Changed<User>, Problem> {
    operations::step(&caller, id.0, seen, "restore", "user.restored")
        .await
        .map(Changed)
}

/// Confirm a link between a user and a partner
///
/// From now on, the user reads and changes what is the partner's own. Another person proposed it with `partnerId`. Where
/// somebody signs in as the partner already, the partner confirms it, and nobody else; the partner is told in any case.
#[utoipa::path(tag = "Users", security(("bearer" = [ConfirmUserLinks])),
    responses((status = OK, description = "The user, linked to the partner", body = User)))]
#[post("/v1/users/{id}/confirm-link")]
async fn confirm_user_link(
    caller: Caller<ConfirmUserLinks>,
    id: Id<UserId>,
    seen: IfMatch,
) -> Result<Changed<User>, Problem> {
    linking::confirm(&caller, id.0, seen).await.map(Changed)
}
