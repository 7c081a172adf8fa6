//! What the panel does: shortlist, the informal chat, offers, feedback.

use sea_orm::{IntoActiveModel, Set};

use super::{on_panel, place_left, take, tell};
use crate::access::Caller;
use crate::access::permissions::DecideApplications;
use crate::applications::chat::{ArrangeChat, Chat, ChatRecord, HoldChat, SendQuestions};
use crate::applications::entity::{ActiveModel, ApplicationId, Entity};
use crate::applications::inputs::GiveFeedback;
use crate::applications::lifecycle::Status;
use crate::applications::views::Application;
use crate::http::{FieldError, IfMatch, Problem};
use crate::lifecycle::Lifecycle;
use crate::opportunities::entity::Model as Opportunity;
use crate::store::{Event, Work};
use crate::values::Stored;

/// Takes a step of the panel, and tells the applicant: `change` writes what the step brings, or refuses it.
async fn decide<F>(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
    (verb, event, told): (&'static str, &'static str, Option<&'static str>),
    change: F,
) -> Result<Application, Problem>
where
    F: AsyncFnOnce(&Work<'_>, &Opportunity, &mut ActiveModel) -> Result<(), Problem>,
{
    caller
        .write(async |work| {
            let (opportunity, row) = take(work, id).await?;
            let scope = work.authority().scope.clone();
            on_panel(&scope, &opportunity.panel.0, &row)?;
            let (before, next) = (row.status, row.status.after(verb)?);
            let mut row = row.into_active_model();
            change(work, &opportunity, &mut row).await?;
            row.status.set_if_not_equals(next);
            if next != before && next.outcome().is_some() {
                row.outcome_at = Set(Some(work.now()));
            }
            let row = work.step::<Entity>(row, &seen).await?;
            if let Some(template) = told {
                tell(work, &row, template).await?;
            }
            let event = Event::of(event, id).about([row.partner_id]);
            Ok((Application::seen(row, &scope, true), event))
        })
        .await
}

/// Says yes to an informal chat.
pub async fn shortlist(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    let step = (
        "shortlist",
        "application.shortlisted",
        Some("applicationShortlisted"),
    );
    decide(caller, id, seen, step, async |_, _, _| Ok(())).await
}

/// Says that the application is not taken further.
pub async fn not_shortlist(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    let step = (
        "not-shortlist",
        "application.not-shortlisted",
        Some("applicationNotShortlisted"),
    );
    decide(caller, id, seen, step, async |_, _, _| Ok(())).await
}

/// Arranges the informal chat, or arranges it anew; questions that were sent stay.
pub async fn arrange_chat(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
    arranged: ArrangeChat,
) -> Result<Application, Problem> {
    let step = (
        "arrange-chat",
        "application.chat-arranged",
        Some("chatArranged"),
    );
    decide(caller, id, seen, step, async |work, opportunity, row| {
        let ArrangeChat {
            at,
            mode,
            place,
            panel_ids,
            access_arrangements,
        } = arranged;
        let mut wrong = Vec::new();
        if at <= work.now() {
            wrong.push(FieldError::new("/at", "past", "a time to come is needed"));
        }
        for (index, _) in panel_ids
            .iter()
            .enumerate()
            .filter(|(_, user)| !opportunity.panel.0.contains(user))
        {
            let message = "this person is not on the panel of the opportunity";
            wrong.push(FieldError::new(
                format!("/panelIds/{index}"),
                "unknown",
                message,
            ));
        }
        if !wrong.is_empty() {
            return Err(Problem::fields(wrong));
        }
        let (questions, questions_sent_at) = match row.chat.take().flatten() {
            Some(Stored(before)) => (before.questions, before.questions_sent_at),
            None => (Vec::new(), None),
        };
        let held_at = None;
        let chat = Chat {
            at,
            mode,
            place,
            panel_ids,
            access_arrangements,
            questions,
            questions_sent_at,
            held_at,
        };
        row.chat = Set(Some(Stored(chat)));
        Ok(())
    })
    .await
}

/// Sends questions ahead of the chat.
pub async fn send_questions(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
    sent: SendQuestions,
) -> Result<Application, Problem> {
    let step = (
        "send-questions",
        "application.questions-sent",
        Some("chatQuestionsSent"),
    );
    decide(caller, id, seen, step, async |work, _, row| {
        let mut chat = chat_of(row)?;
        if chat.at <= work.now() {
            let late = FieldError::new(
                "/chat/at",
                "past",
                "the time of the chat has come; arrange another time",
            );
            return Err(Problem::unmet(
                "Questions are sent ahead of the chat",
                vec![late],
            ));
        }
        chat.questions = sent.questions;
        chat.questions_sent_at = Some(work.now());
        row.chat = Set(Some(Stored(chat)));
        Ok(())
    })
    .await
}

/// Records that the chat took place, and what was said.
pub async fn hold_chat(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
    held: HoldChat,
) -> Result<Application, Problem> {
    let step = ("hold-chat", "application.chat-held", None);
    decide(caller, id, seen, step, async |work, _, row| {
        let HoldChat {
            notes,
            scores,
            recommendation,
        } = held;
        let mut chat = chat_of(row)?;
        chat.held_at = Some(work.now());
        row.chat = Set(Some(Stored(chat)));
        row.chat_record = Set(Some(Stored(ChatRecord {
            notes,
            scores,
            recommendation,
        })));
        Ok(())
    })
    .await
}

fn chat_of(row: &mut ActiveModel) -> Result<Chat, Problem> {
    let chat = row.chat.take().flatten();
    chat.map(|stored| stored.0).ok_or_else(|| {
        let message = "what was arranged is gone; arrange the chat anew";
        let missing = FieldError::new("/chat", "required", message);
        Problem::unmet("No informal chat is arranged", vec![missing])
    })
}

/// Offers a place that is not promised to somebody else.
pub async fn offer(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    let step = ("offer", "application.offered", Some("placeOffered"));
    decide(caller, id, seen, step, async |work, opportunity, _| {
        place_left(work, opportunity, Status::PROMISED).await
    })
    .await
}

/// Puts the applicant on the reserve list.
pub async fn reserve(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    let step = ("reserve", "application.reserved", Some("placedOnReserve"));
    decide(caller, id, seen, step, async |_, _, _| Ok(())).await
}

/// Says after the chat that no place is offered.
pub async fn not_select(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
) -> Result<Application, Problem> {
    let step = (
        "not-select",
        "application.not-selected",
        Some("applicationUnsuccessful"),
    );
    decide(caller, id, seen, step, async |_, _, _| Ok(())).await
}

/// Gives feedback, or records that it was offered and not wanted.
pub async fn give_feedback(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
    given: GiveFeedback,
) -> Result<Application, Problem> {
    let step = (
        "give-feedback",
        "application.feedback-given",
        Some("feedbackGiven"),
    );
    decide(caller, id, seen, step, async |work, _, row| {
        row.feedback.set_if_not_equals(given.feedback);
        row.feedback_offered_at = Set(Some(work.now()));
        Ok(())
    })
    .await
}
