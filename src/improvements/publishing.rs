//! What the public is told of an improvement, and how those who spoke are told.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Select, Set};

use super::entity::{ActiveModel, Column, Entity, ImprovementId, Model};
use super::inputs::CheckImprovement;
use super::lifecycle::Publication;
use super::views::Improvement;
use crate::access::Caller;
use crate::access::permissions::{CheckImprovements, PublishImprovements};
use crate::feedback::friends_and_family::screening::harmless::{must_tell_of_nobody, plain};
use crate::http::{FieldError, IfMatch, Problem};
use crate::insights::{self, InsightId, entity as insight};
use crate::lifecycle::Lifecycle;
use crate::partners::PartnerId;
use crate::partners::messages::{MessagePurpose, queue_all};
use crate::provenance::{NodeKind, links_between_one, why_not_told};
use crate::store::{Event, Work};

/// A second person finds that nothing of the version that they looked at tells of somebody.
pub async fn check(
    caller: &Caller<CheckImprovements>,
    id: ImprovementId,
    seen: IfMatch,
    checked: CheckImprovement,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            work.authority().person()?;
            let publication = row.publication.after("check")?;
            if row.version != checked.version {
                let message = format!("the latest version is {}: look at that one", row.version);
                let stale = FieldError::new("/version", "stale", message);
                return Err(Problem::unmet(
                    "It has changed since it was looked at",
                    vec![stale],
                ));
            }
            let detail = "Somebody checks it who wrote nothing of it";
            work.second_person(&row.authors.0, detail)?;
            must_quote_what_was_heard(work, &row).await?;
            let words = row.public_words();
            must_tell_of_nobody(words, &checked.harmless)?;
            let mut row = row.into_active_model();
            row.publication = Set(publication);
            row.checked_by = Set(Some(work.actor()));
            row.checked_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("improvement.checked", id)))
        })
        .await
}

impl Model {
    /// Everything that the public reads in words, by the field that it is in.
    fn public_words(&self) -> [(&'static str, Option<&str>); 6] {
        [
            ("/youSaid", Some(self.you_said.as_str())),
            ("/weDid", self.we_did.as_deref()),
            ("/whyNot", self.why_not.as_deref()),
            ("/impactObserved", self.impact_observed.as_deref()),
            ("/service", Some(self.service.as_str())),
            ("/quote", self.quote.as_deref()),
        ]
    }
}

/// That it quotes an insight that it rests on, and that may be told in public.
async fn must_quote_what_was_heard(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let (code, message) = match &row.quote {
        None => (
            "required",
            "the words of somebody who said it, which tell of nobody",
        ),
        Some(quote) => match quoted(work, row, quote).await? {
            Quoted::Told => return Ok(()),
            Quoted::Untold(why) => ("unfit", why),
            Quoted::Nobody => (
                "unfit",
                "words of an insight that it rests on, as they are there",
            ),
        },
    };
    let unmet = vec![FieldError::new("/quote", code, message)];
    Err(Problem::unmet("What is published quotes somebody", unmet))
}

/// Whom an improvement quotes.
enum Quoted {
    /// An insight that may be told in public.
    Told,
    /// One that may not, and why.
    Untold(&'static str),
    /// None that it rests on.
    Nobody,
}

async fn quoted(work: &Work<'_>, row: &Model, quote: &str) -> Result<Quoted, Problem> {
    let quote = plain(quote);
    let mut found = Quoted::Nobody;
    for one in work.all(evidence(row.id)).await? {
        if !plain(&one.quote).contains(&quote) {
            continue;
        }
        let from = insights::kind_of(one.source).zip(one.source_id);
        let why = match from {
            Some((kind, id)) => why_not_told(work, kind, id).await?,
            None => None,
        };
        match why {
            None => return Ok(Quoted::Told),
            Some(why) => found = Quoted::Untold(why),
        }
    }
    Ok(found)
}

/// Tells it in public, and tells those who spoke, each once.
pub async fn publish(
    caller: &Caller<PublishImprovements>,
    id: ImprovementId,
    seen: IfMatch,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            // Insights are held before what rests on them, as whoever takes one back holds them.
            let heard = work.hold(evidence(id)).await?;
            let row = work.get(id).await?;
            let publication = row.publication.after("publish")?;
            // What was checked may have been taken back meanwhile.
            must_quote_what_was_heard(work, &row).await?;
            let mut row = row.into_active_model();
            row.publication = Set(publication);
            row.published_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            let mut told: Vec<PartnerId> = Vec::new();
            for one in heard.into_iter().filter(|one| one.answered_at.is_none()) {
                told.extend(one.partner_id);
                let mut answered = one.into_active_model();
                answered.answered_at = Set(Some(work.now()));
                work.step::<insight::Entity>(answered, &IfMatch::Absent)
                    .await?;
            }
            let facts = [("improvementId", id.to_string())];
            let purpose = MessagePurpose::YouSaidWeDid;
            queue_all(work, &told, purpose, "what-changed", facts).await?;
            // Not about those who spoke: who said it is told to nobody.
            Ok((row.into(), Event::of("improvement.published", id)))
        })
        .await
}

/// The insights that an improvement rests on and that were not withdrawn.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever takes back what they said decides for what rests on it"
)]
fn evidence(id: ImprovementId) -> Select<insight::Entity> {
    let linked = links_between_one(NodeKind::Insight, NodeKind::Improvement, id.into());
    insight::Entity::find()
        .filter(insight::Column::Id.in_subquery(linked))
        .filter(insight::Column::Status.eq(insights::Status::Current))
        .order_by_asc(insight::Column::Id)
}

/// Looks again at the improvements that rest on an insight, after it or the consent to it was taken back: what quotes
/// it is public no longer, and words of it that were withdrawn are gone.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever takes back what they said decides for what rests on it"
)]
pub async fn settle(
    work: &mut Work<'_>,
    insight: InsightId,
    withdrawn: Option<&str>,
) -> Result<(), Problem> {
    let linked = links_between_one(NodeKind::Improvement, NodeKind::Insight, insight.into());
    let query = Entity::find()
        .filter(Column::Id.in_subquery(linked))
        .order_by_asc(Column::Id);
    for before in work.hold(query).await? {
        let Some(quote) = &before.quote else {
            continue;
        };
        if matches!(quoted(work, &before, quote).await?, Quoted::Told) {
            continue;
        }
        let goes = withdrawn.is_some_and(|words| plain(words).contains(&plain(quote)));
        let is_public = before.publication != Publication::Unpublished;
        let mut row = before.into_active_model();
        if goes {
            row.quote = Set(None);
        }
        if is_public {
            unpublish(&mut row);
        }
        work.step::<Entity>(row, &IfMatch::Absent).await?;
    }
    Ok(())
}

/// Takes it out of what the public reads; it is checked anew before it comes back.
pub(super) fn unpublish(row: &mut ActiveModel) {
    row.publication = Set(Publication::Unpublished);
    row.checked_by.set_if_not_equals(None);
    row.checked_at.set_if_not_equals(None);
    row.published_at.set_if_not_equals(None);
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
            row.publication.after("take-down")?;
            let mut row = row.into_active_model();
            unpublish(&mut row);
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("improvement.taken-down", id)))
        })
        .await
}
