//! How a story is brought to the Board, and what is owed to the teller afterwards.

use chrono::Duration;
use sea_orm::{IntoActiveModel, Set};

use super::consents::UseScope;
use super::entity::{Entity, Model, StoryId};
use super::inputs::{PresentStory, ReportBack, ScheduleStory};
use super::targets::operations::report_back_days;
use super::uses::UseKind;
use super::uses::operations::{must_be_consented, remember};
use super::views::Story;
use crate::access::Caller;
use crate::access::permissions::{ManageStories, ScheduleStories};
use crate::http::{FieldError, IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::partners::messages::{MessagePurpose, queue};
use crate::partners::without_nhs_number;
use crate::store::Event;

/// Within how many hours the teller is thanked and asked how they are.
const DEBRIEF_HOURS: i64 = 48;

/// Says when the Board hears an approved story.
pub async fn schedule(
    caller: &Caller<ScheduleStories>,
    id: StoryId,
    seen: IfMatch,
    scheduled: ScheduleStory,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let next = story.status.after("schedule")?;
            let ScheduleStory {
                audience,
                on,
                meeting,
            } = scheduled;
            if !UseScope::BOARD.contains(&audience) {
                let message = "the Board hears it, in public or in private";
                return Err(Problem::field("/audience", "unfit", message));
            }
            if on < work.today() {
                return Err(Problem::field("/on", "past", "today or later"));
            }
            must_be_consented(work, &story, ("/audience", &[audience]), on).await?;
            if let Some(teller) = story.partner_id {
                let facts = [("storyId", id.to_string()), ("on", on.to_string())];
                queue(
                    work,
                    teller,
                    MessagePurpose::Service,
                    "storyScheduled",
                    facts,
                )
                .await?;
            }
            let mut row = story.into_active_model();
            row.audience = Set(Some(audience));
            row.scheduled_for = Set(Some(on));
            row.meeting = Set(Some(meeting));
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.scheduled", id).about(row.partner_id);
            Ok((Story::for_board(row), event))
        })
        .await
}

/// Takes a story off the agenda.
pub async fn unschedule(
    caller: &Caller<ScheduleStories>,
    id: StoryId,
    seen: IfMatch,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let next = story.status.after("unschedule")?;
            let mut row = story.into_active_model();
            row.audience = Set(None);
            row.scheduled_for = Set(None);
            row.meeting = Set(None);
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.unscheduled", id).about(row.partner_id);
            Ok((Story::for_board(row), event))
        })
        .await
}

/// Records that the Board has heard it today. Whatever was agreed when it was scheduled, consent has to stand now.
pub async fn present(
    caller: &Caller<ScheduleStories>,
    id: StoryId,
    seen: IfMatch,
    presented: PresentStory,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            let next = story.status.after("present")?;
            let today = work.today();
            let (audience, meeting) = (story.audience, story.meeting.clone());
            let scheduled = story.scheduled_for.zip(audience).zip(meeting);
            let ((on, audience), meeting) =
                scheduled.ok_or_else(|| Problem::internal("a scheduled story without a day"))?;
            if today < on {
                let early = FieldError::new("/scheduledFor", "future", "it is heard on that day");
                return Err(Problem::unmet("The Board has not met yet", vec![early]));
            }
            let number = must_be_consented(work, &story, ("/audience", &[audience]), today).await?;
            let PresentStory { minuted, printed } = presented;
            let kinds = [
                (true, UseKind::Presented),
                (minuted, UseKind::Minuted),
                (printed, UseKind::Printed),
            ];
            for (_, kind) in kinds.into_iter().filter(|(used, _)| *used) {
                let place = (meeting.clone(), today);
                remember(work, &story, (number, audience, kind), place).await?;
            }
            let days = report_back_days(work, &story.organisation, today).await?;
            let now = work.now();
            let mut row = story.into_active_model();
            row.presented_on = Set(Some(today));
            row.debrief_due_at = Set(Some(now + Duration::hours(DEBRIEF_HOURS)));
            row.report_due_on = Set(Some(today + Duration::days(days.into())));
            row.debriefed_at = Set(None);
            row.reported_back_at = Set(None);
            row.report_back = Set(None);
            row.status = Set(next);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.presented", id).about(row.partner_id);
            Ok((Story::for_board(row), event))
        })
        .await
}

fn must_have_been_presented(story: &Model) -> Result<(), Problem> {
    match story.presented_on {
        Some(_) => Ok(()),
        None => {
            let missing = FieldError::new("/presentedOn", "required", "nobody has heard it yet");
            Err(Problem::unmet("Nothing is owed yet", vec![missing]))
        }
    }
}

/// Records that the teller was thanked and asked how they are.
pub async fn debrief(
    caller: &Caller<ManageStories>,
    id: StoryId,
    seen: IfMatch,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            story.status.after("debrief")?;
            must_have_been_presented(&story)?;
            let now = work.now();
            let mut row = story.into_active_model();
            row.debriefed_at = Set(Some(now));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.debriefed", id).about(row.partner_id);
            Ok((Story::seen_by(&work.authority().scope, row), event))
        })
        .await
}

/// Tells the teller what changed because of the story.
pub async fn report_back(
    caller: &Caller<ManageStories>,
    id: StoryId,
    seen: IfMatch,
    reported: ReportBack,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let story = work.get(id).await?;
            story.status.after("report-back")?;
            must_have_been_presented(&story)?;
            without_nhs_number([("/changed", Some(reported.changed.as_str()))])?;
            if let Some(teller) = story.partner_id {
                let facts = [("storyId", id.to_string())];
                queue(
                    work,
                    teller,
                    MessagePurpose::Reply,
                    "storyReportedBack",
                    facts,
                )
                .await?;
            }
            let now = work.now();
            let mut row = story.into_active_model();
            row.reported_back_at = Set(Some(now));
            row.report_back = Set(Some(reported.changed));
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("story.reportedBack", id).about(row.partner_id);
            Ok((Story::seen_by(&work.authority().scope, row), event))
        })
        .await
}
