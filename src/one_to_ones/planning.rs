//! How one-to-ones are planned: by the cadence, or beside it, with somebody who can be there for the partner.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::cadences::operations::next_day;
use super::entity::{ActiveModel, Column, Entity, Model, OneToOneId};
use super::lifecycle::Status;
use super::operations::seen;
use super::views::{NewOneToOne, OneToOne};
use crate::access::Caller;
use crate::access::permissions::PlanOneToOnes;
use crate::appointments::{self, AppointmentId};
use crate::http::{FieldError, IfMatch, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::opportunities::entity as opportunity;
use crate::partners::{PartnerId, entity as partner};
use crate::store::{Event, Reach, Work};
use crate::users::{self, UserId};

/// Plans a one-to-one beside those of the cadence.
pub async fn plan(caller: &Caller<PlanOneToOnes>, new: NewOneToOne) -> Result<OneToOne, Problem> {
    caller
        .write(async |work| {
            let NewOneToOne {
                appointment_id,
                planned_for,
                supporter_id,
            } = new;
            let appointment = work.named("/appointmentId", appointment_id).await?;
            let appointment = locked(work, &appointment).await?;
            if appointment.status == appointments::Status::Ended {
                let ended = FieldError::new("/appointmentId", "state", "the appointment has ended");
                return Err(Problem::unmet("The role has ended", vec![ended]));
            }
            let supporter = match supporter_id {
                Some(id) => id,
                None => named_for(work, &appointment).await?.ok_or_else(|| {
                    let message =
                        "nobody is named for the partner or the role: say who supports them";
                    Problem::field("/supporterId", "required", message)
                })?,
            };
            check_supporter(work, &appointment, supporter).await?;
            let row = planned(work, &appointment, supporter, planned_for).await?;
            let event = Event::of("one-to-one.planned", row.id).about([row.partner_id]);
            Ok((seen(work, row), event))
        })
        .await
}

/// The appointment again, held: who plans the next one-to-one does it before the role ends, or not at all.
async fn locked(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
) -> Result<appointments::entity::Model, Problem> {
    work.reach(&appointment.organisation, appointment.id).await
}

/// Who is there for the partner: their own named contact, or that of the role, if they can support them. The partner is not held: whoever
/// ends their involvement holds them first, and the appointment after them.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the appointment is the operation's"
)]
async fn named_for(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
) -> Result<Option<UserId>, Problem> {
    use sea_orm::EntityTrait;
    let partner = partner::Entity::find()
        .filter(partner::Column::Id.eq(appointment.partner_id))
        .filter(partner::Column::NamedContactId.is_not_null());
    let named = work.one(partner).await?;
    let named = named.and_then(|partner| partner.named_contact_id);
    if let Some(contact) = fit(work, appointment, named.map(UserId::from)).await? {
        return Ok(Some(contact));
    }
    let role = work
        .one(opportunity::advertised(appointment.opportunity_id))
        .await?;
    fit(
        work,
        appointment,
        role.and_then(|role| role.named_contact_id),
    )
    .await
}

/// A user who can support the partner of an appointment, if they can. They are not held: of those who leave
/// meanwhile, one is told as of everybody who leaves.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the appointment is the operation's"
)]
async fn fit(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
    supporter: Option<UserId>,
) -> Result<Option<UserId>, Problem> {
    use sea_orm::EntityTrait;
    let Some(supporter) = supporter else {
        return Ok(None);
    };
    let user = users::entity::Entity::find()
        .filter(users::entity::Column::Id.eq(supporter))
        .filter(users::entity::Column::Organisation.eq(appointment.organisation.as_str()));
    let user = work.one(user).await?;
    let fit = user.filter(|user| unfit_for(user, appointment.partner_id).is_none());
    Ok(fit.map(|user| user.id))
}

/// Why a user cannot support a partner: a supporter is an active member of staff who works with people, and not the
/// partner themself.
fn unfit_for(user: &users::entity::Model, partner: PartnerId) -> Option<&'static str> {
    let staff = user.roles.0.iter().any(|role| role.works_with_people());
    if !staff || user.status != users::entity::Status::Active {
        return Some("an active member of staff who works with partners is needed");
    }
    (user.partner_id == Some(partner.0)).then_some("nobody supports themself")
}

/// A supporter is one who can support the partner. A member of staff who plans their own one-to-ones plans none for a colleague.
pub(super) async fn check_supporter(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
    supporter: UserId,
) -> Result<(), Problem> {
    let unfit = |message: &str| Problem::field("/supporterId", "unfit", message);
    let scope = &work.authority().scope;
    if scope.reach <= Reach::Own && scope.user != Some(supporter.0) {
        return Err(unfit("the engagement team plans for others"));
    }
    let user = work
        .reach::<users::entity::Entity>(&appointment.organisation, supporter)
        .await
        .map_err(|problem| match problem.kind() {
            kind if *kind == types::NOT_FOUND => {
                Problem::field("/supporterId", "unknown", "there is no user with this id")
            }
            _ => problem,
        })?;
    match unfit_for(&user, appointment.partner_id) {
        Some(message) => Err(unfit(message)),
        None => Ok(()),
    }
}

async fn planned(
    work: &mut Work<'_>,
    appointment: &appointments::entity::Model,
    supporter: UserId,
    day: NaiveDate,
) -> Result<Model, Problem> {
    let row = ActiveModel {
        id: Set(OneToOneId::new()),
        organisation: Set(appointment.organisation.clone()),
        appointment_id: Set(appointment.id),
        partner_id: Set(appointment.partner_id),
        supporter_id: Set(supporter),
        planned_for: Set(day),
        status: Set(Status::FIRST),
        ..Default::default()
    };
    work.add::<Entity>(row).await
}

/// Plans the first one-to-one of a new appointment by the cadence, if somebody is there for the partner.
pub async fn plan_first(
    work: &mut Work<'_>,
    appointment: &appointments::entity::Model,
) -> Result<(), Problem> {
    let Some(supporter) = named_for(work, appointment).await? else {
        return Ok(());
    };
    plan_next(work, appointment, supporter, appointment.starts_on).await
}

/// Plans the one-to-one that the cadence asks for next after a day, unless one is planned already, or the
/// role is over by then. Where who supported the partner cannot any more, it is with who is named for them.
pub(super) async fn plan_next(
    work: &mut Work<'_>,
    appointment: &appointments::entity::Model,
    supporter: UserId,
    since: NaiveDate,
) -> Result<(), Problem> {
    let Some(day) = next_day(work, appointment, since).await? else {
        return Ok(());
    };
    let over = appointment.ends_on.is_some_and(|ends_on| ends_on < day)
        || appointment.status == appointments::Status::Ended;
    if over || !waiting(work, appointment.id).await?.is_empty() {
        return Ok(());
    }
    let supporter = match fit(work, appointment, Some(supporter)).await? {
        Some(supporter) => Some(supporter),
        None => named_for(work, appointment).await?,
    };
    match supporter {
        Some(supporter) => planned(work, appointment, supporter, day).await.map(drop),
        None => Ok(()),
    }
}

/// Those of an appointment that are planned.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the appointment is the operation's"
)]
async fn waiting(work: &Work<'_>, id: AppointmentId) -> Result<Vec<Model>, Problem> {
    use sea_orm::EntityTrait;
    let waiting = Entity::find()
        .filter(Column::AppointmentId.eq(id))
        .filter(Column::Status.eq(Status::Planned));
    work.all(waiting).await
}

/// Cancels what is planned for an appointment that ends, as part of the change that ends it.
pub async fn cancel_planned(work: &mut Work<'_>, id: AppointmentId) -> Result<(), Problem> {
    for row in waiting(work, id).await? {
        let status = row.status.after("cancel")?;
        let mut row = row.into_active_model();
        row.status = Set(status);
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}
