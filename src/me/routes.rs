//! How callers find out who they are and what they may do.

use actix_web::get;

use super::views::{Me, PermissionTable};
use crate::access::Caller;
use crate::access::permissions::{ReadPermissions, ReadSelf};
use crate::http::{Found, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config.service(get_me).service(get_permissions);
}

/// Read who I am
///
/// The caller as this service sees them: issuer, subject, client, organisation, roles, and every
/// permission with its reach. What was taken away a moment ago is no longer in it.
#[utoipa::path(tag = "Me", security(("bearer" = [ReadSelf])),
    responses((status = OK, description = "The caller", body = Me,
               headers(("ETag" = String, description = "Changes with the content")))))]
#[get("/v1/me")]
async fn get_me(caller: Caller<ReadSelf>) -> Found<Me> {
    Found(Me::from(caller.principal()))
}

/// Read the table of roles and permissions
///
/// Which role holds which permission, how far it reaches, and which operations need it.
#[utoipa::path(tag = "Me", security(("bearer" = [ReadPermissions])),
    responses((status = OK, description = "The table", body = PermissionTable,
               headers(("ETag" = String, description = "Changes with the content")))))]
#[get("/v1/permissions")]
async fn get_permissions(caller: Caller<ReadPermissions>) -> Found<PermissionTable> {
    Found(PermissionTable::of(&caller.state().contract))
}
