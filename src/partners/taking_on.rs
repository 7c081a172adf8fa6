//! What an appointment means for the partner: an enquirer is registered, and the route is asked for. It is in
//! force when the induction is done.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::enrolments::entity::{
    ActiveModel, Column, EnrolmentId, EnrolmentStatus, Entity as Enrolments,
};
use super::entity::{Entity, PartnerId, PartnerStatus};
use crate::http::{FieldError, IfMatch, Problem};
use crate::involvement_routes::operations::offered;
use crate::lifecycle::Lifecycle;
use crate::store::Work;

/// Takes a partner of an organisation on for a route, if it is one that the organisation offers. `pointer`
/// is the field that named the partner.
///
/// Fails with the problem that somebody who left, is suspended or was merged cannot be appointed.
pub async fn take_on(
    work: &mut Work<'_>,
    pointer: &str,
    organisation: &str,
    partner_id: PartnerId,
    route: &str,
) -> Result<(), Problem> {
    let partner = work.reach::<Entity>(organisation, partner_id).await?;
    match partner.status {
        PartnerStatus::Registered | PartnerStatus::Active | PartnerStatus::Paused => {}
        PartnerStatus::Enquirer => {
            let status = partner.status.after("register")?;
            let mut row = partner.into_active_model();
            row.status = Set(status);
            work.step::<Entity>(row, &IfMatch::Absent).await?;
        }
        status => {
            let message = format!("the partner is {status}");
            let errors = vec![FieldError::new(pointer, "state", message)];
            return Err(Problem::unmet("This partner cannot be appointed", errors));
        }
    }
    let current = work
        .select::<Enrolments>()
        .filter(Column::PartnerId.eq(partner_id))
        .filter(Column::Route.eq(route))
        .filter(Column::Status.is_in([EnrolmentStatus::Pending, EnrolmentStatus::Active]));
    let offers = offered(work, organisation, route, work.today()).await?;
    if offers.is_some() && work.one(current).await?.is_none() {
        let row = ActiveModel {
            id: Set(EnrolmentId::new()),
            organisation: Set(organisation.to_owned()),
            partner_id: Set(partner_id),
            route: Set(route.to_owned()),
            status: Set(EnrolmentStatus::FIRST),
            started_on: Set(None),
            ended_on: Set(None),
            detail: Set(None),
            ..Default::default()
        };
        work.add::<Enrolments>(row).await?;
    }
    Ok(())
}

/// Holds a partner until a change is done. Whoever ends a partner's involvement holds the partner and then what is
/// theirs, so whoever changes a role and tells the partner of it does the same, in this order.
pub async fn hold(
    work: &Work<'_>,
    organisation: &str,
    partner_id: PartnerId,
) -> Result<(), Problem> {
    work.reach::<Entity>(organisation, partner_id).await?;
    Ok(())
}

/// Lets the route that a role belongs to begin, when the role becomes active. Answers what stands in the way:
/// the partner has to take part.
pub async fn take_up(
    work: &mut Work<'_>,
    organisation: &str,
    partner_id: PartnerId,
    route: &str,
) -> Result<Option<FieldError>, Problem> {
    let partner = work.reach::<Entity>(organisation, partner_id).await?;
    if partner.status != PartnerStatus::Active {
        let message = format!(
            "the partner is {}: a role is for who takes part",
            partner.status
        );
        return Ok(Some(FieldError::new("/partner/status", "state", message)));
    }
    let pending = work
        .select::<Enrolments>()
        .filter(Column::PartnerId.eq(partner_id))
        .filter(Column::Route.eq(route))
        .filter(Column::Status.eq(EnrolmentStatus::Pending));
    if let Some(row) = work.one(pending).await? {
        let status = row.status.after("activate")?;
        let mut row = row.into_active_model();
        row.status = Set(status);
        row.started_on = Set(Some(work.today()));
        work.step::<Enrolments>(row, &IfMatch::Absent).await?;
    }
    Ok(None)
}
