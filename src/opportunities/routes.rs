//! How opportunities are reached over HTTP.

use actix_web::{get, patch, post};

use super::entity::{Entity, OpportunityId};
use super::input::{Extension, NewOpportunity, OpportunityChanges, Withdrawal};
use super::matches::{self, MatchQuery, Matches};
use super::revisions::{self, Revision};
use super::search::{self, Facets, OpportunityFilter, OpportunityOrder};
use super::views::Opportunity;
use super::{operations, steps};
use crate::access::Caller;
use crate::access::permissions::{
    ApproveOpportunities, DraftOpportunities, MatchPartners, PublishOpportunities,
    ReadOpportunities,
};
use crate::http::{
    Changed, Created, Done, Found, Id, IfMatch, Json, Listed, ListedForAll, Listing, Page,
    PageQuery, Parameters, Problem, Routes, Unfiltered,
};
use crate::store::Record;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_opportunities)
        .service(add_opportunity)
        .service(count_opportunities)
        .service(get_opportunity)
        .service(change_opportunity)
        .service(list_opportunity_revisions)
        .service(match_partners)
        .service(submit_opportunity_for_review)
        .service(return_opportunity_to_draft)
        .service(approve_opportunity)
        .service(publish_opportunity)
        .service(pause_opportunity)
        .service(resume_opportunity)
        .service(extend_opportunity)
        .service(close_opportunity)
        .service(start_shortlisting)
        .service(fill_opportunity)
        .service(leave_opportunity_unfilled)
        .service(archive_opportunity)
        .service(withdraw_opportunity);
}

/// List opportunities
///
/// Without a token, and for partners, those that are published; for staff their own organisation's in
/// every state. Words, filters and orders work for everyone.
#[utoipa::path(tag = "Opportunities", security((), ("bearer" = [ReadOpportunities])),
    params(PageQuery, OpportunityFilter, OpportunityOrder),
    responses((status = OK, description = "A page of opportunities", body = Page<Opportunity>)))]
#[get("/v1/opportunities")]
async fn list_opportunities(
    caller: Caller<ReadOpportunities>,
    listing: Listing<OpportunityFilter>,
    order: Parameters<OpportunityOrder>,
) -> Result<ListedForAll, Problem> {
    let asked = listing.paging.words();
    let list = async || search::list(&caller, listing, order.0).await;
    caller
        .for_all(Entity::NOUN, asked, list)
        .await
        .map(ListedForAll)
}

/// Draft an opportunity
///
/// Only the outline is needed; the rest can follow with changes. The author is on the panel from the
/// start.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [DraftOpportunities])),
    responses((status = CREATED, description = "The draft", body = Opportunity)))]
#[post("/v1/opportunities")]
async fn add_opportunity(
    caller: Caller<DraftOpportunities>,
    new: Json<NewOpportunity>,
) -> Result<Created<Opportunity>, Problem> {
    operations::add(&caller, new.0).await.map(Created)
}

/// Count opportunities by topic, place, payment and the like
///
/// Takes the filters of the list, and tells for each facet which values the opportunities have that are
/// left, and how many have each.
#[utoipa::path(tag = "Opportunities", security((), ("bearer" = [ReadOpportunities])), params(OpportunityFilter),
    responses((status = OK, description = "The counts", body = Facets)))]
#[get("/v1/opportunities/facets")]
async fn count_opportunities(
    caller: Caller<ReadOpportunities>,
    filter: Parameters<OpportunityFilter>,
) -> Result<Done<Facets>, Problem> {
    search::facets(&caller, filter.0).await.map(Done)
}

/// Read an opportunity
///
/// Everyone reads what is published, and of what was published and withdrawn the reason; staff their own
/// organisation's in every state, and partners those for which they applied. `staff` is there for the
/// organisation's own staff only.
#[utoipa::path(tag = "Opportunities", security((), ("bearer" = [ReadOpportunities])),
    responses((status = OK, description = "The opportunity", body = Opportunity)))]
#[get("/v1/opportunities/{id}")]
async fn get_opportunity(
    caller: Caller<ReadOpportunities>,
    id: Id<OpportunityId>,
) -> Result<Found<Opportunity>, Problem> {
    operations::get(&caller, id.0).await.map(Found)
}

/// Change an opportunity
///
/// What was approved stays as it was approved until it is published or returned to draft. What is published
/// keeps its terms (pay, hours and times, selection criteria): take it back to a draft, so that a second
/// person approves new ones. Whoever changes what others read is one of its authors. Somebody who applied
/// is not put on the panel.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [DraftOpportunities])),
    responses((status = OK, description = "The opportunity as changed", body = Opportunity)))]
#[patch("/v1/opportunities/{id}")]
async fn change_opportunity(
    caller: Caller<DraftOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
    changes: Json<OpportunityChanges>,
) -> Result<Changed<Opportunity>, Problem> {
    operations::change(&caller, id.0, seen, changes.0)
        .await
        .map(Changed)
}

/// List the terms of an opportunity
///
/// Pay, hours and times, and selection criteria as they were published, and each time they changed after
/// somebody had applied; the newest first.
#[utoipa::path(tag = "Opportunities", security((), ("bearer" = [ReadOpportunities])), params(PageQuery),
    responses((status = OK, description = "A page of revisions", body = Page<Revision>)))]
#[get("/v1/opportunities/{id}/revisions")]
async fn list_opportunity_revisions(
    caller: Caller<ReadOpportunities>,
    id: Id<OpportunityId>,
    listing: Listing<Unfiltered>,
) -> Result<Listed<Revision>, Problem> {
    revisions::list(&caller, id.0, listing).await.map(Listed)
}

/// Rank partners for an opportunity
///
/// Compares the organisation's active partners by what they said themselves (interests, skills,
/// perspectives, availability), less what was asked of them lately, and gives each point with its reason.
/// Equality data is never looked at. Who has applied, or does not want to hear of opportunities, is left
/// out. The read is recorded for each partner who is listed.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [MatchPartners])), params(MatchQuery),
    responses((status = OK, description = "The ranking", body = Matches)))]
#[get("/v1/opportunities/{id}/matches")]
async fn match_partners(
    caller: Caller<MatchPartners>,
    id: Id<OpportunityId>,
    query: Parameters<MatchQuery>,
) -> Result<Done<Matches>, Problem> {
    matches::rank(&caller, id.0, query.0).await.map(Done)
}

/// Send an opportunity for review
///
/// Ends the work on a draft: somebody else than its authors approves it now, or returns it.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [DraftOpportunities])),
    responses((status = OK, description = "The opportunity, waiting for approval", body = Opportunity)))]
#[post("/v1/opportunities/{id}/submit-for-review")]
async fn submit_opportunity_for_review(
    caller: Caller<DraftOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::submit(&caller, id.0, seen).await.map(Changed)
}

/// Return an opportunity to draft
///
/// Takes an opportunity that waits for approval, or has it, back to a draft. An approval lapses. What is
/// published is taken down by somebody who may publish, and takes no applications until it is published
/// again; with new terms it has a new revision then, and everyone who applied is told.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [DraftOpportunities])),
    responses((status = OK, description = "The opportunity, a draft again", body = Opportunity)))]
#[post("/v1/opportunities/{id}/return-to-draft")]
async fn return_opportunity_to_draft(
    caller: Caller<DraftOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::return_to_draft(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Approve an opportunity
///
/// Needs a person who wrote none of what was changed since the last publication, and an opportunity that
/// says all it has to say; what is missing is listed by field. Who approves joins the panel, unless they
/// applied.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [ApproveOpportunities])),
    responses((status = OK, description = "The opportunity, approved", body = Opportunity)))]
#[post("/v1/opportunities/{id}/approve")]
async fn approve_opportunity(
    caller: Caller<ApproveOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::approve(&caller, id.0, seen).await.map(Changed)
}

/// Publish an opportunity
///
/// Shows an approved opportunity to everyone from its opening to its closing time, at which it closes by
/// itself. Needs a person who is none of its authors, as approval does.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, published", body = Opportunity)))]
#[post("/v1/opportunities/{id}/publish")]
async fn publish_opportunity(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::publish(&caller, id.0, seen).await.map(Changed)
}

/// Pause an opportunity
///
/// Takes a published opportunity down for a while. Its closing time stands.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, paused", body = Opportunity)))]
#[post("/v1/opportunities/{id}/pause")]
async fn pause_opportunity(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::pause(&caller, id.0, seen).await.map(Changed)
}

/// Resume an opportunity
///
/// Shows a paused opportunity to everyone again.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, published again", body = Opportunity)))]
#[post("/v1/opportunities/{id}/resume")]
async fn resume_opportunity(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::resume(&caller, id.0, seen).await.map(Changed)
}

/// Extend an opportunity
///
/// Moves the closing time to a later one. Once it has passed the opportunity is closed, and stays closed.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, with its new closing time", body = Opportunity)))]
#[post("/v1/opportunities/{id}/extend")]
async fn extend_opportunity(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
    body: Json<Extension>,
) -> Result<Changed<Opportunity>, Problem> {
    steps::extend(&caller, id.0, seen, body.0)
        .await
        .map(Changed)
}

/// Close an opportunity
///
/// Ends the time for applications early. At its closing time an opportunity closes by itself.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, closed", body = Opportunity)))]
#[post("/v1/opportunities/{id}/close")]
async fn close_opportunity(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::close(&caller, id.0, seen).await.map(Changed)
}

/// Start the shortlisting
///
/// Says that the panel looks at the applications now.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, in shortlisting", body = Opportunity)))]
#[post("/v1/opportunities/{id}/start-shortlisting")]
async fn start_shortlisting(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::start_shortlisting(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Fill an opportunity
///
/// Ends a round in which partners were found: at least one place is taken. Every applicant has an outcome
/// by then, and was offered feedback.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, filled", body = Opportunity)))]
#[post("/v1/opportunities/{id}/fill")]
async fn fill_opportunity(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::fill(&caller, id.0, seen).await.map(Changed)
}

/// Leave an opportunity unfilled
///
/// Ends a round in which nobody was found: no place is taken. Every applicant has an outcome by then, and
/// was offered feedback.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, unfilled", body = Opportunity)))]
#[post("/v1/opportunities/{id}/leave-unfilled")]
async fn leave_opportunity_unfilled(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::leave_unfilled(&caller, id.0, seen)
        .await
        .map(Changed)
}

/// Archive an opportunity
///
/// Puts a round that is over on record. Everyone has an answer, those who came from the reserve list
/// afterwards too, and who accepted a place is appointed.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, archived", body = Opportunity)))]
#[post("/v1/opportunities/{id}/archive")]
async fn archive_opportunity(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
) -> Result<Changed<Opportunity>, Problem> {
    steps::archive(&caller, id.0, seen).await.map(Changed)
}

/// Withdraw an opportunity
///
/// Takes an opportunity back for good. Everyone may read the reason; every open application is closed with
/// it (`roundClosed`), and everyone who applied is told.
#[utoipa::path(tag = "Opportunities", security(("bearer" = [PublishOpportunities])),
    responses((status = OK, description = "The opportunity, withdrawn", body = Opportunity)))]
#[post("/v1/opportunities/{id}/withdraw")]
async fn withdraw_opportunity(
    caller: Caller<PublishOpportunities>,
    id: Id<OpportunityId>,
    seen: IfMatch,
    body: Json<Withdrawal>,
) -> Result<Changed<Opportunity>, Problem> {
    steps::withdraw(&caller, id.0, seen, body.0)
        .await
        .map(Changed)
}
