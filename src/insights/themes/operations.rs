//! What can be done with themes.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, InsightThemeId, Status};
use super::views::{InsightTheme, InsightThemeFilter, InsightThemeSort, NewInsightTheme};
use crate::access::Caller;
use crate::access::permissions::{ManageInsightThemes, ReadInsights};
use crate::http::{FieldError, IfMatch, Listing, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::pals::codes::operations::check_national_subject;
use crate::store::{Event, Work, Written};
use crate::values::ItemCode;

/// One page of the themes of the organisation.
pub async fn list(
    caller: &Caller<ReadInsights>,
    listing: Listing<InsightThemeFilter>,
) -> Result<Page<Written<Entity, InsightTheme>>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.status, |query, status| {
            query.filter(Column::Status.eq(status))
        });
    let sort = filter.sort.unwrap_or(InsightThemeSort::Label);
    reader.written_page(query, &paging, sort).await
}

/// One theme.
pub async fn get(
    caller: &Caller<ReadInsights>,
    id: InsightThemeId,
) -> Result<InsightTheme, Problem> {
    caller.read().get(id).await.map(InsightTheme::from)
}

/// Adds a theme.
pub async fn add(
    caller: &Caller<ManageInsightThemes>,
    new: NewInsightTheme,
) -> Result<InsightTheme, Problem> {
    caller
        .write(async |work| {
            let NewInsightTheme {
                code,
                label,
                national_subject,
            } = new;
            if let Some(subject) = &national_subject {
                check_national_subject(work, work.today(), subject).await?;
            }
            let row = ActiveModel {
                id: Set(InsightThemeId::new()),
                code: Set(code.into()),
                label: Set(label.into()),
                national_subject: Set(national_subject.map(String::from)),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("insightTheme.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Takes a step of the lifecycle.
pub async fn step(
    caller: &Caller<ManageInsightThemes>,
    id: InsightThemeId,
    seen: IfMatch,
    verb: &'static str,
    event: &'static str,
) -> Result<InsightTheme, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let status = row.status.after(verb)?;
            let mut row = row.into_active_model();
            row.status = Set(status);
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of(event, id)))
        })
        .await
}

/// That the organisation has these themes, and gives them to insights.
pub async fn known_themes(work: &Work<'_>, codes: &[ItemCode]) -> Result<(), Problem> {
    if codes.is_empty() {
        return Ok(());
    }
    let there = work
        .select::<Entity>()
        .filter(Column::Code.is_in(codes.iter().map(ItemCode::as_str)))
        .filter(Column::Status.eq(Status::Active));
    let there = work.all(there).await?;
    let unknown = codes.iter().enumerate().filter(|(at, code)| {
        let twice = codes.iter().take(*at).any(|other| other == *code);
        twice || !there.iter().any(|row| row.code == code.as_str())
    });
    let wrong: Vec<FieldError> = unknown
        .map(|(at, _)| {
            let message = "an active theme of the organisation, once";
            FieldError::new(format!("/themes/{at}"), "unknown", message)
        })
        .collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Problem::fields(wrong)),
    }
}
