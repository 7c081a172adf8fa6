//! What a change of an opportunity means for those who applied.

use super::entity::Model;
use crate::applications;
use crate::http::{FieldError, Problem, types};
use crate::partners::messages::{MessagePurpose, queue_all};
use crate::store::Work;
use uuid::Uuid;

/// The problem that the round has come to another end: `filled` needs a place that is taken, the other end
/// needs none.
pub async fn must_have_ended(work: &Work<'_>, row: &Model, filled: bool) -> Result<(), Problem> {
    must_be_finished(work, row).await?;
    let taken = applications::operations::taken(work, row.id.0).await?;
    let message = match (filled, taken) {
        (true, 0) => "nobody has taken a place: take the step `leave-unfilled`".to_owned(),
        (false, 1..) => format!("{taken} places are taken: take the step `fill`"),
        _ => return Ok(()),
    };
    let detail = "The round has come to another end";
    Err(Problem::unmet(
        detail,
        vec![FieldError::new("/places", "taken", message)],
    ))
}

/// The problem that somebody still waits for an outcome or for the offer of feedback, if anybody does.
pub async fn must_be_finished(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let waiting = applications::operations::unanswered(work, row.id.0).await?;
    match waiting.is_empty() {
        true => Ok(()),
        false => {
            let detail = "Every applicant gets an outcome and the offer of feedback first";
            Err(Problem::new(&types::ROUND_NOT_FINISHED, detail).with_errors(waiting))
        }
    }
}

/// The problem that somebody accepted a place and was never appointed: after the archive nobody can be.
pub async fn must_have_appointed(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let waiting = applications::operations::not_appointed(work, row.id.0).await?;
    match waiting.is_empty() {
        true => Ok(()),
        false => {
            let detail = "Who accepted a place is appointed, or withdraws, first";
            Err(Problem::new(&types::ROUND_NOT_FINISHED, detail).with_errors(waiting))
        }
    }
}

/// Queues a message to everyone whose application is under way and whom a message may reach. Facts are
/// ids and words of this service, never personal data. Answers who is told.
pub async fn tell(
    work: &mut Work<'_>,
    row: &Model,
    template: &'static str,
    facts: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Vec<Uuid>, Problem> {
    let applicants = applications::operations::applicants(work, row.id.0).await?;
    let facts = facts
        .into_iter()
        .chain([("opportunityId", row.id.to_string())]);
    let told = queue_all(work, &applicants, MessagePurpose::Reply, template, facts).await?;
    Ok(told.into_iter().map(Uuid::from).collect())
}

/// The condition that nobody who was promised a place loses it, if it is not met.
pub async fn places_promised(work: &Work<'_>, row: &Model) -> Result<Option<FieldError>, Problem> {
    let promised = applications::operations::promised(work, row.id.0).await?;
    let enough = u64::try_from(row.places).is_ok_and(|places| places >= promised);
    let message = format!("{promised} places are promised already");
    Ok((!enough).then(|| FieldError::new("/places", "promised", message)))
}
