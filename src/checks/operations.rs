//! What can be done with checks.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, CheckId, CheckKind, Column, Entity, Model};
use super::expiry;
use super::lifecycle::Status;
use super::requirements::{self, Workforce};
use super::views::{Check, CheckFilter, CheckSort, ClearCheck, NewCheck};
use crate::access::Caller;
use crate::access::permissions::{ManageChecks, ReadChecks};
use crate::appointments::{self, AppointmentId, entity as appointment};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::opportunities::{DbsLevel, PaymentKind};
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::{not_for_themself, without_nhs_number};
use crate::store::{Event, Work};
use crate::users::UserId;

/// One page of the checks that the caller may read.
pub async fn list(
    caller: &Caller<ReadChecks>,
    listing: Listing<CheckFilter>,
) -> Result<Page<Check>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let CheckFilter {
                sort,
                partner_id,
                appointment_id,
                kind,
                status,
                expires_before,
            } = filter;
            let query = reader
                .select::<Entity>()
                .apply_if(partner_id, |query, id| {
                    query.filter(Column::PartnerId.eq(id))
                })
                .apply_if(appointment_id, |query, id| {
                    query.filter(Column::AppointmentId.eq(id))
                })
                .apply_if(kind, |query, kind| query.filter(Column::Kind.eq(kind)))
                .apply_if(status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(expires_before, |query, day| {
                    query.filter(Column::ExpiresOn.lt(day))
                });
            let page = reader
                .page(query, &paging, sort.unwrap_or(CheckSort::Newest))
                .await?;
            let event =
                Event::all("check.listed").about(page.items.iter().map(|row| row.partner_id));
            Ok((page.map(Check::from), event))
        })
        .await
}

/// One check.
pub async fn get(caller: &Caller<ReadChecks>, id: CheckId) -> Result<Check, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("check.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Asks for a check, if the role may ask for it. The partner is told.
pub async fn request(caller: &Caller<ManageChecks>, new: NewCheck) -> Result<Check, Problem> {
    caller
        .write(async |work| {
            let appointment = work.named("/appointmentId", new.appointment_id).await?;
            // The partner is told, and held first: whoever ends their involvement holds them before the role.
            let organisation = &appointment.organisation;
            work.reach(organisation, appointment.partner_id).await?;
            let appointment = work.reach(organisation, appointment.id).await?;
            if appointment.status == appointments::Status::Ended {
                let ended = FieldError::new("/appointmentId", "state", "the appointment has ended");
                return Err(Problem::unmet("The role has ended", vec![ended]));
            }
            let row = match new.kind {
                CheckKind::Dbs => of_the_dbs(work, &appointment, &new).await?,
                CheckKind::Reference => of_a_referee(new)?,
            };
            let row = ActiveModel {
                id: Set(CheckId::new()),
                organisation: Set(appointment.organisation),
                appointment_id: Set(appointment.id),
                partner_id: Set(appointment.partner_id),
                requested_on: Set(work.today()),
                status: Set(Status::FIRST),
                ..row
            };
            let row = work.add::<Entity>(row).await?;
            let facts = [("checkId", row.id.to_string()), ("kind", row.kind.word())];
            let (partner, purpose) = (row.partner_id, MessagePurpose::Service);
            queue(work, partner, purpose, "checkRequested", facts).await?;
            let event = Event::of("check.requested", row.id).about([partner]);
            Ok((row.into(), event))
        })
        .await
}

/// What a check by the DBS says: what was decided about the role, and nothing that the caller says.
async fn of_the_dbs(
    work: &Work<'_>,
    appointment: &appointment::Model,
    new: &NewCheck,
) -> Result<ActiveModel, Problem> {
    if new.referee.is_some() {
        let message = "only a reference has a referee";
        return Err(Problem::field("/referee", "contradiction", message));
    }
    let unmet = |pointer: &str, code: &str, detail: &str, message: &str| {
        Err(Problem::unmet(
            detail,
            vec![FieldError::new(pointer, code, message)],
        ))
    };
    let decided = requirements::operations::of_role(work, appointment.opportunity_id).await?;
    let Some(decided) = decided else {
        return unmet(
            "/appointmentId",
            "notDecided",
            "Nobody has decided whether the law allows this check",
            "decide about the role first: POST /v1/check-requirements",
        );
    };
    if decided.level == DbsLevel::None {
        return unmet(
            "/appointmentId",
            "notEligible",
            "The role is not eligible for a check",
            "it was decided that the law allows none",
        );
    }
    // A free check is for those who are unpaid beyond expenses.
    if new.as_volunteer && appointment.payment_offered.0.kind == Some(PaymentKind::Paid) {
        return unmet(
            "/asVolunteer",
            "paid",
            "A paid role is not a volunteer's",
            "the role is a paid one, whatever the partner chose about it",
        );
    }
    let waiting = of_appointment(appointment.id)
        .filter(Column::Kind.eq(CheckKind::Dbs))
        .filter(Column::Status.eq(Status::Requested));
    if work.one(waiting).await?.is_some() {
        let waits = FieldError::new("/kind", "exists", "one is being made");
        return Err(
            Problem::new(&types::ALREADY_EXISTS, "This check has been asked for")
                .with_errors(vec![waits]),
        );
    }
    Ok(ActiveModel {
        kind: Set(CheckKind::Dbs),
        requirement_id: Set(Some(decided.id)),
        level: Set(Some(decided.level)),
        workforce: Set(decided.workforce),
        legal_basis: Set(Some(decided.legal_basis)),
        as_volunteer: Set(new.as_volunteer),
        ..Default::default()
    })
}

fn of_a_referee(new: NewCheck) -> Result<ActiveModel, Problem> {
    if new.as_volunteer {
        let message = "only for a check by the DBS";
        return Err(Problem::field("/asVolunteer", "contradiction", message));
    }
    let Some(referee) = new.referee else {
        return Err(Problem::field("/referee", "required", "say who is asked"));
    };
    without_nhs_number([("/referee/contact", Some(referee.contact.as_str()))])?;
    Ok(ActiveModel {
        kind: Set(CheckKind::Reference),
        as_volunteer: Set(false),
        referee_name: Set(Some(referee.name.into())),
        referee_contact: Set(Some(referee.contact.into())),
        ..Default::default()
    })
}

/// The checks for an appointment, whoever asks: the rule that lets a change reach the appointment is the
/// operation's.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule that lets a change reach the appointment is the operation's"
)]
fn of_appointment(id: AppointmentId) -> sea_orm::Select<Entity> {
    use sea_orm::EntityTrait;
    Entity::find().filter(Column::AppointmentId.eq(id))
}

/// Why somebody does not decide about a check.
const OWN: &str = "Nobody decides about a check of themself";

/// Takes a check with its appointment, which is held first: whoever ends the appointment does so too.
async fn take(work: &Work<'_>, id: CheckId) -> Result<(appointment::Model, Model), Problem> {
    let row = work.see(id).await?;
    let appointment = work.reach(&row.organisation, row.appointment_id).await?;
    Ok((appointment, work.get(id).await?))
}

/// Records that a person decided that nothing stands in the way. The date of a check by the DBS is noted
/// at the appointment, if it is what the role asks for now, and the partner will be told before it expires.
pub async fn clear(
    caller: &Caller<ManageChecks>,
    id: CheckId,
    seen: IfMatch,
    cleared: ClearCheck,
) -> Result<Check, Problem> {
    caller
        .write(async |work| {
            let (appointment, row) = take(work, id).await?;
            not_for_themself(work, row.partner_id, OWN)?;
            let decided_by = UserId(work.authority().person()?);
            let next = row.status.after("clear")?;
            let ClearCheck {
                issued_on,
                certificate_ending,
                expires_on,
            } = cleared;
            check_dates(work.today(), issued_on, expires_on)?;
            if certificate_ending.is_some() && row.kind != CheckKind::Dbs {
                let message = "only a check by the DBS has a certificate";
                return Err(Problem::field(
                    "/certificateEnding",
                    "contradiction",
                    message,
                ));
            }
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.decided_by = Set(Some(decided_by));
            row.decided_on = Set(Some(work.today()));
            row.issued_on = Set(Some(issued_on));
            row.certificate_ending = Set(certificate_ending.map(Into::into));
            row.expires_on = Set(expires_on);
            let row = work.step::<Entity>(row, &seen).await?;
            let decided =
                requirements::operations::of_role(work, appointment.opportunity_id).await?;
            let workforce = decided.and_then(|decided| decided.workforce);
            if answers(&row, appointment.dbs_level, workforce, work.today()) {
                let mut noted = appointment.into_active_model();
                noted.dbs_checked_on.set_if_not_equals(Some(issued_on));
                work.step::<appointment::Entity>(noted, &IfMatch::Absent)
                    .await?;
            }
            expiry::warn_later(work, &row).await?;
            let event = Event::of("check.cleared", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

fn check_dates(
    today: NaiveDate,
    issued_on: NaiveDate,
    expires_on: Option<NaiveDate>,
) -> Result<(), Problem> {
    let mut wrong = Vec::new();
    if issued_on > today {
        let message = "a check is recorded once it has been made";
        wrong.push(FieldError::new("/issuedOn", "future", message));
    }
    if expires_on.is_some_and(|day| day <= today) {
        wrong.push(FieldError::new("/expiresOn", "past", "a day after today"));
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(wrong)),
    }
}

/// Records that a person decided that something stands in the way. What it is, is not kept.
pub async fn not_clear(
    caller: &Caller<ManageChecks>,
    id: CheckId,
    seen: IfMatch,
) -> Result<Check, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            not_for_themself(work, row.partner_id, OWN)?;
            let decided_by = UserId(work.authority().person()?);
            let next = row.status.after("not-clear")?;
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.decided_by = Set(Some(decided_by));
            row.decided_on = Set(Some(work.today()));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("check.not-cleared", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// Takes the request for a check back.
pub async fn withdraw(
    caller: &Caller<ManageChecks>,
    id: CheckId,
    seen: IfMatch,
) -> Result<Check, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            not_for_themself(work, row.partner_id, OWN)?;
            let row = withdrawn(work, row, &seen).await?;
            let event = Event::of("check.withdrawn", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

async fn withdrawn(work: &mut Work<'_>, row: Model, seen: &IfMatch) -> Result<Model, Problem> {
    let next = row.status.after("withdraw")?;
    let mut row = row.into_active_model();
    row.status = Set(next);
    work.step::<Entity>(row, seen).await
}

/// Takes back what was asked for an appointment that ends, as part of the change that ends it.
pub async fn withdraw_all(work: &mut Work<'_>, id: AppointmentId) -> Result<(), Problem> {
    let waiting = of_appointment(id).filter(Column::Status.eq(Status::Requested));
    for row in work.all(waiting).await? {
        withdrawn(work, row, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// Whether a check is a cleared one by the DBS that has not expired and tells what is asked for.
fn answers(row: &Model, level: DbsLevel, workforce: Option<Workforce>, today: NaiveDate) -> bool {
    row.kind == CheckKind::Dbs
        && row.status == Status::Cleared
        && row.expires_on.is_none_or(|day| day >= today)
        && row.level.is_some_and(|made| made.covers(level))
        && workforce.is_none_or(|asked| row.workforce.is_some_and(|made| made.covers(asked)))
}

/// Whether an appointment has a check by the DBS of a level, for work with somebody, that counts today.
pub async fn has_dbs(
    work: &Work<'_>,
    id: AppointmentId,
    level: DbsLevel,
    workforce: Option<Workforce>,
) -> Result<bool, Problem> {
    let cleared = of_appointment(id)
        .filter(Column::Kind.eq(CheckKind::Dbs))
        .filter(Column::Status.eq(Status::Cleared));
    let cleared = work.all(cleared).await?;
    let mut cleared = cleared.iter();
    Ok(cleared.any(|row| answers(row, level, workforce, work.today())))
}

/// The checks that an appointment still waits for.
pub async fn missing(
    work: &Work<'_>,
    appointment: &appointment::Model,
) -> Result<Vec<FieldError>, Problem> {
    let mut missing = Vec::new();
    let decided = requirements::operations::of_role(work, appointment.opportunity_id).await?;
    let (level, workforce) = (
        appointment.dbs_level,
        decided.as_ref().and_then(|decided| decided.workforce),
    );
    if level != DbsLevel::None && !has_dbs(work, appointment.id, level, workforce).await? {
        let message = "the role asks for a check by the DBS that was not cleared at this level, or has expired: POST /v1/checks";
        missing.push(FieldError::new("/dbsCheckedOn", "required", message));
    }
    let needed = decided.map_or(0, |decided| decided.references_needed);
    if needed > 0 {
        let cleared = of_appointment(appointment.id)
            .filter(Column::Kind.eq(CheckKind::Reference))
            .filter(Column::Status.eq(Status::Cleared));
        let cleared = i64::try_from(work.count(cleared).await?).unwrap_or(i64::MAX);
        if cleared < i64::from(needed) {
            let message = format!("{needed} references are needed, and {cleared} cleared");
            missing.push(FieldError::new("/references", "required", message));
        }
    }
    Ok(missing)
}
