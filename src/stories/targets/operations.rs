//! What can be done with targets.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::entity::{ActiveModel, Column, Entity, StoryTargetId};
use super::views::{NewStoryTarget, StoryTarget};
use crate::access::Caller;
use crate::access::permissions::{ReadStories, SetStoryTargets};
use crate::http::{Listing, Newest, Page, Problem, Unfiltered};
use crate::store::{Event, Work};

/// What holds for organisations that have said nothing, in days: the field's custom.
const CUSTOM: i32 = 90;

/// One page of the targets that were set.
pub async fn list(
    caller: &Caller<ReadStories>,
    listing: Listing<Unfiltered>,
) -> Result<Page<StoryTarget>, Problem> {
    let reader = caller.read();
    let query = reader.select::<Entity>();
    let page = reader.page(query, &listing.paging, Newest).await?;
    Ok(page.map(StoryTarget::from))
}

/// One target.
pub async fn get(caller: &Caller<ReadStories>, id: StoryTargetId) -> Result<StoryTarget, Problem> {
    Ok(caller.read().get(id).await?.into())
}

/// Sets a target for stories that are presented from a day on.
pub async fn set(
    caller: &Caller<SetStoryTargets>,
    new: NewStoryTarget,
) -> Result<StoryTarget, Problem> {
    caller
        .write(async |work| {
            let NewStoryTarget {
                report_back_days,
                applies_from,
            } = new;
            let row = ActiveModel {
                id: Set(StoryTargetId::new()),
                report_back_days: Set(report_back_days),
                applies_from: Set(applies_from),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("storyTarget.set", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Within how many days the teller of a story that is presented on a day is told what changed.
#[expect(
    clippy::disallowed_methods,
    reason = "the target of the story's organisation, whoever presents it"
)]
pub async fn report_back_days(
    work: &Work<'_>,
    organisation: &str,
    day: NaiveDate,
) -> Result<i32, Problem> {
    use sea_orm::EntityTrait;
    let set = Entity::find()
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::AppliesFrom.lte(day))
        .order_by_desc(Column::AppliesFrom)
        .order_by_desc(Column::Id)
        .limit(1);
    let set = work.one(set).await?;
    Ok(set.map_or(CUSTOM, |row| row.report_back_days))
}
