//! What the public is told of an improvement, and how those who spoke are told.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{Entity, ImprovementId, Model};
use super::views::Improvement;
use crate::access::Caller;
use crate::access::permissions::{CheckImprovements, PublishImprovements};
use crate::feedback::friends_and_family::screening::personal;
use crate::http::{FieldError, IfMatch, Problem};
use crate::insights::{self, entity as insight};
use crate::lifecycle::Lifecycle;
use crate::partners::PartnerId;
use crate::partners::messages::{MessagePurpose, queue_all};
use crate::provenance::{NodeKind, links_between_one};
use crate::store::{Event, Work};

/// A second person finds that nothing of it tells of somebody.
pub async fn check(
    caller: &Caller<CheckImprovements>,
    id: ImprovementId,
    seen: IfMatch,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            work.authority().person()?;
            let publication = row.publication.after("check")?;
            let detail = "Somebody checks it who wrote nothing of it";
            work.second_person(&row.authors.0, detail)?;
            must_have_quote(&row)?;
            must_tell_of_nobody(&row)?;
            let mut row = row.into_active_model();
            row.publication = Set(publication);
            row.checked_by = Set(Some(work.actor()));
            row.checked_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("improvement.checked", id)))
        })
        .await
}

fn must_have_quote(row: &Model) -> Result<(), Problem> {
    if row.quote.is_some() {
        return Ok(());
    }
    let message = "the words of somebody who said it, which tell of nobody";
    let unmet = vec![FieldError::new("/quote", "required", message)];
    Err(Problem::unmet("What is published quotes somebody", unmet))
}

/// That nothing in what the public will read looks like a name, or a number of somebody.
fn must_tell_of_nobody(row: &Model) -> Result<(), Problem> {
    let words = [
        ("/youSaid", Some(&row.you_said)),
        ("/quote", row.quote.as_ref()),
    ];
    let wrong: Vec<FieldError> = words
        .into_iter()
        .filter(|(_, text)| text.is_some_and(|text| !personal(text).is_empty()))
        .map(|(pointer, _)| FieldError::new(pointer, "personal", "words that tell of nobody"))
        .collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::unmet("It may tell who somebody is", wrong)),
    }
}

/// Tells it in public, and tells those who spoke, once.
pub async fn publish(
    caller: &Caller<PublishImprovements>,
    id: ImprovementId,
    seen: IfMatch,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let publication = row.publication.after("publish")?;
            let heard = evidence(work, id).await?;
            if heard.is_empty() {
                let message = "an insight that was not withdrawn";
                let unmet = vec![FieldError::new("/insightIds", "required", message)];
                let detail = "What is published rests on something that was heard";
                return Err(Problem::unmet(detail, unmet));
            }
            let is_first = row.first_published_at.is_none();
            let mut row = row.into_active_model();
            row.publication = Set(publication);
            row.published_at = Set(Some(work.now()));
            if is_first {
                row.first_published_at = Set(Some(work.now()));
            }
            let row = work.step::<Entity>(row, &seen).await?;
            let mut told: Vec<PartnerId> = Vec::new();
            if is_first {
                told = heard.into_iter().filter_map(|one| one.partner_id).collect();
                let facts = [("improvementId", id.to_string())];
                let purpose = MessagePurpose::Service;
                told = queue_all(work, &told, purpose, "what-changed", facts).await?;
            }
            let event = Event::of("improvement.published", id).about(told);
            Ok((row.into(), event))
        })
        .await
}

/// The insights that an improvement rests on and that were not withdrawn.
async fn evidence(work: &Work<'_>, id: ImprovementId) -> Result<Vec<insight::Model>, Problem> {
    let linked = links_between_one(NodeKind::Insight, NodeKind::Improvement, id.into());
    let query = work
        .select::<insight::Entity>()
        .filter(insight::Column::Id.in_subquery(linked))
        .filter(insight::Column::Status.eq(insights::Status::Current));
    work.all(query).await
}

/// Tells it in public no longer.
pub async fn take_down(
    caller: &Caller<PublishImprovements>,
    id: ImprovementId,
    seen: IfMatch,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let publication = row.publication.after("take-down")?;
            let mut row = row.into_active_model();
            row.publication = Set(publication);
            row.checked_by.set_if_not_equals(None);
            row.checked_at.set_if_not_equals(None);
            row.published_at.set_if_not_equals(None);
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("improvement.taken-down", id)))
        })
        .await
}
