//! The terms of an opportunity that applicants rely on, and how they changed.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entity::{Model, OpportunityId, revision};
use super::operations::find;
use super::role::Payment;
use super::rounds;
use crate::access::Caller;
use crate::access::permissions::ReadOpportunities;
use crate::applications;
use crate::http::{Listing, Page, Problem, Sort, Unfiltered};
use crate::store::Work;
use crate::values::{DayPart, Line, Perspective, Prose, Stored, Weekday};

/// Pay, hours and selection criteria: what may not change unseen once somebody has applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// What is paid.
    pub payment: Payment,
    /// Hours a month.
    #[schema(minimum = 1, maximum = 160)]
    pub hours_per_month: Option<i32>,
    /// The level of the role.
    #[schema(minimum = 1, maximum = 4)]
    pub role_level: i32,
    /// How long a meeting takes, in minutes.
    #[schema(minimum = 5, maximum = 1440)]
    pub meeting_minutes: Option<i32>,
    /// How long the preparation of a meeting takes, in minutes.
    #[schema(minimum = 0, maximum = 2880)]
    pub preparation_minutes: Option<i32>,
    /// How often one meets.
    pub frequency: Option<Line>,
    /// The usual days.
    #[schema(max_items = 7)]
    pub usual_days: Vec<Weekday>,
    /// The usual times of day.
    #[schema(max_items = 3)]
    pub usual_times: Vec<DayPart>,
    /// The experience that is wanted.
    pub experience_wanted: Option<Prose>,
    /// Skills without which the role cannot be done.
    #[schema(max_items = 20)]
    pub skills_essential: Vec<Line>,
    /// Skills that help.
    #[schema(max_items = 20)]
    pub skills_desirable: Vec<Line>,
    /// The perspectives that are wanted.
    #[schema(max_items = 9)]
    pub perspectives_wanted: Vec<Perspective>,
}

impl Terms {
    /// The terms of an opportunity as it stands.
    pub fn of(row: &Model) -> Self {
        let role = &row.role.0;
        Self {
            payment: row.payment.0.clone(),
            hours_per_month: row.hours_per_month,
            role_level: row.role_level,
            meeting_minutes: role.meeting_minutes,
            preparation_minutes: role.preparation_minutes,
            frequency: role.frequency.clone(),
            usual_days: role.usual_days.clone(),
            usual_times: role.usual_times.clone(),
            experience_wanted: role.experience_wanted.clone(),
            skills_essential: role.skills_essential.clone(),
            skills_desirable: role.skills_desirable.clone(),
            perspectives_wanted: row.perspectives_wanted.0.clone(),
        }
    }

    /// Where a term stands in an opportunity, as a JSON Pointer.
    pub fn pointer(name: &str) -> String {
        match name {
            "payment" | "hoursPerMonth" | "roleLevel" | "perspectivesWanted" => format!("/{name}"),
            _ => format!("/role/{name}"),
        }
    }

    /// The names of the terms in which two sets of terms differ.
    pub fn changed(&self, after: &Self) -> Vec<String> {
        let names = |terms: &Self| serde_json::to_value(terms).unwrap_or_default();
        let (before, after) = (names(self), names(after));
        let before = before.as_object().into_iter().flatten();
        before
            .filter(|(name, value)| after.get(name.as_str()) != Some(*value))
            .map(|(name, _)| name.clone())
            .collect()
    }
}

/// Terms on which people applied.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// The number of the revision; applications name it.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// From when these terms hold.
    pub since: DateTime<Utc>,
    /// The names of the terms that changed.
    #[schema(max_items = 20, value_type = Vec<Line>)]
    pub changed: Vec<String>,
    /// The terms.
    pub terms: Terms,
}

impl From<revision::Model> for Revision {
    fn from(row: revision::Model) -> Self {
        Self {
            revision: row.revision,
            since: row.since,
            changed: row.changed.0,
            terms: row.terms.0,
        }
    }
}

/// The newest terms first.
#[derive(Clone, Copy)]
struct ByNumber;

impl Sort<revision::Entity> for ByNumber {
    fn order(self) -> (revision::Column, bool) {
        (revision::Column::Revision, true)
    }
}

/// The terms of an opportunity that the caller may see, the newest first. They begin with publication.
#[expect(
    clippy::disallowed_methods,
    reason = "the opportunity was found in the caller's scope"
)]
pub async fn list(
    caller: &Caller<ReadOpportunities>,
    id: OpportunityId,
    listing: Listing<Unfiltered>,
) -> Result<Page<Revision>, Problem> {
    let reader = caller.read();
    find(&reader, id).await?;
    let query = revision::Entity::find().filter(revision::Column::OpportunityId.eq(id));
    let page = reader
        .page_by(query, &listing.paging, revision::Column::Id, ByNumber)
        .await?;
    Ok(page.map(Revision::from))
}

/// Keeps the first terms, on the day of publication.
pub async fn begin(work: &mut Work<'_>, row: &Model) -> Result<(), Problem> {
    keep(work, row, row.revision, Vec::new(), Terms::of(row)).await
}

/// Keeps the terms of what is published again. Before the first application the present revision simply
/// says something else; after it the terms get a new number, and who applied is told. Answers the number,
/// and who is told.
pub async fn follow(work: &mut Work<'_>, row: &Model) -> Result<(i32, Vec<uuid::Uuid>), Problem> {
    let (old, new) = (present(work, row).await?, Terms::of(row));
    let changed = old.changed(&new);
    if changed.is_empty() {
        return Ok((row.revision, Vec::new()));
    }
    if !applications::operations::any(work, row.id.0).await? {
        restate(work, row, new).await?;
        return Ok((row.revision, Vec::new()));
    }
    let number = row.revision + 1;
    keep(work, row, number, changed.clone(), new).await?;
    let facts = [
        ("revision", number.to_string()),
        ("changed", changed.join(" ")),
    ];
    let told = rounds::tell(work, row, "opportunityTermsChanged", facts).await?;
    Ok((number, told))
}

/// The terms that were published last.
#[expect(clippy::disallowed_methods, reason = "a side table of opportunities")]
async fn present(work: &Work<'_>, row: &Model) -> Result<Terms, Problem> {
    let kept = revision::Entity::find()
        .filter(revision::Column::OpportunityId.eq(row.id))
        .filter(revision::Column::Revision.eq(row.revision));
    let kept = work.one(kept).await?;
    let kept = kept.ok_or_else(|| Problem::internal("a published opportunity has no terms"))?;
    Ok(kept.terms.0)
}

async fn keep(
    work: &Work<'_>,
    row: &Model,
    number: i32,
    changed: Vec<String>,
    terms: Terms,
) -> Result<(), Problem> {
    let kept = revision::ActiveModel {
        id: Set(uuid::Uuid::now_v7()),
        opportunity_id: Set(row.id),
        revision: Set(number),
        changed: Set(Stored(changed)),
        terms: Set(Stored(terms)),
        since: Set(work.now()),
    };
    work.put([kept]).await
}

#[expect(clippy::disallowed_methods, reason = "a side table of opportunities")]
async fn restate(work: &Work<'_>, row: &Model, terms: Terms) -> Result<(), Problem> {
    revision::Entity::update_many()
        .col_expr(revision::Column::Terms, Expr::value(Stored(terms)))
        .col_expr(revision::Column::Since, Expr::value(work.now()))
        .filter(revision::Column::OpportunityId.eq(row.id))
        .filter(revision::Column::Revision.eq(row.revision))
        .exec(work.transaction().await?)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changed_terms_are_named_by_their_fields() {
        let terms = json!({
            "payment": { "kind": "paid", "pence": 7500, "unit": "halfDay" }, "hoursPerMonth": 4, "roleLevel": 3,
            "meetingMinutes": null, "preparationMinutes": null, "experienceWanted": null,
            "frequency": null, "usualDays": ["tuesday"], "usualTimes": [],
            "skillsEssential": [], "skillsDesirable": [], "perspectivesWanted": ["carer"]
        });
        let before: Terms = serde_json::from_value(terms).unwrap();
        let after = Terms {
            hours_per_month: Some(6),
            perspectives_wanted: Vec::new(),
            usual_days: Vec::new(),
            ..before.clone()
        };
        assert_eq!(
            before.changed(&after),
            ["hoursPerMonth", "perspectivesWanted", "usualDays"]
        );
        assert!(before.changed(&before).is_empty());
    }
}
