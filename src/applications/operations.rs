//! What can be done with applications: reading them, and what the round of an opportunity asks of them.

mod answering;
mod applying;
mod deciding;

use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};

pub use answering::{accept, appoint, decline, withdraw, withdraw_open};
pub use applying::{apply, change, submit};
pub use deciding::{
    arrange_chat, give_feedback, hold_chat, not_select, not_shortlist, offer, reserve,
    send_questions, shortlist,
};

use super::entity::{ApplicationId, Column, Entity, Model, of_opportunity, sent_to};
use super::lifecycle::{CLOSE_ROUND, Status};
use super::people::People;
use super::views::{Application, ApplicationFilter, ApplicationSort};
use crate::access::Caller;
use crate::access::permissions::ReadApplications;
use crate::http::{FieldError, IfMatch, Listing, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::opportunities::{self, OpportunityId, Status as Recruiting};
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::{PartnerId, entity as partners};
use crate::store::{Event, Reach, Reader, Scope, Work};
use crate::users::UserId;

/// One page of the applications that the caller may read.
pub async fn list(
    caller: &Caller<ReadApplications>,
    listing: Listing<ApplicationFilter>,
) -> Result<Page<Application>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let query = reader
                .select::<Entity>()
                .apply_if(filter.opportunity_id, |query, id| {
                    query.filter(Column::OpportunityId.eq(id))
                })
                .apply_if(filter.partner_id, |query, id| {
                    query.filter(Column::PartnerId.eq(id))
                })
                .apply_if(filter.status, |query, status| {
                    query.filter(Column::Status.eq(status))
                });
            let page = reader
                .page(
                    query,
                    &paging,
                    filter.sort.unwrap_or(ApplicationSort::Newest),
                )
                .await?;
            let event =
                Event::all("application.listed").about(page.items.iter().map(|row| row.partner_id));
            let (scope, as_panel) = (reader.scope(), reads_as_panel(reader.scope()));
            let people = People::of(reader.connection(), &page.items, as_panel).await?;
            Ok((
                page.map(|row| Application::seen(row, scope, as_panel, &people)),
                event,
            ))
        })
        .await
}

/// One application.
pub async fn get(
    caller: &Caller<ReadApplications>,
    id: ApplicationId,
) -> Result<Application, Problem> {
    caller
        .read_recorded(async |reader| {
            let (row, scope) = (find(reader, id).await?, reader.scope());
            let event = Event::of("application.read", id).about([row.partner_id]);
            let as_panel = reads_as_panel(scope);
            let people =
                People::of(reader.connection(), std::slice::from_ref(&row), as_panel).await?;
            Ok((Application::seen(row, scope, as_panel, &people), event))
        })
        .await
}

/// An application after a change, as the caller sees it.
pub(super) async fn shown(
    work: &Work<'_>,
    row: Model,
    as_panel: bool,
) -> Result<Application, Problem> {
    let scope = &work.authority().scope;
    let people = People::of(
        work.transaction().await?,
        std::slice::from_ref(&row),
        as_panel,
    )
    .await?;
    Ok(Application::seen(row, scope, as_panel, &people))
}

/// An application to read; staff who are not on its panel are told so.
pub(super) async fn find(reader: &Reader<'_>, id: ApplicationId) -> Result<Model, Problem> {
    if let Some(row) = reader.find(id).await? {
        return Ok(row);
    }
    let hidden = match staff_of(reader.scope()) {
        Some(organisation) => !reader.all(sent_to(organisation, id)).await?.is_empty(),
        None => false,
    };
    Err(if hidden {
        not_on_panel()
    } else {
        Problem::not_found("application")
    })
}

/// Of the applications that a person sees, those that are not their own they see as the panel.
pub(super) fn reads_as_panel(scope: &Scope) -> bool {
    scope.user.is_some()
}

/// The organisation in which the caller is a person who works there.
fn staff_of(scope: &Scope) -> Option<&str> {
    let staff = scope.reach == Reach::Organisation && scope.user.is_some();
    scope.organisation.as_deref().filter(|_| staff)
}

fn not_on_panel() -> Problem {
    Problem::new(
        &types::NOT_ON_PANEL,
        "Only people on the panel of this opportunity may do this",
    )
}

/// Only a person on the panel decides and writes, and nobody about their own application.
pub(super) fn on_panel(scope: &Scope, panel: &[UserId], row: &Model) -> Result<UserId, Problem> {
    let user = scope
        .user
        .map(UserId)
        .filter(|user| panel.contains(user))
        .ok_or_else(not_on_panel)?;
    match scope.partner == Some(row.partner_id.0) {
        true => Err(Problem::new(
            &types::SAME_PERSON,
            "Nobody decides about their own application",
        )),
        false => Ok(user),
    }
}

/// An application to change, with its opportunity. Both and the applicant are locked, always in the order
/// opportunity, partner, application: so places are counted by one change at a time, nobody is merged or
/// ended meanwhile, and no two changes wait for each other.
pub(super) async fn take(
    work: &Work<'_>,
    id: ApplicationId,
) -> Result<(opportunities::entity::Model, Model), Problem> {
    let seen = match work.see(id).await {
        Err(problem) if *problem.kind() == types::NOT_FOUND => {
            let hidden = match staff_of(&work.authority().scope) {
                Some(organisation) => work.one(sent_to(organisation, id)).await?.is_some(),
                None => false,
            };
            return Err(if hidden { not_on_panel() } else { problem });
        }
        seen => seen?,
    };
    let opportunity = work.reach(&seen.organisation, seen.opportunity_id).await?;
    work.reach::<partners::Entity>(&seen.organisation, seen.partner_id)
        .await?;
    Ok((opportunity, work.get(id).await?))
}

/// Queues a message to the applicant; its facts are ids, never personal data.
pub(super) async fn tell(
    work: &mut Work<'_>,
    row: &Model,
    template: &'static str,
) -> Result<(), Problem> {
    let facts = [
        ("applicationId", row.id.to_string()),
        ("opportunityId", row.opportunity_id.to_string()),
    ];
    queue(work, row.partner_id, MessagePurpose::Reply, template, facts).await?;
    Ok(())
}

/// Refuses a partner who is suspended, or whose involvement has ended.
fn must_take_part(partner: &partners::Model, detail: &str) -> Result<(), Problem> {
    match partner.status.may_take_part() {
        true => Ok(()),
        false => {
            let message = format!("the partner is {}", partner.status);
            let status = FieldError::new("/partnerId", "status", message);
            Err(Problem::unmet(detail, vec![status]))
        }
    }
}

/// Refuses when an opportunity, which is locked, is over.
fn must_go_on(opportunity: &opportunities::entity::Model, pointer: &str) -> Result<(), Problem> {
    match opportunity.status {
        Recruiting::Withdrawn | Recruiting::Archived => {
            let message = "the opportunity is over: it was withdrawn or archived";
            let over = vec![FieldError::new(pointer, "over", message)];
            Err(Problem::unmet("There is no place to give any more", over))
        }
        _ => Ok(()),
    }
}

/// Refuses when an opportunity, which is locked, is over, or when applications in these states hold all
/// of its places.
pub(super) async fn place_left(
    work: &Work<'_>,
    opportunity: &opportunities::entity::Model,
    held_by: &[Status],
) -> Result<(), Problem> {
    must_go_on(opportunity, "/opportunityId")?;
    let held = Column::Status.is_in(held_by.iter().copied());
    let held = work
        .count(of_opportunity(opportunity.id).filter(held))
        .await?;
    match held < u64::try_from(opportunity.places).unwrap_or_default() {
        true => Ok(()),
        false => {
            let detail = format!(
                "All {} places of the opportunity are gone",
                opportunity.places
            );
            Err(Problem::new(&types::NO_PLACES_LEFT, detail))
        }
    }
}

/// The most applications that one answer names as waiting.
const NAMED: u64 = 200;

/// Who still waits: applicants for an opportunity without an outcome, or to whom no feedback has been
/// offered. A round of recruitment ends when nobody waits. Who withdrew does not wait, nor who never
/// sent their draft.
pub async fn unanswered(
    work: &Work<'_>,
    opportunity: impl Into<OpportunityId>,
) -> Result<Vec<FieldError>, Problem> {
    let waiting = of_opportunity(opportunity.into())
        .filter(Column::Status.is_not_in([Status::Started, Status::Withdrawn]))
        .filter(
            Condition::any()
                .add(Column::Status.is_in(Status::WAITING.iter().copied()))
                .add(Column::FeedbackOfferedAt.is_null()),
        )
        .order_by_asc(Column::Id)
        .limit(NAMED);
    let told = |row: Model| {
        let pointer = format!("/applications/{}", row.id);
        match row.status {
            Status::Offered => FieldError::new(
                pointer,
                "offerOpen",
                "the applicant has not answered the offer",
            ),
            status if Status::WAITING.contains(&status) => {
                FieldError::new(pointer, "noOutcome", "this application has no outcome yet")
            }
            _ => FieldError::new(pointer, "noFeedback", "feedback has not been offered"),
        }
    };
    Ok(work.all(waiting).await?.into_iter().map(told).collect())
}

/// Whether anybody has applied for an opportunity, or has begun to.
pub async fn any(work: &Work<'_>, opportunity: impl Into<OpportunityId>) -> Result<bool, Problem> {
    Ok(work.count(of_opportunity(opportunity.into())).await? > 0)
}

/// The partners whose applications for an opportunity are under way: those whom a change of its terms
/// concerns.
pub async fn applicants(
    work: &Work<'_>,
    opportunity: impl Into<OpportunityId>,
) -> Result<Vec<PartnerId>, Problem> {
    let over = [
        Status::NotShortlisted,
        Status::Unsuccessful,
        Status::Declined,
        Status::Withdrawn,
        Status::RoundClosed,
    ];
    let rows = work
        .all(of_opportunity(opportunity.into()).filter(Column::Status.is_not_in(over)))
        .await?;
    Ok(rows.into_iter().map(|row| row.partner_id).collect())
}

/// Gives every application that is open the outcome that the round is closed: its opportunity, which is
/// locked, has been withdrawn. Drafts were never sent, and stay the applicants' own.
pub async fn close_round(
    work: &mut Work<'_>,
    opportunity: impl Into<OpportunityId>,
) -> Result<(), Problem> {
    let step = Status::STEPS.iter().find(|step| step.verb == CLOSE_ROUND);
    let open = step.map(|step| step.from).unwrap_or_default();
    let open = of_opportunity(opportunity.into())
        .filter(Column::Status.is_in(open.iter().copied()))
        .order_by_asc(Column::Id);
    for row in work.all(open).await? {
        let next = row.status.after(CLOSE_ROUND)?;
        let mut row = row.into_active_model();
        row.status = Set(next);
        row.outcome_at = Set(Some(work.now()));
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// Applicants who accepted a place and have not been appointed.
pub async fn not_appointed(
    work: &Work<'_>,
    opportunity: impl Into<OpportunityId>,
) -> Result<Vec<FieldError>, Problem> {
    let waiting = of_opportunity(opportunity.into())
        .filter(Column::Status.eq(Status::Accepted))
        .order_by_asc(Column::Id)
        .limit(NAMED);
    let told = |row: Model| {
        let pointer = format!("/applications/{}", row.id);
        let message = "the applicant accepted a place and has not been appointed";
        FieldError::new(pointer, "notAppointed", message)
    };
    Ok(work.all(waiting).await?.into_iter().map(told).collect())
}

/// How many places of an opportunity are taken: accepted or taken up.
pub async fn taken(work: &Work<'_>, opportunity: impl Into<OpportunityId>) -> Result<u64, Problem> {
    let held = Column::Status.is_in(Status::TAKEN.iter().copied());
    work.count(of_opportunity(opportunity.into()).filter(held))
        .await
}

/// How many places of an opportunity are promised: offered, accepted or taken up.
pub async fn promised(
    work: &Work<'_>,
    opportunity: impl Into<OpportunityId>,
) -> Result<u64, Problem> {
    let held = Column::Status.is_in(Status::PROMISED.iter().copied());
    work.count(of_opportunity(opportunity.into()).filter(held))
        .await
}
