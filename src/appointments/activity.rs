//! When a role is active: it begins once everything that has to come before is done, and can rest.

use sea_orm::{IntoActiveModel, Set};

use super::entity::{AppointmentId, Entity, Model};
use super::lifecycle::Status;
use super::operations::route_of;
use super::views::Appointment;
use crate::access::permissions::{ManageAppointments, PauseAppointments};
use crate::access::{Caller, Permission};
use crate::http::{FieldError, IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::partners::messages::{MessagePurpose, queue};
use crate::store::{Event, Work};
use crate::{agreements, inductions, partners};

/// Takes a step: the state has to allow it, and nothing may be missing.
async fn take<P: Permission>(
    caller: &Caller<P>,
    id: AppointmentId,
    seen: IfMatch,
    (verb, event): (&'static str, &'static str),
    missing: impl AsyncFnOnce(&mut Work<'_>, &Model) -> Result<Vec<FieldError>, Problem>,
) -> Result<Appointment, Problem> {
    caller
        .write(async |work| {
            let found = work.see(id).await?;
            partners::hold(work, &found.organisation, found.partner_id).await?;
            let row = work.get(id).await?;
            let next = row.status.after(verb)?;
            let missing = missing(work, &row).await?;
            if !missing.is_empty() {
                let detail = "Some things have to be done before the role is active";
                return Err(Problem::unmet(detail, missing));
            }
            let mut row = row.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of(event, id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Makes the role active, and lets the partner's route begin with it.
pub async fn activate(
    caller: &Caller<ManageAppointments>,
    id: AppointmentId,
    seen: IfMatch,
) -> Result<Appointment, Problem> {
    let step = ("activate", "appointment.activated");
    take(caller, id, seen, step, async |work, row| {
        let mut missing = inductions::operations::unmet(work, id).await?;
        // Read, not held: others hold a role's opportunity before its partner.
        let kind = work.see(row.opportunity_id).await?.kind;
        missing.extend(agreements::operations::unmet(work, id).await?);
        missing.extend(
            partners::take_up(work, &row.organisation, row.partner_id, route_of(kind)).await?,
        );
        if missing.is_empty() {
            let facts = [("appointmentId", id.to_string())];
            let purpose = MessagePurpose::Service;
            queue(work, row.partner_id, purpose, "roleActive", facts).await?;
        }
        Ok(missing)
    })
    .await
}

/// Lets a role rest. Nobody is asked why.
pub async fn pause(
    caller: &Caller<PauseAppointments>,
    id: AppointmentId,
    seen: IfMatch,
) -> Result<Appointment, Problem> {
    let step = ("pause", "appointment.paused");
    take(caller, id, seen, step, async |_, _| Ok(Vec::new())).await
}

/// Ends the rest.
pub async fn resume(
    caller: &Caller<PauseAppointments>,
    id: AppointmentId,
    seen: IfMatch,
) -> Result<Appointment, Problem> {
    let step = ("resume", "appointment.resumed");
    take(caller, id, seen, step, async |work, _| {
        agreements::operations::unmet(work, id).await
    })
    .await
}

/// Lets a role rest when an agreement about it has ended; the appointment is locked.
pub async fn rest(work: &mut Work<'_>, row: Model) -> Result<(), Problem> {
    if row.status == Status::Active {
        let next = row.status.after("pause")?;
        let mut row = row.into_active_model();
        row.status = Set(next);
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}
