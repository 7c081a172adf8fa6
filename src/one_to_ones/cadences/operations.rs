//! What can be done with cadences.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::entity::{ActiveModel, Column, Entity, OneToOneCadenceId};
use super::rhythm::Rhythm;
use super::views::{NewOneToOneCadence, OneToOneCadence};
use crate::access::Caller;
use crate::access::permissions::{ReadOneToOnes, SetOneToOneCadence};
use crate::appointments;
use crate::http::{Listing, Newest, Page, Problem, Unfiltered};
use crate::store::{Event, Work};
use crate::values::Stored;

/// One page of the cadences that were set.
pub async fn list(
    caller: &Caller<ReadOneToOnes>,
    listing: Listing<Unfiltered>,
) -> Result<Page<OneToOneCadence>, Problem> {
    let reader = caller.read();
    let query = reader.select::<Entity>();
    let page = reader.page(query, &listing.paging, Newest).await?;
    Ok(page.map(OneToOneCadence::from))
}

/// One cadence.
pub async fn get(
    caller: &Caller<ReadOneToOnes>,
    id: OneToOneCadenceId,
) -> Result<OneToOneCadence, Problem> {
    Ok(caller.read().get(id).await?.into())
}

/// Sets a cadence for roles that start from a day on.
pub async fn set(
    caller: &Caller<SetOneToOneCadence>,
    new: NewOneToOneCadence,
) -> Result<OneToOneCadence, Problem> {
    caller
        .write(async |work| {
            let NewOneToOneCadence {
                after_months,
                then_every_months,
                applies_from,
            } = new;
            let row = ActiveModel {
                id: Set(OneToOneCadenceId::new()),
                after_months: Set(Stored(after_months)),
                then_every_months: Set(then_every_months),
                applies_from: Set(applies_from),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("one-to-one-cadence.set", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// The day on which an appointment's next one-to-one after a day is due.
#[expect(
    clippy::disallowed_methods,
    reason = "the cadence of the appointment's organisation, whoever changes the appointment"
)]
pub async fn next_day(
    work: &Work<'_>,
    appointment: &appointments::entity::Model,
    since: NaiveDate,
) -> Result<Option<NaiveDate>, Problem> {
    use sea_orm::EntityTrait;
    let set = Entity::find()
        .filter(Column::Organisation.eq(appointment.organisation.as_str()))
        .filter(Column::AppliesFrom.lte(appointment.starts_on))
        .order_by_desc(Column::AppliesFrom)
        .order_by_desc(Column::Id)
        .limit(1);
    let rhythm = match work.one(set).await? {
        Some(row) => Rhythm {
            after_months: row.after_months.0,
            then_every: row
                .then_every_months
                .and_then(|every| every.try_into().ok()),
        },
        None => Rhythm::default(),
    };
    Ok(rhythm.next(appointment.starts_on, since))
}
