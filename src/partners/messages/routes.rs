//! How messages are reached over HTTP.

use actix_web::get;

use super::operations;
use super::views::Message;
use crate::access::Caller;
use crate::access::permissions::ReadPartners;
use crate::http::{Id, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered};
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_messages);
}

/// List the messages to a partner
///
/// What waits to be sent, was sent or was cancelled, the newest first. A message holds no personal
/// data; its text is written out when it is sent.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadPartners])), params(PageQuery),
    responses((status = OK, description = "A page of messages", body = Page<Message>)))]
#[get("/v1/partners/{id}/messages")]
async fn list_messages(
    caller: Caller<ReadPartners>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Message>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}
