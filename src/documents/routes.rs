//! How documents are reached over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, patch, post};

use super::entity::DocumentId;
use super::operations;
use super::versions;
use super::views::{Document, DocumentChanges, DocumentFilter, NewDocument, WantedEdition};
use crate::access::Caller;
use crate::access::permissions::{ManageDocuments, ReadDocuments};
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Parameters,
    Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_documents)
        .service(add_document)
        .service(get_document)
        .service(change_document)
        .service(get_document_content)
        .configure(versions::routes);
}

/// List documents
///
/// Those that are published for everyone, by any organisation; for partners, also those for them; for staff,
/// all of their organisation's.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadDocuments])), params(PageQuery, DocumentFilter),
    responses((status = OK, description = "A page of documents", body = Page<Document>)))]
#[get("/v1/documents")]
async fn list_documents(
    caller: Caller<ReadDocuments>,
    listing: Listing<DocumentFilter>,
) -> Result<Listed<Document>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Add a document
///
/// What it is and for whom. Its text comes with its first version.
#[utoipa::path(tag = "Documents", security(("bearer" = [ManageDocuments])),
    responses((status = CREATED, description = "The document as added", body = Document)))]
#[post("/v1/documents")]
async fn add_document(
    caller: Caller<ManageDocuments>,
    new: Json<NewDocument>,
) -> Result<Created<Document>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Read a document
///
/// What it is, for whom, and in which formats and languages it is published.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadDocuments])),
    responses((status = OK, description = "The document", body = Document)))]
#[get("/v1/documents/{id}")]
async fn get_document(
    caller: Caller<ReadDocuments>,
    id: Id<DocumentId>,
) -> Result<Found<Document>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change a document
///
/// What is said about it. What is in it changes by new versions only.
#[utoipa::path(tag = "Documents", security(("bearer" = [ManageDocuments])),
    responses((status = OK, description = "The document as changed", body = Document)))]
#[patch("/v1/documents/{id}")]
async fn change_document(
    caller: Caller<ManageDocuments>,
    id: Id<DocumentId>,
    seen: IfMatch,
    changes: Json<DocumentChanges>,
) -> Result<Changed<Document>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// Download a document
///
/// The current version in a format and language: a link that stays right. The Link header names the version. Parts
/// can be asked for (Range), and the digest of the whole is in Repr-Digest.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadDocuments])), params(WantedEdition),
    responses((status = OK, description = "The file", content_type = "application/octet-stream", body = Vec<u8>)))]
#[get("/v1/documents/{id}/content")]
async fn get_document_content(
    caller: Caller<ReadDocuments>,
    id: Id<DocumentId>,
    wanted: Parameters<WantedEdition>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (file, version) = operations::content(&caller, id.0, wanted.0).await?;
    let link = format!("</v1/document-versions/{version}>; rel=\"describedby\"");
    file.send(&request, &[link]).await
}
