//! How a partner's history is reached over HTTP.

use actix_web::get;

use super::operations;
use super::views::HistoryEntry;
use crate::access::Caller;
use crate::access::permissions::ReadPartnerHistory;
use crate::http::{Id, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered};
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_history);
}

/// Read who looked at a partner's data, and who changed it
///
/// Everything in the ledger about the partner, the newest first, in whichever organisation it happened.
/// Partners see their own. Reading it is in it, too.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartnerHistory])), params(PageQuery),
    responses((status = OK, description = "A page of the history", body = Page<HistoryEntry>)))]
#[get("/v1/partners/{id}/history")]
async fn list_history(
    caller: Caller<ReadPartnerHistory>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<HistoryEntry>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}
