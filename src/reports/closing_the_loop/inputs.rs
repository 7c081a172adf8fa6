//! What people brought in, and what became of it, by what it was: also what nobody has taken up.

use chrono::{Days, NaiveDate};
use sea_orm::sea_query::{Condition, Query, SelectStatement};
use sea_orm::{ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::feedback::friends_and_family::responses::entity as response;
use crate::http::Problem;
use crate::improvements;
use crate::insights::{self, entity as insight};
use crate::pals::contacts::entity as contact;
use crate::provenance::{NodeKind, links_between};
use crate::store::{Reader, Record};
use crate::stories::entity as story;
use crate::values::begins;

/// What was brought in of a kind, and what became of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InputAnswers {
    /// What it was. Of answers to the Friends and Family Test, those with a comment.
    pub kind: NodeKind,
    /// How many there are.
    #[schema(minimum = 0)]
    pub received: i64,
    /// How many of them an insight was taken from that was not withdrawn.
    #[schema(minimum = 0)]
    pub taken_up: i64,
    /// How many of them a published improvement answers.
    #[schema(minimum = 0)]
    pub answered: i64,
}

/// Counts what was brought in between two days.
pub(super) async fn count(
    reader: &Reader<'_>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<InputAnswers>, Problem> {
    let (begin, end) = (begins(from), begins(until + Days::new(1)));
    let comments = Condition::any()
        .add(response::Column::Why.is_not_null())
        .add(response::Column::Better.is_not_null());
    let responses = Condition::all()
        .add(response::Column::RespondedOn.between(from, until))
        .add(comments);
    let contacts = Condition::all()
        .add(contact::Column::ReceivedAt.gte(begin))
        .add(contact::Column::ReceivedAt.lt(end));
    let stories = Condition::all()
        .add(story::Column::CreatedAt.gte(begin))
        .add(story::Column::CreatedAt.lt(end));
    Ok(vec![
        of::<response::Entity>(reader, NodeKind::FriendsAndFamilyResponse, responses).await?,
        of::<contact::Entity>(reader, NodeKind::PalsContact, contacts).await?,
        of::<story::Entity>(reader, NodeKind::Story, stories).await?,
    ])
}

async fn of<E: Record>(
    reader: &Reader<'_>,
    kind: NodeKind,
    those: Condition,
) -> Result<InputAnswers, Problem> {
    let all = || reader.select::<E>().filter(those.clone());
    let linked = |insights| E::ID.in_subquery(links_between(kind, NodeKind::Insight, insights));
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let answered = improvements::answered_insights();
    Ok(InputAnswers {
        kind,
        received: number(reader.count(all()).await?),
        taken_up: number(reader.count(all().filter(linked(current()))).await?),
        answered: number(reader.count(all().filter(linked(answered))).await?),
    })
}

/// The insights that were not withdrawn.
fn current() -> SelectStatement {
    Query::select()
        .column(insight::Column::Id)
        .from(insight::Entity)
        .and_where(insight::Column::Status.eq(insights::Status::Current))
        .to_owned()
}
