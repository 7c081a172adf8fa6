//! How versions of documents are reached over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, post};

use super::entity::DocumentVersionId;
use super::lifecycle::Status;
use super::views::{
    Consultation, DocumentVersion, DocumentVersionFilter, NewDocumentVersion, Withdrawal,
};
use super::{operations, steps};
use crate::access::Caller;
use crate::access::permissions::{
    ApproveDocuments, ManageDocuments, PublishDocuments, ReadDocuments,
};
use crate::documents::entity::DocumentId;
use crate::files::Upload;
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_document_versions)
        .service(add_document_version)
        .service(get_document_version)
        .service(get_document_version_content)
        .service(consult_on_document_version)
        .service(approve_document_version)
        .service(publish_document_version)
        .service(withdraw_document_version);
}

/// List the versions of a document
///
/// The newest first. Without a role of staff, those that are or were published.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadDocuments])),
    params(PageQuery, DocumentVersionFilter),
    responses((status = OK, description = "A page of versions", body = Page<DocumentVersion>)))]
#[get("/v1/documents/{id}/versions")]
async fn list_document_versions(
    caller: Caller<ReadDocuments>,
    id: Id<DocumentId>,
    listing: Listing<DocumentVersionFilter>,
) -> Result<Listed<DocumentVersion>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Upload a version of a document
///
/// A form with a file. What the file is, is told by its bytes: its name and its media type have to agree with them.
/// Archives are looked into; files with macros, and those that are far larger unpacked, are refused.
#[utoipa::path(tag = "Documents", security(("bearer" = [ManageDocuments])),
    request_body(content = NewDocumentVersion, content_type = "multipart/form-data"),
    responses((status = CREATED, description = "The version, a draft", body = DocumentVersion)))]
#[post("/v1/documents/{id}/versions")]
async fn add_document_version(
    caller: Caller<ManageDocuments>,
    id: Id<DocumentId>,
    upload: Upload<NewDocumentVersion>,
) -> Result<Created<DocumentVersion>, Problem> {
    operations::add(&caller, id.0, upload).await.map(Created)
}

/// Read a version of a document
///
/// What is new in it, what its file is, and where it stands.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadDocuments])),
    responses((status = OK, description = "The version", body = DocumentVersion)))]
#[get("/v1/document-versions/{id}")]
async fn get_document_version(
    caller: Caller<ReadDocuments>,
    id: Id<DocumentVersionId>,
) -> Result<Found<DocumentVersion>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Download a version of a document
///
/// This very version. One that is superseded says so in the Link header, which leads to its successor and to the
/// current version.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadDocuments])),
    responses((status = OK, description = "The file", content_type = "application/octet-stream", body = Vec<u8>)))]
#[get("/v1/document-versions/{id}/content")]
async fn get_document_version_content(
    caller: Caller<ReadDocuments>,
    id: Id<DocumentVersionId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (file, version) = operations::content(&caller, id.0).await?;
    file.send(&request, &links(&version)).await
}

/// Where to find what has taken a version's place (RFC 5829).
fn links(version: &DocumentVersion) -> Vec<String> {
    let DocumentVersion {
        id,
        document_id,
        format,
        language,
        ..
    } = version;
    let mut links = vec![format!("</v1/document-versions/{id}>; rel=\"describedby\"")];
    if version.status == Status::Superseded {
        links.push(format!(
            "</v1/documents/{document_id}/content?format={format}&language={language}>; rel=\"latest-version\""
        ));
        links.extend(version.superseded_by_id.map(|next| {
            format!("</v1/document-versions/{next}/content>; rel=\"successor-version\"")
        }));
    }
    links
}

/// Note who was asked about a version
///
/// Who was consulted, and what came of it. A version that has to change after that is another version.
#[utoipa::path(tag = "Documents", security(("bearer" = [ManageDocuments])),
    responses((status = OK, description = "The version, consulted on", body = DocumentVersion)))]
#[post("/v1/document-versions/{id}/consult")]
async fn consult_on_document_version(
    caller: Caller<ManageDocuments>,
    id: Id<DocumentVersionId>,
    seen: IfMatch,
    consultation: Json<Consultation>,
) -> Result<Changed<DocumentVersion>, Problem> {
    steps::consult(&caller, id.0, seen, consultation.0)
        .await
        .map(Changed)
}

/// Approve a version of a document
///
/// By a person who did not upload it.
#[utoipa::path(tag = "Documents", security(("bearer" = [ApproveDocuments])),
    responses((status = OK, description = "The version, approved", body = DocumentVersion)))]
#[post("/v1/document-versions/{id}/approve")]
async fn approve_document_version(
    caller: Caller<ApproveDocuments>,
    id: Id<DocumentVersionId>,
    seen: IfMatch,
) -> Result<Changed<DocumentVersion>, Problem> {
    steps::approve(&caller, id.0, seen).await.map(Changed)
}

/// Publish a version of a document
///
/// From now on the document's link leads to it. The version before it is superseded, and stays to be read.
#[utoipa::path(tag = "Documents", security(("bearer" = [PublishDocuments])),
    responses((status = OK, description = "The version, published", body = DocumentVersion)))]
#[post("/v1/document-versions/{id}/publish")]
async fn publish_document_version(
    caller: Caller<PublishDocuments>,
    id: Id<DocumentVersionId>,
    seen: IfMatch,
) -> Result<Changed<DocumentVersion>, Problem> {
    steps::publish(&caller, id.0, seen).await.map(Changed)
}

/// Withdraw a version of a document
///
/// Nobody reads it any more but staff and those who were given it. An older version does not come back.
#[utoipa::path(tag = "Documents", security(("bearer" = [PublishDocuments])),
    responses((status = OK, description = "The version, withdrawn", body = DocumentVersion)))]
#[post("/v1/document-versions/{id}/withdraw")]
async fn withdraw_document_version(
    caller: Caller<PublishDocuments>,
    id: Id<DocumentVersionId>,
    seen: IfMatch,
    withdrawal: Json<Withdrawal>,
) -> Result<Changed<DocumentVersion>, Problem> {
    steps::withdraw(&caller, id.0, seen, withdrawal.0)
        .await
        .map(Changed)
}
