//! How receipts are reached over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, post};

use super::entity::ClaimReceiptId;
use super::operations;
use super::views::{ClaimReceipt, NewClaimReceipt};
use crate::access::Caller;
use crate::access::permissions::{ReadClaims, SubmitClaims};
use crate::claims::ClaimId;
use crate::files::Upload;
use crate::http::{
    Created, Found, Id, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered,
};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_claim_receipts)
        .service(add_claim_receipt)
        .service(get_claim_receipt)
        .service(get_claim_receipt_content);
}

/// List the receipts of a claim
///
/// The newest first. The read is recorded.
#[utoipa::path(tag = "Claims", security(("bearer" = [ReadClaims])), params(PageQuery),
    responses((status = OK, description = "A page of receipts", body = Page<ClaimReceipt>)))]
#[get("/v1/claims/{id}/receipts")]
async fn list_claim_receipts(
    caller: Caller<ReadClaims>,
    id: Id<ClaimId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<ClaimReceipt>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Upload a receipt
///
/// A form with a file, for a claim that nobody has confirmed: by the partner, or by staff who got it on paper. With
/// `line`, it is that line's receipt from now on.
#[utoipa::path(tag = "Claims", security(("bearer" = [SubmitClaims])),
    request_body(content = NewClaimReceipt, content_type = "multipart/form-data"),
    responses((status = CREATED, description = "The receipt", body = ClaimReceipt)))]
#[post("/v1/claims/{id}/receipts")]
async fn add_claim_receipt(
    caller: Caller<SubmitClaims>,
    id: Id<ClaimId>,
    upload: Upload<NewClaimReceipt>,
) -> Result<Created<ClaimReceipt>, Problem> {
    operations::add(&caller, id.0, upload).await.map(Created)
}

/// Read a receipt
///
/// What file it is, and of which claim. The read is recorded.
#[utoipa::path(tag = "Claims", security(("bearer" = [ReadClaims])),
    responses((status = OK, description = "The receipt", body = ClaimReceipt)))]
#[get("/v1/claim-receipts/{id}")]
async fn get_claim_receipt(
    caller: Caller<ReadClaims>,
    id: Id<ClaimReceiptId>,
) -> Result<Found<ClaimReceipt>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Download a receipt
///
/// The file as it was uploaded. The read is recorded.
#[utoipa::path(tag = "Claims", security(("bearer" = [ReadClaims])),
    responses((status = OK, description = "The file", content_type = "application/octet-stream", body = Vec<u8>)))]
#[get("/v1/claim-receipts/{id}/content")]
async fn get_claim_receipt_content(
    caller: Caller<ReadClaims>,
    id: Id<ClaimReceiptId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let file = operations::content(&caller, id.0).await?;
    file.send(&request, &[]).await
}
