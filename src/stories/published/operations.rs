//! How published stories are found.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, QueryFilter, QueryTrait};

use super::views::{PublishedStory, PublishedStoryFilter};
use crate::access::Caller;
use crate::access::permissions::ReadPublishedStories;
use crate::files::{self, StoredFile};
use crate::http::{Listing, Page, Problem, Sort};
use crate::store::Reader;
use crate::stories::entity::{Column, Entity, Model as Story, StoryId};
use crate::stories::versions::entity::{Model as Version, of_stories};

/// The order: what was published last comes first.
#[derive(Clone, Copy, Debug)]
struct LastPublished;

impl Sort<Entity> for LastPublished {
    fn order(self) -> (Column, bool) {
        (Column::PublishedAt, true)
    }
}

/// One page of the stories that everyone can read today. Nobody keeps it: what was taken back is gone at once.
pub async fn list(
    caller: &Caller<ReadPublishedStories>,
    listing: Listing<PublishedStoryFilter>,
) -> Result<Page<PublishedStory>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.organisation, |query, code| {
            query.filter(Column::Organisation.eq(code.as_str()))
        })
        .apply_if(filter.service, |query, service| {
            query.filter(Column::Service.eq(service))
        });
    let page = reader.page(query, &paging, LastPublished).await?;
    let mut versions = approved(&reader, &page.items).await?;
    let Page { items, next } = page;
    let items = items.into_iter().map(|story| {
        let version = versions.remove(&story.id);
        PublishedStory::of(story, version)
    });
    Ok(Page {
        items: items.collect::<Result<_, _>>()?,
        next,
    })
}

/// The approved version of each story.
async fn approved(
    reader: &Reader<'_>,
    stories: &[Story],
) -> Result<HashMap<StoryId, Version>, Problem> {
    if stories.is_empty() {
        return Ok(HashMap::new());
    }
    let numbers: HashMap<StoryId, Option<i32>> = stories
        .iter()
        .map(|story| (story.id, story.approved))
        .collect();
    let found = reader.all(of_stories(numbers.keys().copied())).await?;
    let approved = found
        .into_iter()
        .filter(|one| numbers.get(&one.story_id) == Some(&Some(one.number)));
    Ok(approved.map(|one| (one.story_id, one)).collect())
}

/// One story that everyone can read today.
pub async fn get(
    caller: &Caller<ReadPublishedStories>,
    id: StoryId,
) -> Result<PublishedStory, Problem> {
    let reader = caller.read();
    let story = reader.get(id).await?;
    let version = approved(&reader, std::slice::from_ref(&story)).await?;
    PublishedStory::of(story, version.into_values().next())
}

/// Its recording.
pub async fn content(
    caller: &Caller<ReadPublishedStories>,
    id: StoryId,
) -> Result<StoredFile, Problem> {
    let reader = caller.read();
    let story = reader.get(id).await?;
    let version = approved(&reader, std::slice::from_ref(&story)).await?;
    let file = version.into_values().next().and_then(|one| one.file_id);
    let file = file.ok_or_else(|| Problem::not_found("recording"))?;
    files::of(reader.connection(), file).await
}
