//! What a change of an opportunity means for those who applied.

use super::entity::Model;
use crate::applications;
use crate::http::{FieldError, Problem, types};
use crate::partners::messages::{MessagePurpose, queue};
use crate::store::Work;
use uuid::Uuid;

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

/// Queues a message to everyone whose application is under way. Facts are ids and words of this
/// service, never personal data. Answers whom it concerns; who ended or died meanwhile is sent nothing.
pub async fn tell(
    work: &mut Work<'_>,
    row: &Model,
    template: &'static str,
    facts: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Vec<Uuid>, Problem> {
    let mut all = vec![("opportunityId", row.id.to_string())];
    all.extend(facts);
    let applicants = applications::operations::applicants(work, row.id.0).await?;
    for partner in &applicants {
        queue(work, *partner, MessagePurpose::Reply, template, all.clone()).await?;
    }
    Ok(applicants.into_iter().map(Uuid::from).collect())
}

/// The condition that nobody who was promised a place loses it, if it is not met.
pub async fn places_promised(work: &Work<'_>, row: &Model) -> Result<Option<FieldError>, Problem> {
    let promised = applications::operations::promised(work, row.id.0).await?;
    let enough = u64::try_from(row.places).is_ok_and(|places| places >= promised);
    let message = format!("{promised} places are promised already");
    Ok((!enough).then(|| FieldError::new("/places", "promised", message)))
}
