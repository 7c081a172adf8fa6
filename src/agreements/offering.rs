//! How an agreement is put to a partner: the wording that is published, with the particulars filled in.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::entity::{ActiveModel, AgreementId, Column, Entity, Model, about};
use super::lifecycle::Status;
use super::particulars::{OwnTerms, Particulars};
use super::views::{Agreement, NewAgreement};
use crate::access::Caller;
use crate::access::permissions::ManageAgreements;
use crate::agreement_texts::{self as texts, AgreementKind, AgreementTextId};
use crate::appointments::{self, entity as appointment};
use crate::http::{FieldError, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::organisations;
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::{self, PartnerId, entity as partner};
use crate::store::{Event, Work};
use crate::values::Stored;

/// Puts the published wording to the partner of an appointment.
pub async fn offer(
    caller: &Caller<ManageAgreements>,
    new: NewAgreement,
) -> Result<Agreement, Problem> {
    caller
        .write(async |work| {
            let NewAgreement {
                appointment_id,
                kind,
                terms,
            } = new;
            let found: appointment::Model = work.named("/appointmentId", appointment_id).await?;
            partners::hold(work, &found.organisation, found.partner_id).await?;
            let appointment = work.reach(&found.organisation, appointment_id).await?;
            if appointment.status == appointments::Status::Ended {
                let state = appointment.status.word();
                return Err(partners::over("The appointment has ended", &state));
            }
            let latest = texts::operations::latest(work, &appointment.organisation, kind).await?;
            let Some(text) = latest else {
                let message = format!("publish a wording of the {kind} agreement first");
                let unmet = vec![FieldError::new("/kind", "noText", message)];
                return Err(Problem::unmet(
                    "There is nothing to put to the partner",
                    unmet,
                ));
            };
            check_once(work, &appointment, kind, text.id).await?;
            let row = put(work, &appointment, text.id, kind, terms).await?;
            let event = Event::of("agreement.offered", row.id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// One answer is waited for at a time, and what was agreed in these words need not be agreed again.
async fn check_once(
    work: &Work<'_>,
    appointment: &appointment::Model,
    kind: AgreementKind,
    text: AgreementTextId,
) -> Result<(), Problem> {
    let theirs = about(appointment.id).filter(Column::Kind.eq(kind));
    for row in work.all(theirs).await? {
        let message = match row.status {
            status if Status::OPEN.contains(&status) => "an offer waits for an answer",
            Status::InForce if row.text_id == text => "it is in force in these words",
            _ => continue,
        };
        let errors = vec![FieldError::new("/kind", "exists", message)];
        let detail = "There is such an agreement with the partner about this role";
        return Err(Problem::new(&types::ALREADY_EXISTS, detail).with_errors(errors));
    }
    Ok(())
}

async fn put(
    work: &mut Work<'_>,
    appointment: &appointment::Model,
    text: AgreementTextId,
    kind: AgreementKind,
    terms: OwnTerms,
) -> Result<Model, Problem> {
    let particulars = particulars(work, appointment, terms).await?;
    let row = ActiveModel {
        id: Set(AgreementId::new()),
        organisation: Set(appointment.organisation.clone()),
        partner_id: Set(appointment.partner_id),
        appointment_id: Set(appointment.id),
        text_id: Set(text),
        kind: Set(kind),
        particulars: Set(Stored(particulars)),
        status: Set(Status::FIRST),
        ..Default::default()
    };
    let row = work.add::<Entity>(row).await?;
    let facts = [("agreementId", row.id.to_string()), ("kind", kind.word())];
    let (partner, purpose) = (row.partner_id, MessagePurpose::Service);
    queue(work, partner, purpose, "agreementOffered", facts).await?;
    Ok(row)
}

#[expect(
    clippy::disallowed_methods,
    reason = "organisations are known to everyone"
)]
async fn particulars(
    work: &Work<'_>,
    appointment: &appointment::Model,
    terms: OwnTerms,
) -> Result<Particulars, Problem> {
    let organisation = organisations::entity::Entity::find_by_id(&appointment.organisation);
    let organisation = work.one(organisation).await?;
    let (home, partner_id) = (&appointment.organisation, appointment.partner_id);
    let partner = work.reach::<partner::Entity>(home, partner_id).await?;
    // Read, not held: others hold a role's opportunity before its partner.
    let role = work.see(appointment.opportunity_id).await?;
    let name = organisation.map(|one| one.name);
    Ok(Particulars {
        organisation_name: name.unwrap_or_else(|| home.clone()),
        partner_name: format!("{} {}", partner.given_name, partner.family_name),
        role: role.title,
        starts_on: appointment.starts_on,
        ends_on: appointment.ends_on,
        review_on: appointment.review_on,
        payment: appointment.payment_offered.0.clone(),
        payment_choice: appointment.payment_choice,
        reduced_pence: appointment.reduced_pence,
        terms,
    })
}

/// Puts a newer wording to some of those who agreed to an older one and have no offer that waits; answers whom.
/// What was added for the partner is taken over.
#[expect(
    clippy::disallowed_methods,
    reason = "the job that asks again acts for the text's organisation"
)]
pub async fn offer_again(
    work: &mut Work<'_>,
    text: &texts::entity::Model,
    at_once: u64,
) -> Result<Vec<PartnerId>, Problem> {
    let of_kind = |status: &[Status]| {
        Entity::find()
            .filter(Column::Organisation.eq(&text.organisation))
            .filter(Column::Kind.eq(text.kind))
            .filter(Column::Status.is_in(status.iter().copied()))
    };
    let mut waiting = of_kind(&Status::OPEN).select_only();
    waiting = waiting.column(Column::AppointmentId);
    // Who was asked for this one has answered, or will.
    let mut asked = Entity::find()
        .filter(Column::TextId.eq(text.id))
        .select_only();
    asked = asked.column(Column::AppointmentId);
    let older = of_kind(&[Status::InForce])
        .filter(Column::AppointmentId.not_in_subquery(sea_orm::QueryTrait::into_query(waiting)))
        .filter(Column::AppointmentId.not_in_subquery(sea_orm::QueryTrait::into_query(asked)))
        .order_by_asc(Column::Id)
        .limit(at_once);
    let mut told = Vec::new();
    for before in work.all(older).await? {
        let home = &before.organisation;
        partners::hold(work, home, before.partner_id).await?;
        let appointment: appointment::Model = work.reach(home, before.appointment_id).await?;
        let terms = before.particulars.0.terms.clone();
        put(work, &appointment, text.id, text.kind, terms).await?;
        told.push(before.partner_id);
    }
    Ok(told)
}
