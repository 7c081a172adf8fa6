//! How templates are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::TemplateId;
use super::views::{NewTemplate, Template, TemplateChanges, TemplateFilter};
use super::{adaptations, operations, versions};
use crate::access::Caller;
use crate::access::permissions::{ManageTemplates, ReadTemplates};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_templates)
        .service(add_template)
        .service(get_template)
        .service(change_template)
        .configure(versions::routes)
        .configure(adaptations::routes);
}

/// List templates
///
/// Of the caller's organisation, by title. Who adapts templates sees those that have a published version.
#[utoipa::path(tag = "Templates", security(("bearer" = [ReadTemplates])), params(PageQuery, TemplateFilter),
    responses((status = OK, description = "A page of templates", body = Page<Template>)))]
#[get("/v1/templates")]
async fn list_templates(
    caller: Caller<ReadTemplates>,
    listing: Listing<TemplateFilter>,
) -> Result<Listed<Template>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add a template
///
/// What it is for. Its text comes with its first version.
#[utoipa::path(tag = "Templates", security(("bearer" = [ManageTemplates])),
    responses((status = CREATED, description = "The template as added", body = Template)))]
#[post("/v1/templates")]
async fn add_template(
    caller: Caller<ManageTemplates>,
    new: Json<NewTemplate>,
) -> Result<Created<Template>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a template
///
/// What it is for, and which version is published.
#[utoipa::path(tag = "Templates", security(("bearer" = [ReadTemplates])),
    responses((status = OK, description = "The template", body = Template)))]
#[get("/v1/templates/{id}")]
async fn get_template(
    caller: Caller<ReadTemplates>,
    id: Id<TemplateId>,
) -> Result<Found<Template>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a template
///
/// Its title, or when to use it. Its text changes by new versions only.
#[utoipa::path(tag = "Templates", security(("bearer" = [ManageTemplates])),
    responses((status = OK, description = "The template as changed", body = Template)))]
#[patch("/v1/templates/{id}")]
async fn change_template(
    caller: Caller<ManageTemplates>,
    id: Id<TemplateId>,
    seen: IfMatch,
    changes: Json<TemplateChanges>,
) -> Result<Changed<Template>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}
