//! How imports are reached over HTTP.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder, get, post};

use super::entity::FriendsAndFamilyImportId;
use super::operations::{self, Outcome};
use super::views::{
    CheckedResponses, FriendsAndFamilyImport, ImportQuery, ImportedResponses, RejectedRow,
    ResponsesFile, ResponsesLines,
};
use super::withdrawing::withdraw;
use crate::access::Caller;
use crate::access::permissions::{ImportFriendsAndFamily, ReadFriendsAndFamily};
use crate::http::{
    Changed, Created, Done, Found, Id, IfMatch, Listed, Listing, Page, PageQuery, Parameters,
    Problem, Routes, Streamed, Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_friends_and_family_imports)
        .service(import_friends_and_family_responses)
        .service(get_friends_and_family_import)
        .service(list_friends_and_family_rejections)
        .service(withdraw_friends_and_family_import);
}

/// List imports of responses
///
/// The newest first.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])),
    params(PageQuery),
    responses((status = OK, description = "A page of imports", body = Page<FriendsAndFamilyImport>)))]
#[get("/v1/feedback/friends-and-family/imports")]
async fn list_friends_and_family_imports(
    caller: Caller<ReadFriendsAndFamily>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<FriendsAndFamilyImport>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Import responses
///
/// Takes a file of up to 1,000,000,000 bytes while it arrives, and counts all of it at once: whatever happens
/// meanwhile, all of it counts or none. Rows that cannot be taken stop the whole file, or with
/// `acceptance=bestEffort` are left out; every one is told by its line and field. With `importId`, the same file is
/// counted once, however often it is sent. The caller's organisation imports for itself and for what belongs to it.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ImportFriendsAndFamily])),
    params(ImportQuery),
    request_body(content((ResponsesFile = "text/csv"), (ResponsesLines = "application/x-ndjson"))),
    responses(
        (status = CREATED, description = "The import, which counts", body = ImportedResponses),
        (status = OK, description = "What would become of the file, with `dryRun=true`", body = CheckedResponses)))]
#[post("/v1/feedback/friends-and-family/imports")]
async fn import_friends_and_family_responses(
    caller: Caller<ImportFriendsAndFamily>,
    asked: Parameters<ImportQuery>,
    body: Streamed,
) -> Result<Outcome, Problem> {
    operations::import(&caller, asked.0, body).await
}

impl Responder for Outcome {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::Taken(taken) => Created(*taken).respond_to(request),
            Self::Checked(checked) => Done(*checked).respond_to(request),
        }
    }
}

/// Read an import
///
/// What was taken of it, and the first rows that were not.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])),
    responses((status = OK, description = "The import", body = ImportedResponses)))]
#[get("/v1/feedback/friends-and-family/imports/{id}")]
async fn get_friends_and_family_import(
    caller: Caller<ReadFriendsAndFamily>,
    id: Id<FriendsAndFamilyImportId>,
) -> Result<Found<ImportedResponses>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// List the rows of an import that were not taken
///
/// Field by field, in the order of the file; the first 100,000.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ReadFriendsAndFamily])), params(PageQuery),
    responses((status = OK, description = "A page of what is wrong", body = Page<RejectedRow>)))]
#[get("/v1/feedback/friends-and-family/imports/{id}/rejections")]
async fn list_friends_and_family_rejections(
    caller: Caller<ReadFriendsAndFamily>,
    id: Id<FriendsAndFamilyImportId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<RejectedRow>, Problem> {
    operations::rejections(&caller, id.0, listing)
        .await
        .map(Listed)
}

/// Withdraw an import
///
/// A file that should not have been imported: its responses stay, and count no more. Not after one of its months was
/// locked.
#[utoipa::path(tag = "Friends and Family Test", security(("bearer" = [ImportFriendsAndFamily])),
    responses((status = OK, description = "The import, which does not count", body = FriendsAndFamilyImport)))]
#[post("/v1/feedback/friends-and-family/imports/{id}/withdraw")]
async fn withdraw_friends_and_family_import(
    caller: Caller<ImportFriendsAndFamily>,
    id: Id<FriendsAndFamilyImportId>,
    seen: IfMatch,
) -> Result<Changed<FriendsAndFamilyImport>, Problem> {
    withdraw(&caller, id.0, seen).await.map(Changed)
}
