//! How versions of templates are reached over HTTP.

use actix_web::{get, post};

use super::entity::TemplateVersionId;
use super::operations;
use super::views::{NewTemplateVersion, TemplateVersion};
use crate::access::Caller;
use crate::access::permissions::{ApproveTemplates, ManageTemplates, ReadTemplates};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
    Unfiltered,
};
use crate::templates::entity::TemplateId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_template_versions)
        .service(add_template_version)
        .service(get_template_version)
        .service(approve_template_version)
        .service(publish_template_version);
}

/// List the versions of a template
///
/// The newest first.
#[utoipa::path(tag = "Templates", security(("bearer" = [ReadTemplates])), params(PageQuery),
    responses((status = OK, description = "A page of versions", body = Page<TemplateVersion>)))]
#[get("/v1/templates/{id}/versions")]
async fn list_template_versions(
    caller: Caller<ReadTemplates>,
    id: Id<TemplateId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<TemplateVersion>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Add a version of a template
///
/// Fields to fill in, and sections that may name them in double braces. Locked sections stay as they are in every
/// adaptation.
#[utoipa::path(tag = "Templates", security(("bearer" = [ManageTemplates])),
    responses((status = CREATED, description = "The version, a draft", body = TemplateVersion)))]
#[post("/v1/templates/{id}/versions")]
async fn add_template_version(
    caller: Caller<ManageTemplates>,
    id: Id<TemplateId>,
    new: Json<NewTemplateVersion>,
) -> Result<Created<TemplateVersion>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// Read a version of a template
///
/// Its fields and sections, and where it stands.
#[utoipa::path(tag = "Templates", security(("bearer" = [ReadTemplates])),
    responses((status = OK, description = "The version", body = TemplateVersion)))]
#[get("/v1/template-versions/{id}")]
async fn get_template_version(
    caller: Caller<ReadTemplates>,
    id: Id<TemplateVersionId>,
) -> Result<Found<TemplateVersion>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Approve a version of a template
///
/// By a person who did not write it.
#[utoipa::path(tag = "Templates", security(("bearer" = [ApproveTemplates])),
    responses((status = OK, description = "The version, approved", body = TemplateVersion)))]
#[post("/v1/template-versions/{id}/approve")]
async fn approve_template_version(
    caller: Caller<ApproveTemplates>,
    id: Id<TemplateVersionId>,
    seen: IfMatch,
) -> Result<Changed<TemplateVersion>, Problem> {
    operations::approve(&caller, id.0, seen).await.map(Changed)
}

/// Publish a version of a template
///
/// From now on it is the one that is adapted. Adaptations of older ones stay on them, and say how far behind they are.
#[utoipa::path(tag = "Templates", security(("bearer" = [ApproveTemplates])),
    responses((status = OK, description = "The version, published", body = TemplateVersion)))]
#[post("/v1/template-versions/{id}/publish")]
async fn publish_template_version(
    caller: Caller<ApproveTemplates>,
    id: Id<TemplateVersionId>,
    seen: IfMatch,
) -> Result<Changed<TemplateVersion>, Problem> {
    operations::publish(&caller, id.0, seen).await.map(Changed)
}
