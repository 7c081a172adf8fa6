//! How a story becomes public, and how every use of it ends: taken back, declined, expired, erased.

use std::pin::Pin;

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::consents::UseScope;
use super::consents::entity::{Entity as Consents, given, standing};
use super::consents::operations::another_version;
use super::entity::{ActiveModel, Column, Entity, Model, StoryId};
use super::inputs::{EndStory, PublishStory};
use super::lifecycle::Status;
use super::uses::entity::out_there;
use super::uses::operations::{must_be_consented, remember};
use super::uses::{StoryUse, UseKind};
use super::versions::entity::{Entity as Versions, numbered, of_stories};
use super::views::Story;
use crate::access::Caller;
use crate::access::permissions::{PublishStories, WithdrawStories};
use crate::feedback::friends_and_family::screening::harmless::must_tell_of_nobody;
use crate::files;
use crate::http::{IfMatch, Problem, Versioned, types};
use crate::insights::{take_back_from, tell_no_longer};
use crate::lifecycle::Lifecycle;
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::{PartnerId, without_nhs_number};
use crate::provenance::NodeKind;
use crate::store::jobs::Job;
use crate::store::{Event, Work};
use crate::values::Line;

/// A story that was taken back, or a consent to it, and where copies of it are.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryWithdrawal {
    /// The story.
    pub story: Story,
    /// Where copies went that can be taken back: whoever has them is told to.
    #[schema(max_items = 10_000)]
    pub to_recall: Vec<StoryUse>,
    /// Where it went for good: what people have heard, minutes and print. The teller is told so.
    #[schema(max_items = 10_000)]
    pub cannot_be_recalled: Vec<StoryUse>,
}

impl StoryWithdrawal {
    /// What is answered to the caller of a change.
    pub(super) fn of(work: &Work<'_>, story: Model, copies: Vec<StoryUse>) -> Self {
        let (to_recall, cannot_be_recalled) =
            copies.into_iter().partition(|one| one.can_be_recalled);
        Self {
            story: Story::seen_by(&work.authority().scope, story),
            to_recall,
            cannot_be_recalled,
        }
    }
}

impl Versioned for StoryWithdrawal {
    fn tag(&self) -> String {
        self.story.tag()
    }

    fn location(&self) -> String {
        self.story.location()
    }
}

/// Refuses changes of a story that is over.
pub(super) fn must_not_be_over(story: &Model) -> Result<(), Problem> {
    match story.status.is_over() {
        false => Ok(()),
        true => {
            let detail = format!("The story is {}", story.status);
            Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
                .with("state", story.status.word())
                .with("allowed", Vec::<String>::new()))
        }
    }
}

/// Where copies are: those of one use, or all.
pub(super) async fn where_copies_went(
    work: &Work<'_>,
    story: &Model,
    scope: Option<UseScope>,
) -> Result<Vec<StoryUse>, Problem> {
    let uses = work.all(out_there(story.id)).await?.into_iter();
    let uses = uses.filter(|one| scope.is_none_or(|scope| one.scope == scope));
    Ok(uses.map(StoryUse::from).collect())
}

/// Lets everyone read the approved version.
pub async fn publish(
    caller: &Caller<PublishStories>,
    id: StoryId,
    seen: IfMatch,
    published: PublishStory,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            // Whoever takes a consent back holds the story first: one comes after the other.
            let story = work.get(id).await?;
            let next = story.status.after("publish")?;
            let PublishStory {
                number,
                place,
                mut harmless,
            } = published;
            if story.approved != Some(number) {
                return Err(another_version("/number", story.latest));
            }
            let today = work.today();
            must_be_consented(work, &story, ("/consents", &UseScope::PUBLIC), today).await?;
            let version = work.one(numbered(id, number)).await?;
            let version =
                version.ok_or_else(|| Problem::internal("a story without its version"))?;
            let shown_as = version.shown_as.as_ref();
            harmless.extend(shown_as.and_then(|name| Line::parse(name.as_str()).ok()));
            let words = [
                ("/title", version.title.as_ref().map(|title| title.as_str())),
                ("/words", version.words.as_ref().map(|words| words.as_str())),
            ];
            must_tell_of_nobody(words, &harmless)?;
            let listed = || Line::parse("The list of published stories").map_err(Problem::internal);
            let place = place.map_or_else(listed, Ok)?;
            let used = (number, UseScope::Website, UseKind::Online);
            remember(work, &story, used, (place, today)).await?;
            let now = work.now();
            let mut row = story.into_active_model();
            row.published_at = Set(Some(now));
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.published", id).about(row.partner_id);
            Ok((Story::seen_by(&work.authority().scope, row), event))
        })
        .await
}

/// Takes a story out of what everyone can read.
pub async fn take_down(
    caller: &Caller<PublishStories>,
    id: StoryId,
    seen: IfMatch,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let next = story.status.after("take-down")?;
            let mut row = story.into_active_model();
            row.published_at = Set(None);
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.takenDown", id).about(row.partner_id);
            Ok((Story::seen_by(&work.authority().scope, row), event))
        })
        .await
}

/// Ends what no consent allows any more: a place on an agenda, or being public.
pub(super) async fn settle(work: &mut Work<'_>, story: Model) -> Result<Model, Problem> {
    let Some(number) = story.approved else {
        return Ok(story);
    };
    let today = work.today();
    let any = standing(story.id, number, UseScope::ALL, today);
    let stands: Vec<UseScope> = work
        .all(any)
        .await?
        .into_iter()
        .map(|one| one.scope)
        .collect();
    let public = stands.iter().any(|scope| UseScope::PUBLIC.contains(scope));
    let heard = story
        .audience
        .is_some_and(|audience| stands.contains(&audience));
    let verb = match story.status {
        Status::Published if !public => "take-down",
        Status::Scheduled if !heard => "unschedule",
        _ => return Ok(story),
    };
    let next = story.status.after(verb)?;
    let mut row = story.into_active_model();
    row.published_at.set_if_not_equals(None);
    if verb == "unschedule" {
        off_the_agenda(&mut row);
    }
    row.status = Set(next);
    work.step::<Entity>(row, &IfMatch::Absent).await
}

/// Takes it off the Board's agenda.
fn off_the_agenda(row: &mut ActiveModel) {
    row.audience.set_if_not_equals(None);
    row.scheduled_for.set_if_not_equals(None);
    row.meeting.set_if_not_equals(None);
}

/// Takes back every consent, and ends the story.
async fn end(
    work: &mut Work<'_>,
    story: Model,
    next: Status,
    reason: EndStory,
    seen: &IfMatch,
) -> Result<Model, Problem> {
    let EndStory { reason } = reason;
    without_nhs_number([("/reason", reason.as_ref().map(|text| text.as_str()))])?;
    let now = work.now();
    let is_a_partners = story.partner_id.is_some();
    for consent in work.all(given(story.id)).await? {
        let mut consent = consent.into_active_model();
        consent.withdrawn_at = Set(Some(now));
        work.step::<Consents>(consent, &IfMatch::Absent).await?;
    }
    let mut row = story.into_active_model();
    row.published_at.set_if_not_equals(None);
    off_the_agenda(&mut row);
    row.ended_at = Set(Some(now));
    row.end_reason.set_if_not_equals(reason);
    row.status = Set(next);
    if !is_a_partners {
        // Nobody has an account in which to read it, so it is kept for nobody.
        row.teller_name.set_if_not_equals(None);
        row.title.set_if_not_equals(None);
        row.represented.set_if_not_equals(None);
        row.support_plan.set_if_not_equals(None);
        row.learning.set_if_not_equals(None);
        row.report_back.set_if_not_equals(None);
    }
    let row = work.step::<Entity>(row, seen).await?;
    if !is_a_partners {
        forget_versions(work, row.id).await?;
    }
    take_back_from(
        work,
        NodeKind::Story,
        row.id.into(),
        "The story was taken back.",
    )
    .await?;
    Ok(row)
}

/// Removes what was told in the versions of a story; that there were versions, and which, is kept.
async fn forget_versions(work: &mut Work<'_>, story: StoryId) -> Result<(), Problem> {
    for version in work.all(of_stories([story])).await? {
        if let Some(file) = version.file_id {
            files::forget(work, file).await?;
        }
        let mut version = version.into_active_model();
        version.title.set_if_not_equals(None);
        version.words.set_if_not_equals(None);
        version.shown_as.set_if_not_equals(None);
        version.file_name.set_if_not_equals(None);
        version.wanted_changes.set_if_not_equals(None);
        version.approval.set_if_not_equals(None);
        work.step::<Versions>(version, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// The teller takes the story back: every use ends at once, what was quoted from it too, and the answer says where
/// copies went.
pub async fn withdraw(
    caller: &Caller<WithdrawStories>,
    id: StoryId,
    seen: IfMatch,
    why: EndStory,
) -> Result<StoryWithdrawal, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let next = story.status.after("withdraw")?;
            let story = end(work, story, next, why, &seen).await?;
            let copies = where_copies_went(work, &story, None).await?;
            let teller = story.partner_id;
            let answer = StoryWithdrawal::of(work, story, copies);
            if let Some(teller) = teller {
                let facts = [
                    ("storyId", id.to_string()),
                    ("toRecall", answer.to_recall.len().to_string()),
                    (
                        "cannotBeRecalled",
                        answer.cannot_be_recalled.len().to_string(),
                    ),
                ];
                queue(work, teller, MessagePurpose::Reply, "storyWithdrawn", facts).await?;
            }
            Ok((answer, Event::of("story.withdrawn", id).about(teller)))
        })
        .await
}

/// The teller does not want to tell it after all.
pub async fn decline(
    caller: &Caller<WithdrawStories>,
    id: StoryId,
    seen: IfMatch,
    why: EndStory,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let next = story.status.after("decline")?;
            let story = end(work, story, next, why, &seen).await?;
            let event = Event::of("story.declined", id).about(story.partner_id);
            Ok((Story::seen_by(&work.authority().scope, story), event))
        })
        .await
}

/// Ends the uses of a story whose consents have expired.
pub const EXPIRE: Job = Job {
    kind: "expire-story-consents",
    run: expire,
};

type Expiring<'a> = Pin<Box<dyn Future<Output = Result<Option<Event>, Problem>> + Send + 'a>>;

fn expire<'a>(work: &'a mut Work<'_>, id: Uuid) -> Expiring<'a> {
    Box::pin(async move {
        let story = match work.get(StoryId(id)).await {
            Ok(story) => story,
            // It has gone.
            Err(problem) if *problem.kind() == types::NOT_FOUND => return Ok(None),
            Err(problem) => return Err(problem),
        };
        let (before, organisation, teller) =
            (story.status, story.organisation.clone(), story.partner_id);
        let Some(number) = story.approved else {
            return Ok(None);
        };
        let any = standing(story.id, number, UseScope::ALL, work.today());
        let none_stands = work.one(any).await?.is_none();
        let after = match before.after("expire") {
            Ok(next) if none_stands => {
                let mut row = story.into_active_model();
                row.published_at.set_if_not_equals(None);
                off_the_agenda(&mut row);
                row.status = Set(next);
                work.step::<Entity>(row, &IfMatch::Absent).await?.status
            }
            _ => settle(work, story).await?.status,
        };
        tell_no_longer(work, NodeKind::Story, id).await?;
        let event = Event::of("story.consentExpired", id).about(teller);
        Ok((after != before).then(|| event.within(organisation)))
    })
}

/// Ends every story of a partner whose data is removed, before its words go.
pub async fn erase(work: &mut Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    let theirs = work
        .select::<Entity>()
        .filter(Column::PartnerId.eq(partner));
    for story in work.all(theirs).await? {
        if story.status.is_over() {
            continue;
        }
        let next = story
            .status
            .after("withdraw")
            .or_else(|_| story.status.after("decline"))?;
        end(
            work,
            story,
            next,
            EndStory { reason: None },
            &IfMatch::Absent,
        )
        .await?;
    }
    Ok(())
}
