//! What can be done with enrolments.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, EnrolmentId, EnrolmentStatus, Entity, Model};
use super::views::{Enrolment, EnrolmentChanges, NewEnrolment};
use crate::access::Caller;
use crate::access::permissions::{AdmitPartners, ManagePartners, ReadPartners};
use crate::http::{Change, FieldError, IfMatch, Listing, Newest, Page, Problem, Unfiltered, types};
use crate::involvement_routes::codes::{self, MEMBER};
use crate::involvement_routes::operations::offered;
use crate::lifecycle::Lifecycle;
use crate::partners::{PartnerId, rules};
use crate::store::{Event, Work};
use crate::values::Stored;

/// One page of a partner's enrolments.
pub async fn list(
    caller: &Caller<ReadPartners>,
    id: PartnerId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Enrolment>, Problem> {
    caller
        .read_recorded(async |reader| {
            rules::held_here(reader, id).await?;
            let query = reader.select::<Entity>().filter(Column::PartnerId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            Ok((
                page.map(Enrolment::from),
                Event::all("enrolment.listed").about([id]),
            ))
        })
        .await
}

/// One enrolment.
pub async fn get(caller: &Caller<ReadPartners>, id: EnrolmentId) -> Result<Enrolment, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("enrolment.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Enrols a partner. A route that is open to everyone starts at once; on any other one staff decide.
pub async fn add(
    caller: &Caller<ManagePartners>,
    partner_id: PartnerId,
    new: NewEnrolment,
) -> Result<Enrolment, Problem> {
    caller
        .write(async |work| {
            let partner = rules::present(work, partner_id).await?;
            let NewEnrolment {
                route,
                constituency,
            } = new;
            if route.as_str() == codes::PEER_SUPPORT_NETWORK {
                let message =
                    "the partner joins it themself: POST /v1/peer-support/membership/join";
                return Err(Problem::field("/route", "ownChoice", message));
            }
            let today = work.today();
            let Some(route) = offered(work, &partner.organisation, route.as_str(), today).await?
            else {
                let message = "the organisation offers no such route today";
                return Err(Problem::field("/route", "unknown", message));
            };
            check_once(work, partner_id, &route.code).await?;
            let open = route.opens_to_all;
            let status = if open {
                EnrolmentStatus::Active
            } else {
                EnrolmentStatus::FIRST
            };
            let row = ActiveModel {
                id: Set(EnrolmentId::new()),
                partner_id: Set(partner_id),
                route: Set(route.code),
                status: Set(status),
                started_on: Set(open.then_some(today)),
                ended_on: Set(None),
                detail: Set(constituency.map(Stored)),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("enrolment.added", row.id).about([partner_id]);
            Ok((row.into(), event))
        })
        .await
}

async fn check_once(work: &Work<'_>, partner: PartnerId, route: &str) -> Result<(), Problem> {
    let current = [EnrolmentStatus::Pending, EnrolmentStatus::Active];
    let same = work
        .select::<Entity>()
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Route.eq(route))
        .filter(Column::Status.is_in(current));
    match work.one(same).await? {
        None => Ok(()),
        Some(_) => {
            let errors = vec![FieldError::new(
                "/route",
                "exists",
                "the partner is on this route",
            )];
            Err(Problem::new(
                &types::ALREADY_EXISTS,
                "An enrolment on this route is in force",
            )
            .with_errors(errors))
        }
    }
}

/// Changes an enrolment that the caller has seen.
pub async fn change(
    caller: &Caller<ManagePartners>,
    id: EnrolmentId,
    seen: IfMatch,
    changes: EnrolmentChanges,
) -> Result<Enrolment, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let EnrolmentChanges {
                started_on,
                constituency,
            } = changes;
            check_change(work, &row, &started_on, &constituency)?;
            let partner = row.partner_id;
            let mut row = row.into_active_model();
            started_on.map(Some).onto(&mut row.started_on);
            constituency
                .map(|one| Some(Stored(one)))
                .onto(&mut row.detail);
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((
                row.into(),
                Event::of("enrolment.changed", id).about([partner]),
            ))
        })
        .await
}

fn check_change<T>(
    work: &Work<'_>,
    row: &Model,
    started_on: &Change<chrono::NaiveDate>,
    constituency: &Change<T>,
) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if let Change::To(day) = started_on {
        if row.started_on.is_none() {
            errors.push(FieldError::new(
                "/startedOn",
                "notStarted",
                "it has not started",
            ));
        } else if *day > row.ended_on.unwrap_or(work.today()) {
            let message = "not in the future, and not after its last day";
            errors.push(FieldError::new("/startedOn", "tooLate", message));
        }
    }
    if constituency.value().is_some() && row.route != MEMBER {
        let message = "only members belong to a constituency";
        errors.push(FieldError::new("/constituency", "constituency", message));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::fields(errors))
    }
}

/// Lets an enrolment begin, or refuses it.
pub async fn decide(
    caller: &Caller<AdmitPartners>,
    id: EnrolmentId,
    seen: IfMatch,
    verb: &'static str,
    event: &'static str,
) -> Result<Enrolment, Problem> {
    caller
        .write(async |work| {
            let partner = work.see(id).await?.partner_id;
            if verb == "activate" {
                rules::present(work, partner).await?;
            }
            step(work, id, seen, verb, event).await
        })
        .await
}

/// Ends an enrolment.
pub async fn end(
    caller: &Caller<ManagePartners>,
    id: EnrolmentId,
    seen: IfMatch,
) -> Result<Enrolment, Problem> {
    caller
        .write(async |work| step(work, id, seen, "end", "enrolment.ended").await)
        .await
}

async fn step(
    work: &mut Work<'_>,
    id: EnrolmentId,
    seen: IfMatch,
    verb: &'static str,
    event: &'static str,
) -> Result<(Enrolment, Event), Problem> {
    let row = work.get(id).await?;
    let status = row.status.after(verb)?;
    let partner = row.partner_id;
    let mut row = row.into_active_model();
    row.status = Set(status);
    match status {
        EnrolmentStatus::Active => row.started_on = Set(Some(work.today())),
        EnrolmentStatus::Ended => row.ended_on = Set(Some(work.today())),
        EnrolmentStatus::Pending | EnrolmentStatus::Declined => {}
    }
    let row = work.step::<Entity>(row, &seen).await?;
    Ok((row.into(), Event::of(event, id).about([partner])))
}
