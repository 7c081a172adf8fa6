//! How requests for formats are reached over HTTP.

use actix_web::{get, post};

use super::entity::FormatRequestId;
use super::views::{Decline, FormatRequest, FormatRequestFilter, NewFormatRequest};
use super::{operations, steps};
use crate::access::Caller;
use crate::access::permissions::{ManageFormatRequests, ReadFormatRequests, RequestFormats};
use crate::documents::entity::DocumentId;
use crate::http::{
    Changed, Created, Found, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(request_format)
        .service(list_format_requests)
        .service(get_format_request)
        .service(start_format_request)
        .service(decline_format_request)
        .service(close_format_request);
}

/// Ask for a document in another format
///
/// Or in another language: anyone may ask for what is missing, without saying why. Of those who are not known here, as
/// many as the service is set to can wait for one document; one more is told to ask in another way.
#[utoipa::path(tag = "Documents", security(("bearer" = [RequestFormats])),
    responses((status = CREATED, description = "The request", body = FormatRequest)))]
#[post("/v1/documents/{id}/format-requests")]
async fn request_format(
    caller: Caller<RequestFormats>,
    id: Id<DocumentId>,
    new: Json<NewFormatRequest>,
) -> Result<Created<FormatRequest>, Problem> {
    operations::add(&caller, id.0, new.0).await.map(Created)
}

/// List requests for formats
///
/// The newest first: the tasks of those who see to them, or a partner's own.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadFormatRequests])),
    params(PageQuery, FormatRequestFilter),
    responses((status = OK, description = "A page of requests", body = Page<FormatRequest>)))]
#[get("/v1/format-requests")]
async fn list_format_requests(
    caller: Caller<ReadFormatRequests>,
    listing: Listing<FormatRequestFilter>,
) -> Result<Listed<FormatRequest>, Problem> {
    operations::list(&caller, listing).await.map(Listed)
}

/// Read a request for a format
///
/// What is wanted, and where it stands.
#[utoipa::path(tag = "Documents", security(("bearer" = [ReadFormatRequests])),
    responses((status = OK, description = "The request", body = FormatRequest)))]
#[get("/v1/format-requests/{id}")]
async fn get_format_request(
    caller: Caller<ReadFormatRequests>,
    id: Id<FormatRequestId>,
) -> Result<Found<FormatRequest>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Start to see to a request for a format
///
/// So that colleagues know that somebody does.
#[utoipa::path(tag = "Documents", security(("bearer" = [ManageFormatRequests])),
    responses((status = OK, description = "The request, in progress", body = FormatRequest)))]
#[post("/v1/format-requests/{id}/start")]
async fn start_format_request(
    caller: Caller<ManageFormatRequests>,
    id: Id<FormatRequestId>,
    seen: IfMatch,
) -> Result<Changed<FormatRequest>, Problem> {
    steps::start(&caller, id.0, seen).await.map(Changed)
}

/// Decline a request for a format
///
/// With a reason. A partner who asked is told by message.
#[utoipa::path(tag = "Documents", security(("bearer" = [ManageFormatRequests])),
    responses((status = OK, description = "The request, declined", body = FormatRequest)))]
#[post("/v1/format-requests/{id}/decline")]
async fn decline_format_request(
    caller: Caller<ManageFormatRequests>,
    id: Id<FormatRequestId>,
    seen: IfMatch,
    declined: Json<Decline>,
) -> Result<Changed<FormatRequest>, Problem> {
    steps::decline(&caller, id.0, seen, declined.0)
        .await
        .map(Changed)
}

/// Close a request for a format
///
/// Once the one who asked was told what became of it. How to reach them is forgotten with this.
#[utoipa::path(tag = "Documents", security(("bearer" = [ManageFormatRequests])),
    responses((status = OK, description = "The request, closed", body = FormatRequest)))]
#[post("/v1/format-requests/{id}/close")]
async fn close_format_request(
    caller: Caller<ManageFormatRequests>,
    id: Id<FormatRequestId>,
    seen: IfMatch,
) -> Result<Changed<FormatRequest>, Problem> {
    steps::close(&caller, id.0, seen).await.map(Changed)
}
