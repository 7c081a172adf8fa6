//! What the panel does: shortlist, the informal chat, offers, feedback.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};

use super::{on_panel, place_left, shown, take, tell};
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
use crate::partners::PartnerId;
use crate::partners::access_needs::entity as access_needs;
use crate::store::{Event, Work};
use crate::values::Stored;

/// For what purpose a step looked at data of the applicant's that the panel does not see.
type Looked = Option<&'static str>;
const UNSEEN: Looked = None;
const NEEDS: &str = "whether access needs are recorded, for a meeting";

/// Takes a step of the panel, and tells the applicant: `change` writes what the step brings, or refuses it,
/// and answers for what purpose it looked at the applicant's data, if it did.
async fn decide<F>(
    caller: &Caller<DecideApplications>,
    id: ApplicationId,
    seen: IfMatch,
    (verb, event, told): (&'static str, &'static str, Option<&'static str>),
    change: F,
) -> Result<Application, Problem>
where
    F: AsyncFnOnce(&Work<'_>, &Opportunity, &mut ActiveModel) -> Result<Looked, Problem>,
{
    caller
        .write(async |work| {
            let (opportunity, row) = take(work, id).await?;
            let scope = work.authority().scope.clone();
            on_panel(&scope, &opportunity.panel.0, &row)?;
            let (before, next) = (row.status, row.status.after(verb)?);
            let mut row = row.into_active_model();
            let looked = change(work, &opportunity, &mut row).await?;
            row.status.set_if_not_equals(next);
            if next != before && next.outcome().is_some() {
                row.outcome_at = Set(Some(work.now()));
            }
            let row = work.step::<Entity>(row, &seen).await?;
            if let Some(template) = told {
                tell(work, &row, template).await?;
            }
            let event = Event::of(event, id).about([row.partner_id]);
            let event = match looked {
                Some(purpose) => event.because(purpose),
                None => event,
            };
            Ok((shown(work, row, true).await?, event))
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
    decide(caller, id, seen, step, async |_, _, _| Ok(UNSEEN)).await
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
    decide(caller, id, seen, step, async |_, _, _| Ok(UNSEEN)).await
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
        let applicant = row.partner_id.try_as_ref().copied();
        let has_needs = has_needs(work, applicant).await?;
        if has_needs && access_arrangements.is_none() {
            let message = "the applicant has recorded access needs: ask the named contact or an officer, \
                           and say what is arranged";
            let unmet = FieldError::new("/accessArrangements", "required", message);
            let detail = "Access needs are met before a meeting is arranged";
            return Err(Problem::unmet(detail, vec![unmet]));
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
            panel: Vec::new(),
            access_arrangements,
            questions,
            questions_sent_at,
            held_at,
        };
        row.chat = Set(Some(Stored(chat)));
        Ok(Some(NEEDS))
    })
    .await
}

/// Whether a partner has recorded what they need when they meet somebody; what it is stays unsaid.
#[expect(
    clippy::disallowed_methods,
    reason = "the panel learns that there are needs, not which"
)]
async fn has_needs(work: &Work<'_>, partner: Option<PartnerId>) -> Result<bool, Problem> {
    use access_needs::NeedCategory::{
        CommunicationProfessional, CommunicationSupport, ParticipationNeed,
    };
    let Some(partner) = partner else {
        return Ok(false);
    };
    let meeting = [
        CommunicationProfessional,
        CommunicationSupport,
        ParticipationNeed,
    ];
    let recorded = access_needs::Entity::find()
        .filter(access_needs::Column::PartnerId.eq(partner))
        .filter(access_needs::Column::Category.is_in(meeting));
    Ok(work.one(recorded).await?.is_some())
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
        Ok(UNSEEN)
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
        Ok(UNSEEN)
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
        place_left(work, opportunity, Status::PROMISED).await?;
        Ok(UNSEEN)
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
    decide(caller, id, seen, step, async |_, _, _| Ok(UNSEEN)).await
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
    decide(caller, id, seen, step, async |_, _, _| Ok(UNSEEN)).await
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
        Ok(UNSEEN)
    })
    .await
}
