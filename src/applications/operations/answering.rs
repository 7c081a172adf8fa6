//! What an applicant answers, or staff for them who were told: accept, decline, withdraw.

use sea_orm::{IntoActiveModel, QueryOrder, Select, Set};

use super::{must_go_on, must_take_part, on_panel, place_left, reads_as_panel, shown, take};
use crate::access::Caller;
use crate::access::permissions::AnswerOffers;
use crate::applications::entity::{ApplicationId, Column, Entity, Model, sent_to};
use crate::applications::lifecycle::Status;
use crate::applications::views::Application;
use crate::http::{IfMatch, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::opportunities::entity::Model as Opportunity;
use crate::partners::entity as partners;
use crate::store::{Event, Reach, Scope, Work};
use crate::users::UserId;

/// Accepts an offered place, as long as there is one: places can have become fewer since the offer.
pub async fn accept(
    caller: &Caller<AnswerOffers>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    answer(caller, id, seen, "accept", "application.accepted").await
}

/// Declines an offered place.
pub async fn decline(
    caller: &Caller<AnswerOffers>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    answer(caller, id, seen, "decline", "application.declined").await
}

/// Withdraws an application, at any time until the appointment.
pub async fn withdraw(
    caller: &Caller<AnswerOffers>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    answer(caller, id, seen, "withdraw", "application.withdrawn").await
}

async fn answer(
    caller: &Caller<AnswerOffers>,
    id: ApplicationId,
    seen: IfMatch,
    verb: &'static str,
    event: &'static str,
) -> Result<Application, Problem> {
    caller
        .write(async |work| {
            let (opportunity, row) = take(work, id).await?;
            may_answer(&work.authority().scope, &opportunity.panel.0, &row)?;
            let next = row.status.after(verb)?;
            if next == Status::Accepted {
                place_left(work, &opportunity, Status::TAKEN).await?;
                let partner = work.reach(&row.organisation, row.partner_id).await?;
                must_take_part(&partner, "This partner cannot take a place at present")?;
            }
            let row = answered(work, row, next, &seen).await?;
            let event = Event::of(event, id).about([row.partner_id]);
            let as_panel = reads_as_panel(&work.authority().scope);
            Ok((shown(work, row, as_panel).await?, event))
        })
        .await
}

async fn answered(
    work: &mut Work<'_>,
    row: Model,
    next: Status,
    seen: &IfMatch,
) -> Result<Model, Problem> {
    let mut row = row.into_active_model();
    row.status = Set(next);
    row.outcome_at = Set(Some(work.now()));
    if next == Status::Withdrawn {
        row.withdrawn_at = Set(Some(work.now()));
    }
    work.step::<Entity>(row, seen).await
}

/// Withdraws those of some applications that are open, as part of a change that ends more than one of
/// them; which they are is that change's own rule.
pub async fn withdraw_open(work: &mut Work<'_>, which: Select<Entity>) -> Result<(), Problem> {
    for found in work.all(which.order_by_asc(Column::Id)).await? {
        let row = work.reach(&found.organisation, found.id).await?;
        if let Ok(next) = row.status.after("withdraw") {
            answered(work, row, next, &IfMatch::Absent).await?;
        }
    }
    Ok(())
}

/// The applicant answers, or somebody on the panel who was told. A partner on the panel reads what others
/// sent, and answers for themself only.
fn may_answer(scope: &Scope, panel: &[UserId], row: &Model) -> Result<(), Problem> {
    match (scope.partner == Some(row.partner_id.0), scope.reach) {
        (true, _) => Ok(()),
        (false, Reach::Own) => Err(Problem::new(
            &types::NOT_YOURS,
            "The applicant answers, or a member of staff on the panel who was told",
        )),
        (false, _) => on_panel(scope, panel, row).map(drop),
    }
}

/// Takes an accepted application on to an appointment, as part of the change that makes it. Officers who
/// are not on the panel appoint too: they need not have read the application. `pointer` names the field
/// of the body that holds the id.
pub async fn appoint(
    work: &mut Work<'_>,
    pointer: &str,
    id: ApplicationId,
) -> Result<(Opportunity, Model), Problem> {
    let organisation = work
        .authority()
        .scope
        .organisation
        .clone()
        .unwrap_or_default();
    let known = work.one(sent_to(&organisation, id)).await?;
    let known = known.ok_or_else(|| {
        Problem::field(pointer, "unknown", "there is no application with this id")
    })?;
    let opportunity = work.reach(&organisation, known.opportunity_id).await?;
    must_go_on(&opportunity, pointer)?;
    work.reach::<partners::Entity>(&organisation, known.partner_id)
        .await?;
    let row = work.reach(&organisation, id).await?;
    let next = row.status.after("appoint")?;
    let mut row = row.into_active_model();
    row.status = Set(next);
    row.outcome_at = Set(Some(work.now()));
    Ok((
        opportunity,
        work.step::<Entity>(row, &IfMatch::Absent).await?,
    ))
}
