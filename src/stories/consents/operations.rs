//! What can be done with consents.

use chrono::{Days, NaiveDate};
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, StoryConsentId, given};
use super::views::{NewStoryConsent, StoryConsent, StoryConsentFilter};
use crate::access::Caller;
use crate::access::permissions::{ConsentToStories, ReadStories, WithdrawStories};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, types};
use crate::insights::tell_no_longer;
use crate::lifecycle::Lifecycle;
use crate::provenance::NodeKind;
use crate::store::Event;
use crate::stories::ending::{EXPIRE, StoryWithdrawal, settle, where_copies_went};
use crate::stories::entity::{Entity as Stories, Model as Story, StoryId};
use crate::stories::lifecycle::Status;
use crate::stories::review::{Giving, giving};
use crate::values::begins;

/// For how many years a consent stands at the most.
const LONGEST_YEARS: u64 = 5;

/// One page of the consents to a story, the newest first.
pub async fn list(
    caller: &Caller<ReadStories>,
    id: StoryId,
    listing: Listing<StoryConsentFilter>,
) -> Result<Page<StoryConsent>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    reader.get(id).await?;
    let query = reader
        .select::<Entity>()
        .filter(Column::StoryId.eq(id))
        .apply_if(filter.scope, |query, scope| {
            query.filter(Column::Scope.eq(scope))
        });
    let page = reader.page(query, &paging, Newest).await?;
    Ok(page.map(StoryConsent::from))
}

/// One consent.
pub async fn get(
    caller: &Caller<ReadStories>,
    id: StoryConsentId,
) -> Result<StoryConsent, Problem> {
    caller.read().get(id).await.map(StoryConsent::from)
}

/// The problem that a version is not the one that is meant.
pub(in crate::stories) fn another_version(pointer: &str, latest: i32) -> Problem {
    let message =
        format!("the latest version is {latest}: what was said of another one does not count");
    let stale = FieldError::new(pointer, "stale", message);
    Problem::unmet("This is not the version that is meant", vec![stale])
}

/// Consents to a use of the latest version: as the teller, or recorded by staff with a witness.
pub async fn give(
    caller: &Caller<ConsentToStories>,
    id: StoryId,
    new: NewStoryConsent,
) -> Result<StoryConsent, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let NewStoryConsent {
                number,
                scope,
                expires_on,
                given_how,
                witness,
            } = new;
            let Giving {
                by,
                how,
                witness,
                recorded_by,
            } = giving(work, &story, given_how, witness).await?;
            if number != story.latest {
                return Err(another_version("/number", story.latest));
            }
            must_be_ready(&story)?;
            check_expiry(work.today(), expires_on)?;
            // There is one consent to a use: taking that back takes all of it back.
            let before = given(id)
                .filter(Column::Number.eq(number))
                .filter(Column::Scope.eq(scope));
            for before in work.all(before).await? {
                let mut before = before.into_active_model();
                before.withdrawn_at = Set(Some(work.now()));
                work.step::<Entity>(before, &IfMatch::Absent).await?;
            }
            let row = ActiveModel {
                organisation: Set(story.organisation.clone()),
                id: Set(StoryConsentId::new()),
                story_id: Set(id),
                partner_id: Set(story.partner_id),
                number: Set(number),
                scope: Set(scope),
                given_by: Set(by),
                given_how: Set(how),
                witness: Set(witness),
                recorded_by: Set(recorded_by),
                expires_on: Set(expires_on),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            if story.status == Status::Expired && story.approved == Some(number) {
                let next = story.status.after("renew")?;
                let mut story = story.clone().into_active_model();
                story.status = Set(next);
                work.step::<Stories>(story, &IfMatch::Absent).await?;
            }
            let over = expires_on + Days::new(1);
            work.later(EXPIRE.kind, id, begins(over)).await?;
            let event = Event::of("storyConsent.given", row.id).about(story.partner_id);
            Ok((row.into(), event))
        })
        .await
}

/// Consent is to a version that the teller can look at.
fn must_be_ready(story: &Story) -> Result<(), Problem> {
    let ready = [
        Status::TellerReview,
        Status::ApprovedByTeller,
        Status::Scheduled,
        Status::Presented,
        Status::Published,
        Status::Expired,
    ];
    match ready.contains(&story.status) {
        true => Ok(()),
        false => {
            let detail = format!(
                "The story is {}: there is nothing to consent to",
                story.status
            );
            Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
                .with("state", story.status.word())
                .with("allowed", story.status.allowed()))
        }
    }
}

fn check_expiry(today: NaiveDate, expires_on: NaiveDate) -> Result<(), Problem> {
    let last = today + Days::new(LONGEST_YEARS * 366);
    match (today..=last).contains(&expires_on) {
        true => Ok(()),
        false => {
            let message = "from today to five years from now: consent is asked for again";
            Err(Problem::field("/expiresOn", "range", message))
        }
    }
}

/// Takes a consent back: what it allowed ends at once, and the answer says where copies went.
pub async fn withdraw(
    caller: &Caller<WithdrawStories>,
    id: StoryConsentId,
    seen: IfMatch,
) -> Result<StoryWithdrawal, Problem> {
    caller
        .write(async |work| {
            // The story is held first, as whoever uses it holds it.
            let row = work.see(id).await?;
            let story = work.get(row.story_id).await?;
            let row = work.get(id).await?;
            if row.withdrawn_at.is_some() {
                let detail = "This consent was taken back already";
                return Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail)
                    .with("state", "withdrawn")
                    .with("allowed", Vec::<String>::new()));
            }
            let scope = row.scope;
            let mut row = row.into_active_model();
            row.withdrawn_at = Set(Some(work.now()));
            work.step::<Entity>(row, &seen).await?;
            let teller = story.partner_id;
            let story = settle(work, story).await?;
            tell_no_longer(work, NodeKind::Story, story.id.into()).await?;
            let copies = where_copies_went(work, &story, Some(scope)).await?;
            let answer = StoryWithdrawal::of(work, story, copies);
            let event = Event::of("storyConsent.withdrawn", id).about(teller);
            Ok((answer, event))
        })
        .await
}
