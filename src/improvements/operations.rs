//! What can be done with improvements, but for what the public is told: see `publishing`.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, ImprovementId, Model};
use super::inputs::{
    DeclineImprovement, ImprovementChanges, NewEvidence, NewImprovement, ReviewImpact,
};
use super::lifecycle::{Decision, Publication, Status};
use super::publishing::unpublish;
use super::views::{Improvement, ImprovementFilter, ImprovementSort};
use crate::access::Caller;
use crate::access::permissions::{ManageImprovements, ReadImprovements};
use crate::http::{Change, IfMatch, Listing, Page, Problem};
use crate::insights::{self, InsightId, entity as insight};
use crate::lifecycle::Lifecycle;
use crate::partners::without_nhs_number;
use crate::provenance::{LinkKind, Node, NodeKind, link, links_between};
use crate::store::{Event, Work, Written};
use crate::users::UserId;
use crate::values::Stored;

/// One page of the improvements that the caller may see.
pub async fn list(
    caller: &Caller<ReadImprovements>,
    listing: Listing<ImprovementFilter>,
) -> Result<Page<Written<Entity, Improvement>>, Problem> {
    let Listing { filter, paging } = listing;
    let ImprovementFilter {
        sort,
        q,
        service,
        decision,
        status,
        publication,
        is_supported,
    } = filter;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(q, |query, words| {
            query.filter(reader.matching::<Entity>(&words))
        })
        .apply_if(service, |query, service| {
            query.filter(Column::Service.eq(service.as_str()))
        })
        .apply_if(decision, |query, decision| {
            query.filter(Column::Decision.eq(decision))
        })
        .apply_if(status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(publication, |query, publication| {
            query.filter(Column::Publication.eq(publication))
        })
        .apply_if(is_supported, |query, supported| {
            let by_some = Expr::col((Entity, Column::Id)).in_subquery(supported_improvements());
            query.filter(Condition::all().add(if supported { by_some } else { by_some.not() }))
        });
    reader
        .written_page(query, &paging, sort.unwrap_or(ImprovementSort::Newest))
        .await
}

/// The improvements that rest on an insight which was not withdrawn.
fn supported_improvements() -> SelectStatement {
    let current = Query::select()
        .column(insight::Column::Id)
        .from(insight::Entity)
        .and_where(insight::Column::Status.eq(insights::Status::Current))
        .to_owned();
    links_between(NodeKind::Improvement, NodeKind::Insight, current)
}

/// One improvement.
pub async fn get(
    caller: &Caller<ReadImprovements>,
    id: ImprovementId,
) -> Result<Improvement, Problem> {
    caller.read().get(id).await.map(Improvement::from)
}

/// Proposes an improvement that rests on what was heard.
pub async fn add(
    caller: &Caller<ManageImprovements>,
    new: NewImprovement,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let NewImprovement {
                insight_ids,
                you_said,
                decision,
                we_did,
                why_not,
                service,
                owner_id,
                due_on,
                impact_measure,
                quote,
            } = new;
            let row = ActiveModel {
                id: Set(ImprovementId::new()),
                you_said: Set(you_said.into()),
                decision: Set(decision),
                we_did: Set(we_did.map(String::from)),
                why_not: Set(why_not.map(String::from)),
                service: Set(service.into()),
                owner_id: Set(owner_id),
                due_on: Set(due_on),
                impact_measure: Set(impact_measure.map(String::from)),
                quote: Set(quote.map(String::from)),
                authors: Set(Stored(vec![work.actor()])),
                publication: Set(Publication::FIRST),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            check_owner(work, owner_id).await?;
            let row = work.add::<Entity>(row).await?;
            check_words(&row)?;
            for (at, id) in insight_ids.into_iter().enumerate() {
                rests_on(work, row.id, &format!("/insightIds/{at}"), id).await?;
            }
            index(work, &row).await?;
            let event = Event::of("improvement.proposed", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Links an improvement to an insight, which counts.
async fn rests_on(
    work: &mut Work<'_>,
    improvement: ImprovementId,
    pointer: &str,
    id: InsightId,
) -> Result<(), Problem> {
    let found = work.named(pointer, id).await?;
    if found.status != insights::Status::Current {
        let message = "an insight that was not withdrawn";
        return Err(Problem::field(pointer, "unfit", message));
    }
    let (from, to) = (
        Node::of(NodeKind::Insight, id),
        Node::of(NodeKind::Improvement, improvement),
    );
    link(work, from, LinkKind::EvidenceFor, to).await
}

/// Adds an insight that an improvement rests on, too. What was published is checked and published anew, which answers it.
pub async fn add_evidence(
    caller: &Caller<ManageImprovements>,
    id: ImprovementId,
    seen: IfMatch,
    new: NewEvidence,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let mut row = before.clone().into_active_model();
            written_by(&mut row, &before, work.actor());
            let row = work.step::<Entity>(row, &seen).await?;
            rests_on(work, id, "/insightId", new.insight_id).await?;
            Ok((row.into(), Event::of("improvement.evidence-added", id)))
        })
        .await
}

/// Changes an improvement that the caller has seen. What was checked or published is so no longer, if its words change.
pub async fn change(
    caller: &Caller<ManageImprovements>,
    id: ImprovementId,
    seen: IfMatch,
    changes: ImprovementChanges,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let before = work.seen(id, &seen).await?;
            let mut row = before.clone().into_active_model();
            let ImprovementChanges {
                you_said,
                decision,
                we_did,
                why_not,
                service,
                owner_id,
                due_on,
                impact_measure,
                quote,
            } = changes;
            if let Change::To(owner) = &owner_id {
                check_owner(work, *owner).await?;
            }
            you_said.onto(&mut row.you_said);
            decision.onto(&mut row.decision);
            we_did
                .map(|text| text.map(String::from))
                .onto(&mut row.we_did);
            why_not
                .map(|text| text.map(String::from))
                .onto(&mut row.why_not);
            service.onto(&mut row.service);
            owner_id.onto(&mut row.owner_id);
            due_on.onto(&mut row.due_on);
            impact_measure
                .map(|text| text.map(String::from))
                .onto(&mut row.impact_measure);
            quote
                .map(|text| text.map(String::from))
                .onto(&mut row.quote);
            let told = [
                row.you_said.is_set(),
                row.decision.is_set(),
                row.we_did.is_set(),
                row.why_not.is_set(),
                row.service.is_set(),
                row.quote.is_set(),
            ];
            if told.contains(&true) {
                written_by(&mut row, &before, work.actor());
            }
            let row = work.save::<Entity>(row, &seen).await?;
            check_words(&row)?;
            index(work, &row).await?;
            Ok((row.into(), Event::of("improvement.changed", id)))
        })
        .await
}

/// Notes who wrote something of it, which somebody else checks before it is public.
fn written_by(row: &mut ActiveModel, before: &Model, author: String) {
    let mut authors = before.authors.0.clone();
    if !authors.contains(&author) {
        authors.push(author);
        row.authors = Set(Stored(authors));
    }
    if before.publication != Publication::Unpublished {
        unpublish(row);
    }
}

/// Takes a step of the work that needs nothing to be said.
pub async fn step(
    caller: &Caller<ManageImprovements>,
    id: ImprovementId,
    seen: IfMatch,
    (verb, event): (&'static str, &'static str),
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let status = row.status.after(verb)?;
            if row.decision == Decision::WillNot {
                let message = "what is not done is declined; decide otherwise first";
                return Err(Problem::field("/decision", "unfit", message));
            }
            if status == Status::Done && row.we_did.is_none() {
                return Err(Problem::field("/weDid", "required", "what was done"));
            }
            let mut row = row.into_active_model();
            row.status = Set(status);
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of(event, id)))
        })
        .await
}

/// Says what was seen to come of it.
pub async fn review_impact(
    caller: &Caller<ManageImprovements>,
    id: ImprovementId,
    seen: IfMatch,
    review: ReviewImpact,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let status = before.status.after("review-impact")?;
            let mut row = before.clone().into_active_model();
            row.status = Set(status);
            row.impact_observed = Set(Some(review.impact_observed.into()));
            written_by(&mut row, &before, work.actor());
            let row = work.step::<Entity>(row, &seen).await?;
            check_words(&row)?;
            Ok((row.into(), Event::of("improvement.impact-reviewed", id)))
        })
        .await
}

/// Does not adopt it, with a reason.
pub async fn decline(
    caller: &Caller<ManageImprovements>,
    id: ImprovementId,
    seen: IfMatch,
    declined: DeclineImprovement,
) -> Result<Improvement, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let status = before.status.after("decline")?;
            let mut row = before.clone().into_active_model();
            row.status = Set(status);
            row.decision.set_if_not_equals(Decision::WillNot);
            row.why_not.set_if_not_equals(Some(declined.why_not.into()));
            written_by(&mut row, &before, work.actor());
            let row = work.step::<Entity>(row, &seen).await?;
            check_words(&row)?;
            Ok((row.into(), Event::of("improvement.declined", id)))
        })
        .await
}

/// That its words say what they have to: a reason whenever the answer is no, and what the work has come to. They name no
/// NHS number.
fn check_words(row: &Model) -> Result<(), Problem> {
    let is_done = matches!(row.status, Status::Done | Status::ImpactReviewed);
    if is_done && row.we_did.is_none() {
        return Err(Problem::field("/weDid", "required", "what was done"));
    }
    if is_done == (row.decision == Decision::WillNot)
        && (is_done || row.status == Status::NotAdopted)
    {
        let message = format!("it is {}", row.status);
        return Err(Problem::field("/decision", "contradiction", &message));
    }
    if row.decision.needs_reason() && row.why_not.is_none() {
        let message = "a reason in plain words, whenever people do not get all that they asked for";
        return Err(Problem::field("/whyNot", "required", message));
    }
    without_nhs_number([
        ("/youSaid", Some(row.you_said.as_str())),
        ("/weDid", row.we_did.as_deref()),
        ("/whyNot", row.why_not.as_deref()),
        ("/impactMeasure", row.impact_measure.as_deref()),
        ("/impactObserved", row.impact_observed.as_deref()),
        ("/service", Some(row.service.as_str())),
        ("/quote", row.quote.as_deref()),
    ])
}

async fn check_owner(work: &Work<'_>, owner: UserId) -> Result<(), Problem> {
    let user = work.named("/ownerId", owner).await?;
    match user.roles.0.iter().any(|role| role.is_staff()) {
        true => Ok(()),
        false => {
            let message = "a member of staff sees to it";
            Err(Problem::field("/ownerId", "unfit", message))
        }
    }
}

/// Keeps the words under which it is found.
async fn index(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let did = row.we_did.as_deref().unwrap_or_default();
    let text = format!("{}\n{did}\n{}", row.you_said, row.service);
    work.index(row.id, &text).await
}
