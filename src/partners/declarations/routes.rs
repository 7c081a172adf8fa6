//! How declarations of interest are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::DeclarationId;
use super::operations;
use super::views::{Declaration, DeclarationChanges, NewDeclaration};
use crate::access::Caller;
use crate::access::permissions::{ManagePartners, ReadPartners};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
    Unfiltered,
};
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_declarations)
        .service(add_declaration)
        .service(get_declaration)
        .service(change_declaration);
}

/// List a partner's declarations of interest
///
/// The newest first, those that say that there is no interest included.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])), params(PageQuery),
    responses((status = OK, description = "A page of declarations", body = Page<Declaration>)))]
#[get("/v1/partners/{id}/declarations")]
async fn list_declarations(
    caller: Caller<ReadPartners>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Declaration>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Declare an interest
///
/// Or that there is none, with `nil`. What is done about an interest is for staff to say.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = CREATED, description = "The declaration", body = Declaration)))]
#[post("/v1/partners/{id}/declarations")]
async fn add_declaration(
    caller: Caller<ManagePartners>,
    id: Id<PartnerId>,
    new: Json<NewDeclaration>,
) -> Result<Created<Declaration>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// Read a declaration of interest
///
/// What was declared, since when, and what is done about it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])),
    responses((status = OK, description = "The declaration", body = Declaration)))]
#[get("/v1/declarations/{id}")]
async fn get_declaration(
    caller: Caller<ReadPartners>,
    id: Id<DeclarationId>,
) -> Result<Found<Declaration>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a declaration of interest
///
/// Corrects its description, says when the interest ended, or what is done about it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ManagePartners])),
    responses((status = OK, description = "The declaration as changed", body = Declaration)))]
#[patch("/v1/declarations/{id}")]
async fn change_declaration(
    caller: Caller<ManagePartners>,
    id: Id<DeclarationId>,
    seen: IfMatch,
    changes: Json<DeclarationChanges>,
) -> Result<Changed<Declaration>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}
