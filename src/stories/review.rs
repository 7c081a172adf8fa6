//! How a teller looks at a version, and approves that very one.

use chrono::{DateTime, Utc};
use sea_orm::{IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::consents::entity::{GivenBy, GivenHow};
use super::consents::operations::another_version;
use super::entity::{Entity, Model, StoryId};
use super::inputs::{ApproveStory, AskForChanges, RecordApproval, SendForReview};
use super::versions::entity::{Entity as Versions, Model as Version, numbered};
use super::views::Story;
use crate::access::Caller;
use crate::access::permissions::{ApproveStories, ManageStories};
use crate::api_clients::{self, operations as clients};
use crate::http::{FieldError, IfMatch, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::without_nhs_number;
use crate::store::{Event, Work};
use crate::users::{self, UserId, operations as accounts};
use crate::values::{Line, Stored};

/// That a version was approved, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoryApproval {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub given_by: GivenBy,
    /// How.
    pub given_how: GivenHow,
    /// Who was there, if staff recorded it.
    pub witness: Option<Line>,
    /// The member of staff who recorded it.
    pub recorded_by_id: Option<UserId>,
}

/// How a teller's word reaches the record.
pub(super) struct Giving {
    pub by: GivenBy,
    pub how: GivenHow,
    pub witness: Option<Line>,
    pub recorded_by: Option<UserId>,
}

fn not_yours() -> Problem {
    let detail = "The teller says so in their own account";
    Problem::new(&types::NOT_YOURS, detail)
}

/// Whether the teller has an account of their own, in which they can speak for themself.
pub(super) async fn has_account(work: &Work<'_>, story: &Model) -> Result<bool, Problem> {
    let Some(teller) = story.partner_id else {
        return Ok(false);
    };
    let mut known = accounts::of_partner(work, teller).await?.into_iter();
    if known.any(|user| user.status == users::entity::Status::Active) {
        return Ok(true);
    }
    let mut known = clients::of_partner(work, teller).await?.into_iter();
    Ok(known.any(|client| client.status == api_clients::entity::Status::Active))
}

/// Who gives something for a story, and how: the teller in their own account; or, where they have none, staff who record
/// with a witness what they or whoever represents them said.
pub(super) async fn giving(
    work: &Work<'_>,
    story: &Model,
    how: Option<GivenHow>,
    witness: Option<Line>,
) -> Result<Giving, Problem> {
    let represented = story.represented.is_some();
    if story.is_theirs(&work.authority().scope) {
        if represented {
            let detail = "Somebody represents the teller: staff record what they say";
            return Err(Problem::new(&types::NOT_YOURS, detail));
        }
        let mut wrong = Vec::new();
        if how.is_some_and(|how| how != GivenHow::Account) {
            let message = "this is your own account";
            wrong.push(FieldError::new("/givenHow", "contradiction", message));
        }
        if witness.is_some() {
            let message = "nobody has to witness what you do yourself";
            wrong.push(FieldError::new("/witness", "contradiction", message));
        }
        return match wrong.is_empty() {
            true => Ok(Giving {
                by: GivenBy::Teller,
                how: GivenHow::Account,
                witness: None,
                recorded_by: None,
            }),
            false => Err(Problem::fields(wrong)),
        };
    }
    let recorder = UserId(work.authority().person()?);
    if has_account(work, story).await? {
        return Err(not_yours());
    }
    let mut wrong = Vec::new();
    match how {
        None => wrong.push(FieldError::new(
            "/givenHow",
            "required",
            "say how it was given",
        )),
        Some(GivenHow::Account) => {
            let message = "the teller has no account in which they could";
            wrong.push(FieldError::new("/givenHow", "contradiction", message));
        }
        Some(_) => {}
    }
    match &witness {
        None => {
            let message = "say who was there, besides whoever records it";
            wrong.push(FieldError::new("/witness", "required", message));
        }
        Some(witness) => {
            let user = work
                .reach::<users::entity::Entity>(&story.organisation, recorder)
                .await?;
            let same =
                |one: &str| one.trim().to_lowercase() == witness.as_str().trim().to_lowercase();
            let teller = story.teller_name.as_ref().map(|name| name.as_str());
            let representative = story.represented.as_ref().map(|one| one.0.by.as_str());
            if same(&user.display_name)
                || teller.is_some_and(same)
                || representative.is_some_and(same)
            {
                let message = "somebody else than whoever gives it and whoever records it";
                wrong.push(FieldError::new("/witness", "samePerson", message));
            }
        }
    }
    let how = how.filter(|_| wrong.is_empty());
    let how = how.ok_or_else(|| Problem::fields(wrong))?;
    Ok(Giving {
        by: match represented {
            true => GivenBy::Representative,
            false => GivenBy::Teller,
        },
        how,
        witness,
        recorded_by: Some(recorder),
    })
}

/// The version of that number, if it is the latest: what somebody saw before another one came does not count.
async fn latest(work: &Work<'_>, story: &Model, number: i32) -> Result<Version, Problem> {
    if number != story.latest {
        return Err(another_version("/number", story.latest));
    }
    let version = work.one(numbered(story.id, number)).await?;
    version.ok_or_else(|| Problem::internal("a story without its latest version"))
}

/// Lets the teller look at the latest version.
pub async fn send(
    caller: &Caller<ManageStories>,
    id: StoryId,
    seen: IfMatch,
    sent: SendForReview,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let next = story.status.after("send-for-review")?;
            latest(work, &story, sent.number).await?;
            if !sent.third_parties_unknowable {
                let message = "take out what tells who members of staff and others are, first";
                return Err(Problem::field(
                    "/thirdPartiesUnknowable",
                    "required",
                    message,
                ));
            }
            if let Some(teller) = story.partner_id {
                let facts = [
                    ("storyId", id.to_string()),
                    ("number", sent.number.to_string()),
                ];
                queue(
                    work,
                    teller,
                    MessagePurpose::Service,
                    "storyForReview",
                    facts,
                )
                .await?;
            }
            let mut row = story.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.sentForReview", id).about(row.partner_id);
            Ok((Story::seen_by(&work.authority().scope, row), event))
        })
        .await
}

/// The teller wants the version to be different: there will be another one.
pub async fn ask_for_changes(
    caller: &Caller<ApproveStories>,
    id: StoryId,
    seen: IfMatch,
    asked: AskForChanges,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            if !story.is_theirs(&work.authority().scope) {
                return Err(not_yours());
            }
            let next = story.status.after("ask-for-changes")?;
            let version = latest(work, &story, asked.number).await?;
            without_nhs_number([("/changes", Some(asked.changes.as_str()))])?;
            let mut version = version.into_active_model();
            version.wanted_changes = Set(Some(asked.changes));
            work.step::<Versions>(version, &IfMatch::Absent).await?;
            let mut row = story.into_active_model();
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.changesAskedFor", id).about(row.partner_id);
            Ok((Story::seen_by(&work.authority().scope, row), event))
        })
        .await
}

async fn approved(
    work: &mut Work<'_>,
    (story, verb, action): (Model, &'static str, &'static str),
    number: i32,
    giving: Giving,
    seen: &IfMatch,
) -> Result<(Story, Event), Problem> {
    let next = story.status.after(verb)?;
    let version = latest(work, &story, number).await?;
    let Giving {
        by,
        how,
        witness,
        recorded_by,
    } = giving;
    let approval = StoryApproval {
        at: work.now(),
        given_by: by,
        given_how: how,
        witness,
        recorded_by_id: recorded_by,
    };
    // From now on it is called what the teller has approved.
    let title = version.title.clone();
    let mut version = version.into_active_model();
    version.approval = Set(Some(Stored(approval)));
    work.step::<Versions>(version, &IfMatch::Absent).await?;
    let mut row = story.into_active_model();
    row.approved = Set(Some(number));
    row.title.set_if_not_equals(title);
    row.status = Set(next);
    let row = work.step::<Entity>(row, seen).await?;
    let event = Event::of(action, row.id).about(row.partner_id);
    Ok((Story::seen_by(&work.authority().scope, row), event))
}

/// The teller approves the version that they have seen.
pub async fn approve(
    caller: &Caller<ApproveStories>,
    id: StoryId,
    seen: IfMatch,
    approve: ApproveStory,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            if !story.is_theirs(&work.authority().scope) {
                return Err(not_yours());
            }
            let giving = giving(work, &story, None, None).await?;
            let taken = (story, "approve", "story.approved");
            approved(work, taken, approve.number, giving, &seen).await
        })
        .await
}

/// Staff record that a teller without an account, or whoever represents one, has approved a version.
pub async fn record_approval(
    caller: &Caller<ManageStories>,
    id: StoryId,
    seen: IfMatch,
    recorded: RecordApproval,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            story.status.after("record-approval")?;
            let RecordApproval {
                number,
                given_how,
                witness,
            } = recorded;
            if story.is_theirs(&work.authority().scope) {
                return Err(not_yours());
            }
            let giving = giving(work, &story, Some(given_how), Some(witness)).await?;
            let taken = (story, "record-approval", "story.approvalRecorded");
            approved(work, taken, number, giving, &seen).await
        })
        .await
}
