//! What can be done with versions.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, Model, StoryIdentity, StoryVersionId};
use super::views::{NewStoryRecording, NewStoryVersion, StoryVersion};
use crate::access::Caller;
use crate::access::permissions::{ManageStories, ReadStories};
use crate::files::{self, StoredFile, Upload};
use crate::http::{IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::lifecycle::Lifecycle;
use crate::partners::without_nhs_number;
use crate::store::{Event, Reader, Record, Work};
use crate::stories::entity::{Entity as Stories, Model as Story, StoryId};
use crate::values::{Label, LongProse, PersonName, Stored, Title};

/// Once a story is over, nobody but the teller reads its words: for everybody else, they are not there.
fn must_be_told(reader: &Reader<'_>, story: &Story) -> Result<(), Problem> {
    match story.status.is_over() && !story.is_theirs(reader.scope()) {
        false => Ok(()),
        true => Err(Problem::not_found(Entity::NOUN)),
    }
}

async fn found(reader: &Reader<'_>, id: StoryVersionId) -> Result<Model, Problem> {
    let row = reader.get(id).await?;
    must_be_told(reader, &reader.get(row.story_id).await?)?;
    Ok(row)
}

/// One page of the versions of a story, the newest first.
pub async fn list(
    caller: &Caller<ReadStories>,
    id: StoryId,
    listing: Listing<Unfiltered>,
) -> Result<Page<StoryVersion>, Problem> {
    caller
        .read_recorded(async |reader| {
            let story = reader.get(id).await?;
            must_be_told(reader, &story)?;
            let query = reader.select::<Entity>().filter(Column::StoryId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            let event = Event::of("story.versionsListed", id).about(story.partner_id);
            Ok((page.map(StoryVersion::from), event))
        })
        .await
}

/// One version.
pub async fn get(
    caller: &Caller<ReadStories>,
    id: StoryVersionId,
) -> Result<StoryVersion, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = found(reader, id).await?;
            let event = Event::of("storyVersion.read", id).about(row.partner_id);
            Ok((row.into(), event))
        })
        .await
}

/// The recording of a version.
pub async fn content(
    caller: &Caller<ReadStories>,
    id: StoryVersionId,
) -> Result<StoredFile, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = found(reader, id).await?;
            let file = row.file_id.ok_or_else(|| Problem::not_found("recording"))?;
            let file = files::of(reader.connection(), file).await?;
            let event = Event::of("storyVersion.read", id).about(row.partner_id);
            Ok((file, event))
        })
        .await
}

/// What a version is told with.
struct Told {
    title: Title,
    words: Option<LongProse>,
    identity: StoryIdentity,
    shown_as: Option<PersonName>,
    content_warnings: Vec<Label>,
    file: Option<StoredFile>,
}

/// Adds a version: the story goes back to `captured`, whatever was approved before.
async fn capture(
    work: &mut Work<'_>,
    story: Story,
    told: Told,
) -> Result<(StoryVersion, Event), Problem> {
    let next = story.status.after("capture")?;
    let Told {
        title,
        words,
        identity,
        shown_as,
        content_warnings,
        file,
    } = told;
    without_nhs_number([
        ("/title", Some(title.as_str())),
        ("/words", words.as_ref().map(|words| words.as_str())),
    ])?;
    let number = story.latest + 1;
    let row = ActiveModel {
        id: Set(StoryVersionId::new()),
        organisation: Set(story.organisation.clone()),
        story_id: Set(story.id),
        partner_id: Set(story.partner_id),
        number: Set(number),
        title: Set(Some(title)),
        words: Set(words),
        identity: Set(identity),
        shown_as: Set(shown_as),
        content_warnings: Set(Stored(content_warnings)),
        file_id: Set(file.as_ref().map(|file| file.id)),
        digest: Set(file.as_ref().map(StoredFile::hex)),
        length: Set(file.as_ref().map(|file| file.length)),
        media_type: Set(file.as_ref().map(|file| file.media_type.clone())),
        file_name: Set(file.map(|file| file.name)),
        author: Set(work.actor()),
        ..Default::default()
    };
    let row = work.add::<Entity>(row).await?;
    let teller = story.partner_id;
    let mut story = story.into_active_model();
    story.latest = Set(number);
    story.approved.set_if_not_equals(None);
    story.status.set_if_not_equals(next);
    work.step::<Stories>(story, &IfMatch::Absent).await?;
    let event = Event::of("storyVersion.captured", row.id).about(teller);
    Ok((row.into(), event))
}

/// Adds a version in words.
pub async fn write(
    caller: &Caller<ManageStories>,
    id: StoryId,
    new: NewStoryVersion,
) -> Result<StoryVersion, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let NewStoryVersion {
                title,
                words,
                identity,
                shown_as,
                content_warnings,
            } = new;
            let told = Told {
                title,
                words: Some(words),
                identity,
                shown_as,
                content_warnings,
                file: None,
            };
            capture(work, story, told).await
        })
        .await
}

/// Adds a version with the file that was uploaded. It is the teller's personal data, and goes with it.
pub async fn record(
    caller: &Caller<ManageStories>,
    id: StoryId,
    upload: Upload<NewStoryRecording>,
) -> Result<StoryVersion, Problem> {
    let Upload { fields, file } = upload;
    let NewStoryRecording {
        file: _,
        title,
        words,
        identity,
        shown_as,
    } = fields;
    file.settle(async |file| {
        caller
            .write(async |work| {
                let story = work.get(id).await?;
                story.status.after("capture")?;
                let kept = file
                    .keep(work, &story.organisation, story.partner_id)
                    .await?;
                let told = Told {
                    title,
                    words,
                    identity,
                    shown_as,
                    content_warnings: Vec::new(),
                    file: Some(kept),
                };
                capture(work, story, told).await
            })
            .await
    })
    .await
}
