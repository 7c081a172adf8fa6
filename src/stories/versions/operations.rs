//! What can be done with versions.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, Column, Entity, Model, StoryIdentity, StoryVersionId};
use super::views::{NewStoryRecording, NewStoryVersion, StoryVersion};
use crate::access::Caller;
use crate::access::permissions::{ManageStories, ReadStories};
use crate::files::{self, StoredFile, Upload};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, Unfiltered};
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
            let seen = |row| StoryVersion::seen_by(reader.scope(), row);
            Ok((page.map(seen), event))
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
            Ok((StoryVersion::seen_by(reader.scope(), row), event))
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
    let texts = [
        ("/title", Some(title.as_str())),
        ("/words", words.as_ref().map(|words| words.as_str())),
    ];
    must_not_name_the_teller(work, &story, identity, texts).await?;
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

/// That what is told tells no more of who tells it than they want: neither names, nor how they are reached.
async fn must_not_name_the_teller(
    work: &Work<'_>,
    story: &Story,
    identity: StoryIdentity,
    texts: [(&str, Option<&str>); 2],
) -> Result<(), Problem> {
    let is_first_name = match identity {
        StoryIdentity::Named => return Ok(()),
        StoryIdentity::FirstName => true,
        StoryIdentity::Pseudonym | StoryIdentity::Anonymous => false,
    };
    let mut hidden: Vec<String> = Vec::new();
    if let Some(teller) = story.partner_id {
        let teller = work.reach(&story.organisation, teller).await?;
        hidden.push(teller.family_name);
        if !is_first_name {
            hidden.push(teller.given_name);
            hidden.extend(teller.preferred_name);
        }
        hidden.extend(
            [teller.email, teller.telephone, teller.postcode]
                .into_iter()
                .flatten(),
        );
    }
    if let Some(name) = story.teller_name.as_ref() {
        let skipped = usize::from(is_first_name);
        hidden.extend(
            name.as_str()
                .split_whitespace()
                .skip(skipped)
                .map(str::to_owned),
        );
    }
    let hidden: Vec<String> = hidden.iter().map(|one| joined(one)).collect();
    let wrong = texts.into_iter().filter(|(_, text)| {
        let text = joined(text.unwrap_or_default());
        hidden
            .iter()
            .any(|one| !one.trim().is_empty() && text.contains(one.as_str()))
    });
    let message = "it tells who the teller is, and they do not want to be known by that";
    let wrong: Vec<FieldError> = wrong
        .map(|(pointer, _)| FieldError::new(pointer, "personal", message))
        .collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(wrong)),
    }
}

/// Words with one blank before, after and between them, without what else stands there; numbers in one piece.
fn joined(text: &str) -> String {
    let mut joined = String::from(" ");
    for letter in text.to_lowercase().chars() {
        let last_is_digit = joined.trim_end().ends_with(|c: char| c.is_ascii_digit());
        if letter.is_ascii_digit() && last_is_digit {
            joined.truncate(joined.trim_end().len());
        }
        if letter.is_alphanumeric() {
            joined.push(letter);
        } else if !joined.ends_with(' ') {
            joined.push(' ');
        }
    }
    if !joined.ends_with(' ') {
        joined.push(' ');
    }
    joined
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

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn words_and_numbers_are_compared_however_they_are_set() {
        assert_eq!(
            joined("Ring (01632) 960 441, Mrs O'Neill!"),
            " ring 01632960441 mrs o neill "
        );
        assert!(joined("as Margaret says").contains(&joined("margaret")));
        assert!(!joined("Margarets").contains(&joined("Margaret")));
        assert_eq!(joined(""), " ");
    }
}
