//! How what is disclosed is reached over HTTP.

use actix_web::get;

use super::operations;
use super::views::Disclosure;
use crate::access::Caller;
use crate::access::permissions::ReadDisclosures;
use crate::checks::Check;
use crate::http::{Id, Listed, Listing, Page, PageQuery, Problem, Routes, Unfiltered};
use crate::inductions::Induction;
use crate::one_to_ones::OneToOne;
use crate::one_to_ones::actions::OneToOneAction;
use crate::partners::PartnerId;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_disclosures)
        .service(list_disclosed_one_to_ones)
        .service(list_disclosed_one_to_one_actions)
        .service(list_disclosed_checks)
        .service(list_disclosed_inductions);
}

/// List what panels wrote about a partner
///
/// For a subject access request: of each application that the partner sent, the record of the informal
/// chat and every note, the newest application first. Information governance reads it, without a seat on
/// a panel. The read is recorded, and the partner can see it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadDisclosures])), params(PageQuery),
    responses((status = OK, description = "A page of what was written", body = Page<Disclosure>)))]
#[get("/v1/partners/{id}/disclosures")]
async fn list_disclosures(
    caller: Caller<ReadDisclosures>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Disclosure>, Problem> {
    operations::list(&caller, id.0, listing).await.map(Listed)
}

/// List what was said with a partner in one-to-ones
///
/// For a subject access request: each one-to-one with its record and the partner's corrections, the newest
/// first. Information governance reads it to hand it over. The read is recorded, and the partner can see it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadDisclosures])), params(PageQuery),
    responses((status = OK, description = "A page of one-to-ones", body = Page<OneToOne>)))]
#[get("/v1/partners/{id}/disclosures/one-to-ones")]
async fn list_disclosed_one_to_ones(
    caller: Caller<ReadDisclosures>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<OneToOne>, Problem> {
    operations::one_to_ones(&caller, id.0, listing)
        .await
        .map(Listed)
}

/// List what was agreed with a partner in one-to-ones
///
/// For a subject access request: each action with who does it and whether it was done, the newest first. The read is
/// recorded, and the partner can see it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadDisclosures])), params(PageQuery),
    responses((status = OK, description = "A page of actions", body = Page<OneToOneAction>)))]
#[get("/v1/partners/{id}/disclosures/one-to-one-actions")]
async fn list_disclosed_one_to_one_actions(
    caller: Caller<ReadDisclosures>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<OneToOneAction>, Problem> {
    operations::one_to_one_actions(&caller, id.0, listing)
        .await
        .map(Listed)
}

/// List the checks of a partner
///
/// For a subject access request: what was asked for, on which legal basis, and what was decided, the newest first. The
/// read is recorded, and the partner can see it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadDisclosures])), params(PageQuery),
    responses((status = OK, description = "A page of checks", body = Page<Check>)))]
#[get("/v1/partners/{id}/disclosures/checks")]
async fn list_disclosed_checks(
    caller: Caller<ReadDisclosures>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Check>, Problem> {
    operations::checks(&caller, id.0, listing).await.map(Listed)
}

/// List the inductions of a partner
///
/// For a subject access request: each item with who did it and when, or why it did not apply, the newest first. The read
/// is recorded, and the partner can see it.
#[utoipa::path(tag = "Partners", security(("bearer" = [ReadDisclosures])), params(PageQuery),
    responses((status = OK, description = "A page of inductions", body = Page<Induction>)))]
#[get("/v1/partners/{id}/disclosures/inductions")]
async fn list_disclosed_inductions(
    caller: Caller<ReadDisclosures>,
    id: Id<PartnerId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Induction>, Problem> {
    operations::inductions(&caller, id.0, listing)
        .await
        .map(Listed)
}
