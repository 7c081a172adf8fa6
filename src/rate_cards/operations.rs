//! What can be done with rate cards.

use chrono::NaiveDate;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, Model, RateCardId, Status};
use super::lines::{check, overlap};
use super::views::{
    EndRateCard, NewRateCard, RateCard, RateCardChanges, RateCardFilter, RateCardSort,
};
use crate::access::Caller;
use crate::access::permissions::{ManageRateCards, ReadRateCards};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::organisations;
use crate::store::{Event, Work};
use crate::values::Stored;

/// One page of the rate cards that the caller may see.
pub async fn list(
    caller: &Caller<ReadRateCards>,
    listing: Listing<RateCardFilter>,
) -> Result<Page<RateCard>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(filter.on, |query, day| query.filter(includes(day)));
    let sort = filter.sort.unwrap_or(RateCardSort::Newest);
    let page = reader.page(query, &paging, sort).await?;
    Ok(page.map(RateCard::from))
}

fn includes(day: NaiveDate) -> Condition {
    let lasts = Condition::any()
        .add(Column::ValidTo.is_null())
        .add(Column::ValidTo.gte(day));
    Condition::all().add(Column::ValidFrom.lte(day)).add(lasts)
}

/// One rate card.
pub async fn get(caller: &Caller<ReadRateCards>, id: RateCardId) -> Result<RateCard, Problem> {
    caller.read().get(id).await.map(RateCard::from)
}

/// Adds a draft.
pub async fn add(caller: &Caller<ManageRateCards>, new: NewRateCard) -> Result<RateCard, Problem> {
    caller
        .write(async |work| {
            let NewRateCard {
                name,
                valid_from,
                valid_to,
                rates,
                caps,
                policy,
            } = new;
            let mut wrong = check(&rates, &caps);
            wrong.extend(in_order(valid_from, valid_to));
            if !wrong.is_empty() {
                return Err(Problem::fields(wrong));
            }
            let row = ActiveModel {
                id: Set(RateCardId::new()),
                name: Set(name.into()),
                valid_from: Set(valid_from),
                valid_to: Set(valid_to),
                rates: Set(Stored(rates)),
                caps: Set(Stored(caps)),
                policy: Set(Stored(policy)),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("rateCard.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

fn in_order(from: NaiveDate, to: Option<NaiveDate>) -> Option<FieldError> {
    let wrong = to.is_some_and(|to| to < from);
    wrong.then(|| FieldError::new("/validTo", "order", "not before `validFrom`"))
}

/// Changes a draft that the caller has seen.
pub async fn change(
    caller: &Caller<ManageRateCards>,
    id: RateCardId,
    seen: IfMatch,
    changes: RateCardChanges,
) -> Result<RateCard, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            before.status.after("change")?;
            let RateCardChanges {
                name,
                valid_from,
                valid_to,
                rates,
                caps,
                policy,
            } = changes;
            let mut wrong = check(
                rates.value().unwrap_or(&before.rates.0),
                caps.value().unwrap_or(&before.caps.0),
            );
            wrong.extend(in_order(
                *valid_from.value().unwrap_or(&before.valid_from),
                *valid_to.value().unwrap_or(&before.valid_to),
            ));
            if !wrong.is_empty() {
                return Err(Problem::fields(wrong));
            }
            let mut row = before.into_active_model();
            name.onto(&mut row.name);
            valid_from.onto(&mut row.valid_from);
            valid_to.onto(&mut row.valid_to);
            rates.map(Stored).onto(&mut row.rates);
            caps.map(Stored).onto(&mut row.caps);
            policy.map(Stored).onto(&mut row.policy);
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("rateCard.changed", id)))
        })
        .await
}

/// Publishes a draft: from now on it decides about activities on its days.
pub async fn publish(
    caller: &Caller<ManageRateCards>,
    id: RateCardId,
    seen: IfMatch,
) -> Result<RateCard, Problem> {
    caller
        .write(async |work| {
            let found = work.see(id).await?;
            // Two that overlap must not both find that there is no other one.
            organisations::operations::hold(work, &found.organisation).await?;
            let row = work.get(id).await?;
            let next = row.status.after("publish")?;
            let mut unmet = Vec::new();
            if row.rates.0.is_empty() {
                unmet.push(FieldError::new("/rates", "required", "add a rate first"));
            }
            let others = work
                .select::<Entity>()
                .filter(Column::Organisation.eq(row.organisation.as_str()))
                .filter(Column::Status.eq(Status::Published));
            let days = (row.valid_from, row.valid_to);
            let meets = |other: &Model| overlap(days, (other.valid_from, other.valid_to));
            if work.all(others).await?.iter().any(meets) {
                let message = "another card counts on some of these days; end it first";
                unmet.push(FieldError::new("/validFrom", "overlap", message));
            }
            if !unmet.is_empty() {
                return Err(Problem::unmet("The rate card cannot count yet", unmet));
            }
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.published_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("rateCard.published", id)))
        })
        .await
}

/// Says which day is a card's last.
pub async fn end(
    caller: &Caller<ManageRateCards>,
    id: RateCardId,
    seen: IfMatch,
    end: EndRateCard,
) -> Result<RateCard, Problem> {
    caller
        .write(async |work| {
            let found = work.see(id).await?;
            organisations::operations::hold(work, &found.organisation).await?;
            let row = work.get(id).await?;
            row.status.after("end")?;
            let last = end.valid_to;
            // What was done so far was done at these rates, and is paid so.
            let wrong = match row.valid_to {
                _ if last < row.valid_from => Some(("order", "not before its first day")),
                _ if last < work.today() => Some(("past", "not before today")),
                Some(before) if last > before => Some(("later", "a card ends earlier, not later")),
                _ => None,
            };
            if let Some((code, message)) = wrong {
                return Err(Problem::field("/validTo", code, message));
            }
            let mut row = row.into_active_model();
            row.valid_to.set_if_not_equals(Some(last));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("rateCard.ended", id)))
        })
        .await
}

/// Withdraws a card that has not begun.
pub async fn withdraw(
    caller: &Caller<ManageRateCards>,
    id: RateCardId,
    seen: IfMatch,
) -> Result<RateCard, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after("withdraw")?;
            if row.status == Status::Published && row.valid_from <= work.today() {
                let message = "it counts already; end it";
                let begun = FieldError::new("/validFrom", "begun", message);
                return Err(Problem::unmet("The rate card has begun", vec![begun]));
            }
            let mut row = row.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("rateCard.withdrawn", id)))
        })
        .await
}

/// The card that counts for activities of an organisation on a day.
pub async fn in_force(
    work: &Work<'_>,
    organisation: &str,
    day: NaiveDate,
) -> Result<Option<Model>, Problem> {
    let query = work
        .select::<Entity>()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Status.eq(Status::Published))
        .filter(includes(day));
    work.one(query).await
}
