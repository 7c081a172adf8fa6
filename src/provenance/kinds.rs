//! What can be linked: for each kind, who may see it, what it is called, and where it is found.

use std::collections::BTreeMap;

use sea_orm::QueryFilter;
use uuid::Uuid;

use super::entity::NodeKind;
use crate::access::Caller;
use crate::access::permissions::{
    ReadFriendsAndFamilyComments, ReadImprovements, ReadInsights, ReadOneToOnes, ReadPalsContacts,
    ReadProvenance, ReadStories,
};
use crate::access::{Permission, Principal};
use crate::feedback::friends_and_family::responses::entity::{
    self as response, FriendsAndFamilyResponseId,
};
use crate::http::Problem;
use crate::improvements::{ImprovementId, entity as improvement};
use crate::insights::{InsightId, entity as insight};
use crate::one_to_ones::{OneToOneId, entity as one_to_one};
use crate::pals::contacts::{Consent, PalsContactId, entity as pals_contact};
use crate::store::{Identifies, Reader, Record, Scope, Work};
use crate::stories::consents::UseScope;
use crate::stories::consents::entity::standing;
use crate::stories::{StoryId, entity as story};

/// The longest label, in characters.
const LABEL: usize = 120;

impl NodeKind {
    /// The permission that lets one see it.
    fn scope(self) -> &'static str {
        match self {
            Self::FriendsAndFamilyResponse => ReadFriendsAndFamilyComments::SCOPE,
            Self::PalsContact => ReadPalsContacts::SCOPE,
            Self::Story => ReadStories::SCOPE,
            Self::OneToOne => ReadOneToOnes::SCOPE,
            Self::Insight => ReadInsights::SCOPE,
            Self::Improvement => ReadImprovements::SCOPE,
        }
    }

    /// Whether somebody's permissions let them read such records, those that they reach.
    pub fn is_read_by(self, principal: &Principal) -> bool {
        principal.grants.contains_key(self.scope())
    }

    /// The collection in which it is found.
    pub fn collection(self) -> &'static str {
        match self {
            Self::FriendsAndFamilyResponse => "feedback/friends-and-family/responses",
            Self::PalsContact => "pals/contacts",
            Self::Story => "stories",
            Self::OneToOne => "one-to-ones",
            Self::Insight => "insights",
            Self::Improvement => "improvements",
        }
    }
}

/// Those of some records that the caller may see, and what they are called.
pub(super) async fn seen(
    caller: &Caller<ReadProvenance>,
    kind: NodeKind,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, String>, Problem> {
    let Some(reach) = caller.principal().grants.get(kind.scope()) else {
        return Ok(BTreeMap::new());
    };
    let scope = Scope {
        reach: *reach,
        ..caller.scope().clone()
    };
    let reader = caller.state().store.reader(&scope);
    match kind {
        NodeKind::FriendsAndFamilyResponse => {
            labelled::<response::Entity>(
                &reader,
                ids,
                |_| "An answer to the Friends and Family Test",
            )
            .await
        }
        NodeKind::PalsContact => {
            // What was said is opened for a purpose.
            labelled::<pals_contact::Entity>(&reader, ids, |_| "A contact with PALS").await
        }
        NodeKind::Story => labelled::<story::Entity>(&reader, ids, |_| "A story").await,
        NodeKind::OneToOne => {
            // What was said is for the two only.
            labelled::<one_to_one::Entity>(&reader, ids, |_| "A one-to-one").await
        }
        NodeKind::Insight => {
            labelled::<insight::Entity>(&reader, ids, |row| match row.quote.as_str() {
                "" => "An insight that was withdrawn",
                quote => quote,
            })
            .await
        }
        NodeKind::Improvement => {
            labelled::<improvement::Entity>(&reader, ids, |row| row.you_said.as_str()).await
        }
    }
}

async fn labelled<E: Record>(
    reader: &Reader<'_>,
    ids: &[Uuid],
    label: impl Fn(&E::Model) -> &str,
) -> Result<BTreeMap<Uuid, String>, Problem> {
    use sea_orm::ColumnTrait;
    let query = reader
        .select::<E>()
        .filter(E::ID.is_in(ids.iter().copied()));
    let rows = reader.all(query).await?;
    let short = |text: &str| match text.char_indices().nth(LABEL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    Ok(rows
        .iter()
        .map(|row| (E::id(row), short(label(row))))
        .collect())
}

/// That a record is there, and of the caller's organisation; the problem names the field that refers to it.
pub async fn must_be_there(
    work: &Work<'_>,
    pointer: &str,
    kind: NodeKind,
    id: Uuid,
) -> Result<(), Problem> {
    match kind {
        NodeKind::FriendsAndFamilyResponse => work
            .named(pointer, FriendsAndFamilyResponseId(id))
            .await
            .map(drop),
        NodeKind::PalsContact => work.named(pointer, PalsContactId(id)).await.map(drop),
        NodeKind::Story => work.named(pointer, StoryId(id)).await.map(drop),
        NodeKind::OneToOne => work.named(pointer, OneToOneId(id)).await.map(drop),
        NodeKind::Insight => work.named(pointer, InsightId(id)).await.map(drop),
        NodeKind::Improvement => work.named(pointer, ImprovementId(id)).await.map(drop),
    }
}

/// A record, whoever asks: the rule of whoever it is of decides for everyone who quotes it.
#[expect(
    clippy::disallowed_methods,
    reason = "what somebody consents to decides for everyone who quotes them"
)]
async fn row_of<E: Record>(
    work: &Work<'_>,
    id: impl Identifies<Entity = E>,
) -> Result<E::Model, Problem> {
    use sea_orm::ColumnTrait;
    let id: Uuid = id.into();
    let row = work.one(E::find().filter(E::ID.eq(id))).await?;
    row.ok_or_else(|| Problem::not_found(E::NOUN))
}

/// Why nothing is quoted from a record, even within the organisation; nothing where it may be.
pub async fn why_not_quoted(
    work: &Work<'_>,
    kind: NodeKind,
    id: Uuid,
) -> Result<Option<&'static str>, Problem> {
    Ok(match kind {
        NodeKind::Story => {
            let story = row_of(work, StoryId(id)).await?;
            let is_approved = story.approved.is_some() && !story.status.is_over();
            (!is_approved).then_some("a story that its teller has approved and not taken back")
        }
        NodeKind::PalsContact => {
            let contact = row_of(work, PalsContactId(id)).await?;
            let is_open = matches!(contact.consent, Consent::Pending | Consent::Refused);
            is_open.then_some("a contact to whose use the person that it is about has consented")
        }
        _ => None,
    })
}

/// Why nothing of a record is told in public; nothing where it may be.
pub async fn why_not_told(
    work: &Work<'_>,
    kind: NodeKind,
    id: Uuid,
) -> Result<Option<&'static str>, Problem> {
    if let Some(why) = why_not_quoted(work, kind, id).await? {
        return Ok(Some(why));
    }
    Ok(match kind {
        NodeKind::Story => {
            let story = row_of(work, StoryId(id)).await?;
            let number = story.approved.unwrap_or_default();
            let stands = standing(story.id, number, &UseScope::PUBLIC, work.today());
            let stands = work.one(stands).await?.is_some();
            (!stands).then_some("a story whose teller consents to its being on a website")
        }
        NodeKind::FriendsAndFamilyResponse => {
            let response = row_of(work, FriendsAndFamilyResponseId(id)).await?;
            let message = "an answer whose comment may be published";
            (!response.may_be_published).then_some(message)
        }
        _ => None,
    })
}
