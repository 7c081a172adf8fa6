//! What can be done with insights.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, InsightId, Model, Source, Status};
use super::taken_back::take_back;
use super::themes::operations::known_themes;
use super::views::{
    Insight, InsightChanges, InsightFilter, InsightSort, NewInsight, WithdrawInsight,
};
use crate::access::Caller;
use crate::access::permissions::{ManageInsights, ReadInsights};
use crate::feedback::friends_and_family::screening::{personal, redacted};
use crate::http::{Change, IfMatch, Listing, Page, Problem, types};
use crate::improvements;
use crate::lifecycle::Lifecycle;
use crate::provenance::{LinkKind, Node, NodeKind, link, must_be_there, why_not_quoted};
use crate::store::{Event, Work, Written};
use crate::values::{Prose, Stored};

/// One page of the insights of the organisation.
pub async fn list(
    caller: &Caller<ReadInsights>,
    listing: Listing<InsightFilter>,
) -> Result<Page<Written<Entity, Insight>>, Problem> {
    let Listing { filter, paging } = listing;
    let InsightFilter {
        sort,
        q,
        source,
        service,
        theme,
        status,
        answered,
    } = filter;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(q, |query, words| {
            query.filter(reader.matching::<Entity>(&words))
        })
        .apply_if(source, |query, source| {
            query.filter(Column::Source.eq(source))
        })
        .apply_if(service, |query, service| {
            query.filter(Column::Service.eq(service.as_str()))
        })
        .apply_if(theme, |query, theme| {
            query.filter(reader.holding::<Entity>(Column::Themes, theme.as_str()))
        })
        .apply_if(status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(answered, |query, answered| {
            query.filter(is_answered(answered))
        });
    reader
        .written_page(query, &paging, sort.unwrap_or(InsightSort::Newest))
        .await
}

/// That an improvement which is published answers an insight; or that none does, though it was not withdrawn.
fn is_answered(answered: bool) -> Condition {
    let by_some = Expr::col((Entity, Column::Id)).in_subquery(improvements::answered_insights());
    match answered {
        true => Condition::all().add(by_some),
        false => Condition::all()
            .add(by_some.not())
            .add(Column::Status.eq(Status::Current)),
    }
}

/// One insight.
pub async fn get(caller: &Caller<ReadInsights>, id: InsightId) -> Result<Insight, Problem> {
    caller.read().get(id).await.map(Insight::from)
}

/// The kind of record that a source of insights has here; none where it is kept elsewhere.
pub fn kind_of(source: Source) -> Option<NodeKind> {
    match source {
        Source::FriendsAndFamily => Some(NodeKind::FriendsAndFamilyResponse),
        Source::Pals => Some(NodeKind::PalsContact),
        Source::Story => Some(NodeKind::Story),
        Source::OneToOne => Some(NodeKind::OneToOne),
        _ => None,
    }
}

/// Adds what was heard.
pub async fn add(caller: &Caller<ManageInsights>, new: NewInsight) -> Result<Insight, Problem> {
    caller
        .write(async |work| {
            let NewInsight {
                source,
                source_id,
                quote,
                service,
                heard_on,
                themes,
                sentiment,
                partner_id,
            } = new;
            if heard_on > work.today() {
                let message = "it was heard today or before";
                return Err(Problem::field("/heardOn", "out-of-range", message));
            }
            known_themes(work, &themes).await?;
            let from = taken_from(caller, work, source, source_id).await?;
            if let Some(partner) = partner_id {
                work.named("/partnerId", partner).await?;
            }
            let by_person = work.authority().person().is_ok();
            let sentiment = sentiment
                .map(|given| given.settled(by_person))
                .transpose()?;
            let row = ActiveModel {
                id: Set(InsightId::new()),
                source: Set(source),
                source_id: Set(source_id),
                quote: Set(telling_of_nobody(&quote)),
                service: Set(service.into()),
                heard_on: Set(heard_on),
                themes: Set(Stored(themes)),
                sentiment: Set(sentiment.map(Stored)),
                partner_id: Set(partner_id),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            index(work, &row).await?;
            if let Some(from) = from {
                link(
                    work,
                    from,
                    LinkKind::QuotedIn,
                    Node::of(NodeKind::Insight, row.id),
                )
                .await?;
            }
            // Not about the partner: who said it is told to nobody.
            let event = Event::of("insight.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// The words, without names and numbers that may tell who somebody is.
fn telling_of_nobody(quote: &Prose) -> String {
    let quote = quote.as_str();
    redacted(quote, &personal(quote))
}

/// The record from which an insight was taken: one that the caller may read, and that may be quoted.
async fn taken_from(
    caller: &Caller<ManageInsights>,
    work: &Work<'_>,
    source: Source,
    id: Option<Uuid>,
) -> Result<Option<Node>, Problem> {
    let Some(id) = id else {
        return Ok(None);
    };
    let Some(kind) = kind_of(source) else {
        let message = "records of this source are not kept here";
        return Err(Problem::field("/sourceId", "unfit", message));
    };
    if !kind.is_read_by(caller.principal()) {
        let message = "your permissions do not let you read such records";
        return Err(Problem::field("/sourceId", "unfit", message));
    }
    must_be_there(work, "/sourceId", kind, id).await?;
    if let Some(message) = why_not_quoted(work, kind, id).await? {
        return Err(Problem::field("/sourceId", "unfit", message));
    }
    Ok(Some(Node { kind, id }))
}

/// Changes an insight that the caller has seen.
pub async fn change(
    caller: &Caller<ManageInsights>,
    id: InsightId,
    seen: IfMatch,
    changes: InsightChanges,
) -> Result<Insight, Problem> {
    caller
        .write(async |work| {
            let row = work.seen(id, &seen).await?;
            must_be_current(row.status)?;
            let mut row = row.into_active_model();
            let InsightChanges {
                quote,
                service,
                themes,
                sentiment,
            } = changes;
            if let Change::To(themes) = &themes {
                known_themes(work, themes).await?;
            }
            quote
                .map(|quote| telling_of_nobody(&quote))
                .onto(&mut row.quote);
            service.onto(&mut row.service);
            themes.map(Stored).onto(&mut row.themes);
            if let Change::To(given) = sentiment {
                let by_person = work.authority().person().is_ok();
                let settled = given.map(|given| given.settled(by_person)).transpose()?;
                row.sentiment.set_if_not_equals(settled.map(Stored));
            }
            let row = work.save::<Entity>(row, &seen).await?;
            index(work, &row).await?;
            Ok((row.into(), Event::of("insight.changed", id)))
        })
        .await
}

fn must_be_current(status: Status) -> Result<(), Problem> {
    match status {
        Status::Current => Ok(()),
        Status::Withdrawn => Err(Problem::new(
            &types::TRANSITION_NOT_ALLOWED,
            "The insight was withdrawn",
        )),
    }
}

/// A person agrees with what a model says about how it was meant.
pub async fn confirm_sentiment(
    caller: &Caller<ManageInsights>,
    id: InsightId,
    seen: IfMatch,
) -> Result<Insight, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            work.authority().person()?;
            row.status.after("confirm-sentiment")?;
            let Some(Stored(mut sentiment)) = row.sentiment.clone() else {
                let message = "nobody has said how it was meant";
                return Err(Problem::field("/sentiment", "required", message));
            };
            if sentiment.is_confirmed {
                let detail = "A person has said so, or agreed, already";
                return Err(Problem::new(&types::TRANSITION_NOT_ALLOWED, detail));
            }
            sentiment.is_confirmed = true;
            let mut row = row.into_active_model();
            row.sentiment.set_if_not_equals(Some(Stored(sentiment)));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("insight.sentiment-confirmed", id)))
        })
        .await
}

/// Takes an insight back: its words go, and it counts no more.
pub async fn withdraw(
    caller: &Caller<ManageInsights>,
    id: InsightId,
    seen: IfMatch,
    withdrawn: WithdrawInsight,
) -> Result<Insight, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let row = take_back(work, row, withdrawn.reason, &seen).await?;
            Ok((row.into(), Event::of("insight.withdrawn", id)))
        })
        .await
}

/// Keeps the words under which it is found.
pub(super) async fn index(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    work.index(row.id, &format!("{}\n{}", row.quote, row.service))
        .await
}
