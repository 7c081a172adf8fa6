//! What can be done with uses.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, Model, StoryUseId, UseKind};
use super::views::{NewStoryUse, StoryUse};
use crate::access::Caller;
use crate::access::permissions::{ManageStories, ReadStories};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, Unfiltered, types};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Work};
use crate::stories::consents::UseScope;
use crate::stories::consents::entity::standing;
use crate::stories::consents::operations::another_version;
use crate::stories::entity::{Model as Story, StoryId};
use crate::stories::lifecycle::Status;
use crate::users::UserId;
use crate::values::{Line, day_of};

/// One page of where a story went, the newest first.
pub async fn list(
    caller: &Caller<ReadStories>,
    id: StoryId,
    listing: Listing<Unfiltered>,
) -> Result<Page<StoryUse>, Problem> {
    let reader = caller.read();
    reader.get(id).await?;
    let query = reader.select::<Entity>().filter(Column::StoryId.eq(id));
    let page = reader.page(query, &listing.paging, Newest).await?;
    Ok(page.map(StoryUse::from))
}

/// One use.
pub async fn get(caller: &Caller<ReadStories>, id: StoryUseId) -> Result<StoryUse, Problem> {
    caller.read().get(id).await.map(StoryUse::from)
}

/// Refuses a use to which the teller does not consent, of the approved version, on a day.
pub(in crate::stories) async fn must_be_consented(
    work: &Work<'_>,
    story: &Story,
    (pointer, uses): (&str, &[UseScope]),
    day: NaiveDate,
) -> Result<i32, Problem> {
    let approved = story.approved.ok_or_else(|| {
        let message = "the teller has approved no version";
        let missing = FieldError::new("/approved", "required", message);
        Problem::unmet("Nothing leaves before it is approved", vec![missing])
    })?;
    let stands = standing(story.id, approved, uses, day);
    let mut stands = work.all(stands).await?.into_iter();
    // What was used before anybody had consented to it was used without consent.
    match stands.any(|one| day_of(one.created_at) <= day) {
        true => Ok(approved),
        false => {
            let message = "no consent of the teller to this, for this version, stands on that day";
            let missing = FieldError::new(pointer, "consentMissing", message);
            Err(Problem::unmet("The teller does not consent", vec![missing]))
        }
    }
}

/// Remembers where a story went, as part of a change.
pub(in crate::stories) async fn remember(
    work: &mut Work<'_>,
    story: &Story,
    (number, scope, kind): (i32, UseScope, UseKind),
    (place, used_on): (Line, NaiveDate),
) -> Result<Model, Problem> {
    let row = ActiveModel {
        id: Set(StoryUseId::new()),
        organisation: Set(story.organisation.clone()),
        story_id: Set(story.id),
        partner_id: Set(story.partner_id),
        number: Set(number),
        scope: Set(scope),
        kind: Set(kind),
        place: Set(place),
        used_on: Set(used_on),
        recorded_by: Set(work.authority().scope.user.map(UserId)),
        ..Default::default()
    };
    work.add::<Entity>(row).await
}

/// Records a use of the approved version to which the teller consents.
pub async fn record(
    caller: &Caller<ManageStories>,
    id: StoryId,
    new: NewStoryUse,
) -> Result<StoryUse, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let NewStoryUse {
                number,
                scope,
                kind,
                place,
                used_on,
            } = new;
            if !Status::USABLE.contains(&story.status) {
                let detail = format!("The story is {}: nothing of it is used", story.status);
                return Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
                    .with("state", story.status.word())
                    .with("allowed", story.status.allowed()));
            }
            if story.approved != Some(number) {
                return Err(another_version("/number", story.latest));
            }
            let used_on = used_on.unwrap_or(work.today());
            if used_on > work.today() {
                let message = "a use is recorded once it has happened";
                return Err(Problem::field("/usedOn", "future", message));
            }
            must_be_consented(work, &story, ("/scope", &[scope]), used_on).await?;
            let row = remember(work, &story, (number, scope, kind), (place, used_on)).await?;
            let event = Event::of("storyUse.recorded", row.id).about(story.partner_id);
            Ok((row.into(), event))
        })
        .await
}

/// Says that a copy was taken back.
pub async fn remove(
    caller: &Caller<ManageStories>,
    id: StoryUseId,
    seen: IfMatch,
) -> Result<StoryUse, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            if !row.kind.can_be_recalled() {
                let message = "what people have heard, minutes and print are not taken back";
                let gone = FieldError::new("/kind", "notRecallable", message);
                return Err(Problem::unmet("This cannot be taken back", vec![gone]));
            }
            if row.removed_on.is_some() {
                let detail = "This copy was taken back already";
                return Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
                    .with("state", "removed")
                    .with("allowed", Vec::<String>::new()));
            }
            let teller = row.partner_id;
            let mut row = row.into_active_model();
            row.removed_on = Set(Some(work.today()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("storyUse.removed", id).about(teller)))
        })
        .await
}
