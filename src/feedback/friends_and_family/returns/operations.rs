//! What can be done with returns.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::super::period::Period;
use super::super::settings::Rule;
use super::content;
use super::entity::{ActiveModel, Column, Entity, FriendsAndFamilyReturnId, Row, Status};
use super::locks;
use super::views::{
    FriendsAndFamilyReturn, NewFriendsAndFamilyReturn, ReturnContent, ReturnFilter,
};
use crate::access::Caller;
use crate::access::permissions::{
    ManageFriendsAndFamilyReturns, ReadFriendsAndFamily, SubmitFriendsAndFamilyReturns,
};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::organisations::{History, Tree};
use crate::store::{Event, Reader};
use crate::values::Stored;

/// One page of the returns, the newest first.
pub async fn list(
    caller: &Caller<ReadFriendsAndFamily>,
    listing: Listing<ReturnFilter>,
) -> Result<Page<FriendsAndFamilyReturn>, Problem> {
    let Listing { filter, paging } = listing;
    let ReturnFilter { setting, status } = filter;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(setting, |query, setting| {
            query.filter(Column::Setting.eq(setting))
        })
        .apply_if(status, |query, status| {
            query.filter(Column::Status.eq(status))
        });
    let page = reader.page(query, &paging, Newest).await?;
    let items = page.items.into_iter().map(TryInto::try_into);
    Ok(Page {
        items: items.collect::<Result<_, Problem>>()?,
        next: page.next,
    })
}

/// One return.
pub async fn get(
    caller: &Caller<ReadFriendsAndFamily>,
    id: FriendsAndFamilyReturnId,
) -> Result<FriendsAndFamilyReturn, Problem> {
    caller.read().get(id).await?.try_into()
}

/// Begins a return. There is one for each setting and month.
pub async fn begin(
    caller: &Caller<ManageFriendsAndFamilyReturns>,
    new: NewFriendsAndFamilyReturn,
) -> Result<FriendsAndFamilyReturn, Problem> {
    let NewFriendsAndFamilyReturn { setting, period } = new;
    content::rule(setting, period)?;
    let reader = caller.read();
    let organisation = caller.scope().organisation.clone().unwrap_or_default();
    // What comes late is told by the trust that it came for.
    if !gives_responses(&reader, &organisation).await? {
        let error = FieldError::new(
            "/organisation",
            "noTrust",
            "a trust or provider, at which people are asked, begins the return; who holds it sees its results",
        );
        let detail = "Only an organisation that gives responses has returns";
        return Err(Problem::unmet(detail, vec![error]));
    }
    caller
        .write(async |work| {
            if period.first() > work.today() {
                let message = "the month has not begun";
                return Err(Problem::field("/period", "future", message));
            }
            let row = ActiveModel {
                id: Set(FriendsAndFamilyReturnId::new()),
                setting: Set(setting),
                period: Set(period.to_string()),
                status: Set(Status::FIRST),
                frozen: Set(None),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("friendsAndFamilyReturn.begun", row.id);
            Ok((row.try_into()?, event))
        })
        .await
}

/// Whether an organisation is a trust or provider, or was one.
async fn gives_responses(reader: &Reader<'_>, organisation: &str) -> Result<bool, Problem> {
    let tree = Tree::around(reader, organisation, None).await?;
    Ok(!tree.trusts.is_empty())
}

/// Locks a return: what is in it now stays in it, whatever comes in.
pub async fn lock(
    caller: &Caller<ManageFriendsAndFamilyReturns>,
    id: FriendsAndFamilyReturnId,
    seen: IfMatch,
) -> Result<FriendsAndFamilyReturn, Problem> {
    let reader = caller.read();
    let period = of(&reader.get(id).await?.period)?;
    let tree = History::read(&reader, true).await?.during(&period.days());
    caller
        .write(async |work| {
            locks::hold_all(work).await?;
            let before = work.get(id).await?;
            let next = before.status.after("lock")?;
            if period.last() >= work.today() {
                let detail = "The month is not over";
                return Err(Problem::unmet(
                    detail,
                    vec![FieldError::new(
                        "/period",
                        "notOver",
                        "a return is locked after its month",
                    )],
                ));
            }
            let transaction = work.transaction().await?;
            let (organisation, setting) = (before.organisation.clone(), before.setting);
            let rows = content::counted(transaction, &tree, &organisation, setting, period).await?;
            let mut row = before.into_active_model();
            row.status = Set(next);
            row.frozen = Set(Some(Stored(rows)));
            row.locked_at = Set(Some(work.now()));
            row.locked_by = Set(Some(work.actor()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((
                row.try_into()?,
                Event::of("friendsAndFamilyReturn.locked", id),
            ))
        })
        .await
}

/// Notes that a return was sent to the national collection, by another person than the one who locked it.
pub async fn submit(
    caller: &Caller<SubmitFriendsAndFamilyReturns>,
    id: FriendsAndFamilyReturnId,
    seen: IfMatch,
) -> Result<FriendsAndFamilyReturn, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            let next = before.status.after("submit")?;
            work.authority().person()?;
            if before.locked_by == Some(work.actor()) {
                let detail = "Whoever locked the return leaves it to somebody else to submit it";
                return Err(Problem::new(&types::SAME_PERSON, detail));
            }
            let mut row = before.into_active_model();
            row.status = Set(next);
            row.submitted_at = Set(Some(work.now()));
            row.submitted_by = Set(Some(work.actor()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((
                row.try_into()?,
                Event::of("friendsAndFamilyReturn.submitted", id),
            ))
        })
        .await
}

fn of(period: &str) -> Result<Period, Problem> {
    period.parse().map_err(Problem::internal)
}

/// What a return holds, with what decides how it is written.
pub struct Content {
    /// The return.
    pub of: FriendsAndFamilyReturn,
    /// By which rule.
    pub rule: &'static Rule,
    /// What is in it.
    pub rows: Vec<Row>,
}

/// What a return holds: what was locked, or what has come in so far.
pub async fn content(
    caller: &Caller<ReadFriendsAndFamily>,
    id: FriendsAndFamilyReturnId,
) -> Result<Content, Problem> {
    let reader = caller.read();
    let mut row = reader.get(id).await?;
    let period = of(&row.period)?;
    let rule = content::rule(row.setting, period)?;
    let rows = match row.frozen.take() {
        Some(Stored(rows)) => rows,
        None => {
            let tree = History::read(&reader, true).await?.during(&period.days());
            let connection = reader.connection();
            content::counted(connection, &tree, &row.organisation, row.setting, period).await?
        }
    };
    Ok(Content {
        of: row.try_into()?,
        rule,
        rows,
    })
}

impl Content {
    /// As JSON.
    pub fn view(&self) -> ReturnContent {
        ReturnContent {
            setting: self.of.setting,
            period: self.of.period,
            status: self.of.status,
            rows: self.rows.iter().map(Into::into).collect(),
        }
    }

    /// What its file is called, without its ending.
    pub fn name(&self) -> String {
        let FriendsAndFamilyReturn {
            organisation,
            setting,
            period,
            ..
        } = &self.of;
        format!("friends-and-family-return-{organisation}-{setting}-{period}")
    }
}
