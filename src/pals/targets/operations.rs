//! What can be done with targets.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::entity::{ActiveModel, Column, Entity, PalsTargetId};
use super::views::{NewPalsTarget, PalsTarget};
use crate::access::Caller;
use crate::access::permissions::{ManagePalsSettings, ReadPalsSettings};
use crate::http::{Listing, Newest, Page, Problem, Unfiltered};
use crate::pals::contacts::Kind;
use crate::store::{Event, Work};

/// What holds for organisations that have said nothing, in working days. Two for enquiries is what Trusts publish, and
/// three is the time in which the regulations of 2009 want a complaint acknowledged; the others are the field's custom.
const CUSTOM: &[(Kind, i32)] = &[
    (Kind::Enquiry, 2),
    (Kind::Concern, 5),
    (Kind::Compliment, 5),
    (Kind::Comment, 5),
    (Kind::Suggestion, 5),
    (Kind::Complaint, 3),
];

/// One page of the targets that were set.
pub async fn list(
    caller: &Caller<ReadPalsSettings>,
    listing: Listing<Unfiltered>,
) -> Result<Page<PalsTarget>, Problem> {
    let reader = caller.read();
    let query = reader.select::<Entity>();
    let page = reader.page(query, &listing.paging, Newest).await?;
    Ok(page.map(PalsTarget::from))
}

/// One target.
pub async fn get(
    caller: &Caller<ReadPalsSettings>,
    id: PalsTargetId,
) -> Result<PalsTarget, Problem> {
    Ok(caller.read().get(id).await?.into())
}

/// Sets a target for contacts that are received from a day on.
pub async fn set(
    caller: &Caller<ManagePalsSettings>,
    new: NewPalsTarget,
) -> Result<PalsTarget, Problem> {
    caller
        .write(async |work| {
            let NewPalsTarget {
                kind,
                working_days,
                applies_from,
            } = new;
            let row = ActiveModel {
                id: Set(PalsTargetId::new()),
                kind: Set(kind),
                working_days: Set(working_days),
                applies_from: Set(applies_from),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("palsTarget.set", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Within how many working days an organisation resolves a contact whose clock starts on a day.
#[expect(
    clippy::disallowed_methods,
    reason = "the target of the contact's organisation, whoever takes the contact in"
)]
pub async fn working_days(
    work: &Work<'_>,
    organisation: &str,
    kind: Kind,
    day: NaiveDate,
) -> Result<i32, Problem> {
    use sea_orm::EntityTrait;
    let set = Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Kind.eq(kind))
        .filter(Column::AppliesFrom.lte(day))
        .order_by_desc(Column::AppliesFrom)
        .order_by_desc(Column::Id)
        .limit(1);
    if let Some(row) = work.one(set).await? {
        return Ok(row.working_days);
    }
    let custom = CUSTOM.iter().find(|(of, _)| *of == kind);
    let custom = custom.ok_or_else(|| Problem::internal("a kind of contact without a target"))?;
    Ok(custom.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_target_by_custom() {
        for kind in Kind::ALL {
            assert_eq!(CUSTOM.iter().filter(|(of, _)| of == kind).count(), 1);
        }
    }
}
