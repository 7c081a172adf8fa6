//! How duplicates are reached over HTTP.

use actix_web::{get, post};

use super::operations;
use super::views::Duplicate;
use crate::access::Caller;
use crate::access::permissions::MergePartners;
use crate::http::{
    Changed, Id, IfMatch, Json, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered,
};
use crate::partners::PartnerId;
use crate::partners::inputs::Merging;
use crate::partners::views::Partner;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_duplicates).service(merge_partners);
}

/// List the records that may be of the same person
///
/// Partners with the same e-mail address, the same telephone number, or the same name and postcode,
/// however these are written, each with what it has in common.
#[utoipa::path(tag = "Partners", security(("bearer" = [MergePartners])), params(PageQuery),
    responses((status = OK, description = "A page of possible duplicates", body = Page<Duplicate>)))]
#[get("/v1/partners/{id}/duplicates")]
async fn list_duplicates(
    caller: Caller<MergePartners>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Duplicate>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// Merge a duplicate into a partner
///
/// Everything that belongs to the duplicate moves to this partner: routes, preferences, needs,
/// declarations, applications, appointments, messages. The duplicate stays and says in `mergedIntoId`
/// where to go on; this partner's history includes the duplicate's. Anyone can register in somebody's
/// name, so the duplicate's credentials end, and with them its shares and representatives, unless
/// `identityChecked` says that they are the same person's. The state of the two that is further goes on.
/// Refused while both have an application for the same opportunity and the duplicate's is open.
#[utoipa::path(tag = "Partners", security(("bearer" = [MergePartners])),
    responses((status = OK, description = "The partner who goes on", body = Partner)))]
#[post("/v1/partners/{id}/merge")]
async fn merge_partners(
    caller: Caller<MergePartners>,
    id: Id<PartnerId>,
    seen: IfMatch,
    merging: Json<Merging>,
) -> Result<Changed<Partner>, Problem> {
    operations::merge(&caller, id.0, seen, merging.0)
        .await
        .map(Changed)
}
