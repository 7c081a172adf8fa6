//! How stories are offered, listed, read and changed.

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, Model, StoryId};
use super::inputs::{NewStory, StoryChanges};
use super::lifecycle::Status;
use super::review::has_account;
use super::views::{Story, StoryFilter, StorySort};
use crate::access::Caller;
use crate::access::permissions::{ManageStories, ReadStories};
use crate::http::{IfMatch, Listing, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::pals::codes::operations as codes;
use crate::partners::rules::must_go_on;
use crate::partners::without_nhs_number;
use crate::store::{Event, Work};
use crate::values::{Stored, day_of};

/// One page of the stories that the caller may read and that were not taken back.
pub async fn list(
    caller: &Caller<ReadStories>,
    listing: Listing<StoryFilter>,
) -> Result<Page<Story>, Problem> {
    let Listing { filter, paging } = listing;
    caller
        .read_recorded(async |reader| {
            let StoryFilter {
                sort,
                status,
                overdue,
            } = filter;
            let now = reader.now();
            let debrief = Condition::all()
                .add(Column::DebriefedAt.is_null())
                .add(Column::DebriefDueAt.is_not_null())
                .add(Column::DebriefDueAt.lt(now));
            let report = Condition::all()
                .add(Column::ReportedBackAt.is_null())
                .add(Column::ReportDueOn.is_not_null())
                .add(Column::ReportDueOn.lt(day_of(now)));
            let late = Condition::any().add(debrief).add(report);
            let query = reader
                .select::<Entity>()
                .filter(Column::Status.is_not_in(Status::OVER))
                .apply_if(status, |query, status| {
                    query.filter(Column::Status.eq(status))
                })
                .apply_if(overdue, |query, overdue| match overdue {
                    true => query.filter(late),
                    false => query.filter(late.not()),
                });
            let sort = sort.unwrap_or(StorySort::Newest);
            let page = reader.page(query, &paging, sort).await?;
            let tellers = page.items.iter().filter_map(|row| row.partner_id);
            let event = Event::all("story.listed").about(tellers);
            let scope = reader.scope();
            Ok((page.map(|row| Story::seen_by(scope, row)), event))
        })
        .await
}

/// One story.
pub async fn get(caller: &Caller<ReadStories>, id: StoryId) -> Result<Story, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("story.read", id).about(row.partner_id);
            Ok((Story::seen_by(reader.scope(), row), event))
        })
        .await
}

/// Takes in that somebody wants to tell a story.
pub async fn offer(caller: &Caller<ManageStories>, new: NewStory) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let NewStory {
                partner_id,
                teller_name,
                title,
                format,
                about,
                represented,
                service,
                themes,
                support_plan,
                teller_attends,
            } = new;
            if partner_id.is_some() == teller_name.is_some() {
                let message = "either a partner or, for somebody else, a name";
                return Err(Problem::field("/tellerName", "contradiction", message));
            }
            if let Some(id) = partner_id {
                must_go_on(&work.named("/partnerId", id).await?)?;
            }
            without_nhs_number([
                ("/title", Some(title.as_str())),
                (
                    "/supportPlan",
                    support_plan.as_ref().map(|text| text.as_str()),
                ),
            ])?;
            let row = ActiveModel {
                id: Set(StoryId::new()),
                partner_id: Set(partner_id),
                teller_name: Set(teller_name),
                title: Set(Some(title)),
                format: Set(format),
                about: Set(about),
                represented: Set(represented.map(Stored)),
                service: Set(service),
                themes: Set(Stored(themes)),
                support_plan: Set(support_plan),
                teller_attends: Set(teller_attends),
                latest: Set(0),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            check_codes(work, &row).await?;
            if row.represented.is_some() && has_account(work, &row).await? {
                let message = "the teller has an account, in which they speak for themself; an administrator ends it first";
                return Err(Problem::field("/represented", "contradiction", message));
            }
            let event = Event::of("story.offered", row.id).about(row.partner_id);
            Ok((Story::seen_by(&work.authority().scope, row), event))
        })
        .await
}

/// Changes what is known of a story that is not over.
pub async fn change(
    caller: &Caller<ManageStories>,
    id: StoryId,
    seen: IfMatch,
    changes: StoryChanges,
) -> Result<Story, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            super::ending::must_not_be_over(&before)?;
            let StoryChanges {
                title,
                service,
                themes,
                support_plan,
                teller_attends,
                learning,
            } = changes;
            let approved_title = before.approved.and(before.title.clone());
            let mut row = before.into_active_model();
            title.map(Some).onto(&mut row.title);
            service.onto(&mut row.service);
            themes.map(Stored).onto(&mut row.themes);
            support_plan.onto(&mut row.support_plan);
            teller_attends.onto(&mut row.teller_attends);
            learning.onto(&mut row.learning);
            let row = work.save::<Entity>(row, &seen).await?;
            without_nhs_number([
                ("/title", row.title.as_ref().map(|text| text.as_str())),
                (
                    "/supportPlan",
                    row.support_plan.as_ref().map(|text| text.as_str()),
                ),
                ("/learning", row.learning.as_ref().map(|text| text.as_str())),
            ])?;
            if approved_title.is_some() && approved_title != row.title {
                let message =
                    "the teller has approved a title; another one comes with another version";
                return Err(Problem::field("/title", "contradiction", message));
            }
            check_codes(work, &row).await?;
            let event = Event::of("story.changed", id).about(row.partner_id);
            Ok((Story::seen_by(&work.authority().scope, row), event))
        })
        .await
}

/// The themes and the service of a story are codes that the organisation uses today.
async fn check_codes(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let themes = ("/themes", row.themes.0.as_slice());
    let service = row.service.as_ref();
    codes::check(work, &row.organisation, work.today(), themes, service).await
}
