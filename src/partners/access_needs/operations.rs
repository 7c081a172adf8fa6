//! What can be done with access needs.

use chrono::{Months, NaiveDate};
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{AccessNeedId, ActiveModel, Column, Entity, Need};
use super::inputs::{AccessNeedChanges, NewAccessNeed};
use super::views::{AccessNeed, NeedFilter, NeedSort, NeedsOfPartner, ReadPurpose};
use crate::access::Caller;
use crate::access::permissions::{ManageAccessNeeds, ReadAccessNeeds};
use crate::http::{Change, FieldError, IfMatch, Listing, Newest, Page, Problem, types};
use crate::partners::entity::with_readable_needs;
use crate::partners::{PartnerId, rules};
use crate::store::{Event, Identifies, Work};

/// One page of a partner's access needs.
pub async fn list_of_partner(
    caller: &Caller<ReadAccessNeeds>,
    id: PartnerId,
    listing: Listing<NeedsOfPartner>,
) -> Result<Page<AccessNeed>, Problem> {
    let purpose = listing.filter.purpose.unwrap_or(ReadPurpose::Support);
    caller
        .read_recorded(async |reader| {
            let known = reader.all(with_readable_needs(reader.scope(), id)).await?;
            if known.is_empty() {
                return Err(Problem::not_found(PartnerId::NOUN));
            }
            let query = reader.select::<Entity>().filter(Column::PartnerId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            let event = Event::all("accessNeed.listed")
                .about([id])
                .because(purpose.word());
            Ok((page.map(AccessNeed::from), event))
        })
        .await
}

/// One page of the access needs that the caller may see.
pub async fn list(
    caller: &Caller<ReadAccessNeeds>,
    listing: Listing<NeedFilter>,
) -> Result<Page<AccessNeed>, Problem> {
    let Listing { filter, paging } = listing;
    let purpose = filter.purpose.unwrap_or(ReadPurpose::Review);
    caller
        .read_recorded(async |reader| {
            let query = reader
                .select::<Entity>()
                .apply_if(filter.review_before, |query, day| {
                    query.filter(Column::ReviewOn.lt(day))
                })
                .apply_if(filter.category, |query, one| {
                    query.filter(Column::Category.eq(one))
                })
                .apply_if(filter.need, |query, need| {
                    query.filter(Column::Need.eq(need))
                });
            let sort = filter.sort.unwrap_or(NeedSort::ReviewOn);
            let page = reader.page(query, &paging, sort).await?;
            let about = page.items.iter().map(|row| row.partner_id);
            let event = Event::all("accessNeed.listed")
                .about(about)
                .because(purpose.word());
            Ok((page.map(AccessNeed::from), event))
        })
        .await
}

/// One access need.
pub async fn get(
    caller: &Caller<ReadAccessNeeds>,
    id: AccessNeedId,
    wanted: NeedsOfPartner,
) -> Result<AccessNeed, Problem> {
    let purpose = wanted.purpose.unwrap_or(ReadPurpose::Support);
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("accessNeed.read", id).about([row.partner_id]);
            Ok((row.into(), event.because(purpose.word())))
        })
        .await
}

/// Records an access need.
pub async fn add(
    caller: &Caller<ManageAccessNeeds>,
    partner_id: PartnerId,
    new: NewAccessNeed,
) -> Result<AccessNeed, Problem> {
    caller
        .write(async |work| {
            rules::parent(work, partner_id).await?;
            let NewAccessNeed {
                category,
                need,
                detail,
                flag_prominently,
                may_be_shared,
                review_on,
            } = new;
            rules::without_nhs_number([("/detail", detail.as_ref().map(|text| text.as_str()))])?;
            check_review(work, review_on)?;
            // A need of the same category stands once; a language or a kind of food may be another one.
            let same = work
                .select::<Entity>()
                .filter(Column::PartnerId.eq(partner_id))
                .filter(Column::Category.eq(category))
                .filter(Column::Need.eq(need))
                .filter(match &detail {
                    Some(text) => Column::Detail.eq(text.as_str()),
                    None => Column::Detail.is_null(),
                });
            if work.one(same).await?.is_some() {
                let errors = vec![FieldError::new("/need", "exists", "this need is recorded")];
                return Err(
                    Problem::new(&types::ALREADY_EXISTS, "This need is recorded already")
                        .with_errors(errors),
                );
            }
            let next_year = work.today().checked_add_months(Months::new(12));
            let row = ActiveModel {
                id: Set(AccessNeedId::new()),
                partner_id: Set(partner_id),
                category: Set(category),
                need: Set(need),
                detail: Set(detail.map(Into::into)),
                flag_prominently: Set(flag_prominently),
                may_be_shared: Set(may_be_shared),
                review_on: Set(review_on.or(next_year).unwrap_or(work.today())),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("accessNeed.added", row.id).about([partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// A need is reviewed within two years, and not in the past.
fn check_review(work: &Work<'_>, day: Option<NaiveDate>) -> Result<(), Problem> {
    let last = work
        .today()
        .checked_add_months(Months::new(24))
        .unwrap_or(NaiveDate::MAX);
    match day {
        Some(day) if day <= work.today() || day > last => Err(Problem::field(
            "/reviewOn",
            "range",
            "a day within the next two years",
        )),
        _ => Ok(()),
    }
}

/// Changes an access need that the caller has seen.
pub async fn change(
    caller: &Caller<ManageAccessNeeds>,
    id: AccessNeedId,
    seen: IfMatch,
    changes: AccessNeedChanges,
) -> Result<AccessNeed, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let AccessNeedChanges {
                detail,
                flag_prominently,
                may_be_shared,
                review_on,
            } = changes;
            if let Change::To(text) = &detail {
                rules::without_nhs_number([("/detail", text.as_ref().map(|text| text.as_str()))])?;
                if text.is_none() && row.need == Need::LanguageInterpreter {
                    return Err(Problem::field("/detail", "required", "say which language"));
                }
            }
            check_review(work, review_on.value().copied())?;
            let partner = row.partner_id;
            let mut row = row.into_active_model();
            detail
                .map(|text| text.map(String::from))
                .onto(&mut row.detail);
            flag_prominently.onto(&mut row.flag_prominently);
            may_be_shared.onto(&mut row.may_be_shared);
            review_on.onto(&mut row.review_on);
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((
                row.into(),
                Event::of("accessNeed.changed", id).about([partner]),
            ))
        })
        .await
}

/// Removes an access need that does not hold any more.
pub async fn remove(
    caller: &Caller<ManageAccessNeeds>,
    id: AccessNeedId,
    seen: IfMatch,
) -> Result<(), Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let partner = row.partner_id;
            work.remove::<Entity>(row, &seen).await?;
            Ok(((), Event::of("accessNeed.removed", id).about([partner])))
        })
        .await
}
