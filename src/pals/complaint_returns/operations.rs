//! What can be done with returns about complaints.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, ComplaintReturnId, Entity, Model, submitted};
use super::figures::{Codes, SiteFigures, failures};
use super::lifecycle::Status;
use super::views::{
    ComplaintReturn, ComplaintReturnChanges, ComplaintReturnFilter, NewComplaintReturn,
    ReturnChecks,
};
use crate::access::Caller;
use crate::access::permissions::{
    ManageComplaintReturns, ReadComplaintReturns, SubmitComplaintReturns,
};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::organisations::ROOT;
use crate::organisations::operations::{check_own, hold};
use crate::pals::codes::entity::Model as Code;
use crate::pals::codes::{CodeSet, operations as codes};
use crate::store::{Event, Work};
use crate::users::UserId;
use crate::values::Stored;

/// One page of the returns.
pub async fn list(
    caller: &Caller<ReadComplaintReturns>,
    listing: Listing<ComplaintReturnFilter>,
) -> Result<Page<ComplaintReturn>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .apply_if(filter.status, |query, status| {
            query.filter(Column::Status.eq(status))
        })
        .apply_if(filter.year, |query, year| {
            query.filter(Column::Year.eq(year))
        });
    let page = reader.page(query, &paging, Newest).await?;
    Ok(page.map(ComplaintReturn::from))
}

/// One return.
pub async fn get(
    caller: &Caller<ReadComplaintReturns>,
    id: ComplaintReturnId,
) -> Result<ComplaintReturn, Problem> {
    caller.read().get(id).await.map(ComplaintReturn::from)
}

/// Each check that a return does not pass.
pub async fn checks(
    caller: &Caller<ReadComplaintReturns>,
    id: ComplaintReturnId,
) -> Result<ReturnChecks, Problem> {
    let reader = caller.read();
    let row = reader.get(id).await?;
    let known = reader
        .all(codes::of(&row.organisation, CodeSet::ALL))
        .await?;
    let failures = failed(&row, known, reader.today());
    Ok(ReturnChecks {
        passes: failures.is_empty(),
        failures,
    })
}

/// The first day of a return's year.
fn first_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 4, 1).unwrap_or(NaiveDate::MIN)
}

/// The last day of a return's year.
fn last_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year + 1, 3, 31).unwrap_or(NaiveDate::MAX)
}

fn failed(row: &Model, known: Vec<Code>, today: NaiveDate) -> Vec<FieldError> {
    let last = last_day(row.year);
    let (national, own): (Vec<Code>, Vec<Code>) = known
        .into_iter()
        .partition(|code| code.organisation == ROOT);
    let mut used = Codes::default();
    let mut sets: BTreeMap<_, _> = BTreeMap::new();
    for (set, code) in codes::in_use(national, last).into_keys() {
        sets.entry(set)
            .or_insert_with(std::collections::BTreeSet::new)
            .insert(code);
    }
    used.national = sets;
    let own = codes::in_use(own, last).into_keys();
    used.own_areas = own
        .filter(|(set, _)| *set == CodeSet::ClinicalSubArea)
        .map(|(_, code)| code)
        .collect();
    let mut failed = failures(&row.sites.0, &used);
    if today <= last {
        let message = "the year is over on 31 March";
        failed.push(FieldError::new("/year", "yearOver", message));
    }
    failed
}

/// The sites that a return names were the organisation's in its year, and no section goes on for ever.
async fn check_sites(
    work: &Work<'_>,
    organisation: &str,
    year: i32,
    sites: &[SiteFigures],
) -> Result<(), Problem> {
    let days = first_day(year)..=last_day(year);
    for (at, site) in sites.iter().enumerate() {
        if site.longest() > 100 {
            let (pointer, message) = (format!("/sites/{at}"), "at most 100 entries in a section");
            return Err(Problem::field(&pointer, "length", message));
        }
        let pointer = format!("/sites/{at}/siteCode");
        check_own(work, &pointer, site.site_code.as_str(), organisation, &days).await?;
    }
    Ok(())
}

/// Begins a return.
pub async fn add(
    caller: &Caller<ManageComplaintReturns>,
    new: NewComplaintReturn,
) -> Result<ComplaintReturn, Problem> {
    caller
        .write(async |work| {
            let NewComplaintReturn { year, sites } = new;
            let organisation = work.authority().scope.organisation.clone();
            check_sites(work, &organisation.unwrap_or_default(), year, &sites).await?;
            let row = ActiveModel {
                id: Set(ComplaintReturnId::new()),
                year: Set(year),
                sites: Set(Stored(sites)),
                authors: Set(Stored(vec![work.actor()])),
                status: Set(Status::FIRST),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            let event = Event::of("complaintReturn.added", row.id);
            Ok((row.into(), event))
        })
        .await
}

/// Changes a return that was not submitted.
pub async fn change(
    caller: &Caller<ManageComplaintReturns>,
    id: ComplaintReturnId,
    seen: IfMatch,
    changes: ComplaintReturnChanges,
) -> Result<ComplaintReturn, Problem> {
    caller
        .write(async |work| {
            let before = work.get(id).await?;
            before.status.after("change")?;
            let ComplaintReturnChanges { sites } = changes;
            if let Some(sites) = sites.value() {
                check_sites(work, &before.organisation, before.year, sites).await?;
            }
            let mut authors = before.authors.0.clone();
            let mut row = before.into_active_model();
            sites.map(Stored).onto(&mut row.sites);
            let author = work.actor();
            if row.sites.is_set() && !authors.contains(&author) {
                authors.push(author);
                row.authors = Set(Stored(authors));
            }
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("complaintReturn.changed", id)))
        })
        .await
}

/// Submits a return that passes every check and of which the caller wrote nothing: the only one of its year.
pub async fn submit(
    caller: &Caller<SubmitComplaintReturns>,
    id: ComplaintReturnId,
    seen: IfMatch,
) -> Result<ComplaintReturn, Problem> {
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            let next = row.status.after("submit")?;
            let detail = "Somebody submits it who wrote nothing of it";
            let person = work.second_person(&row.authors.0, detail)?;
            let known = work.all(codes::of(&row.organisation, CodeSet::ALL)).await?;
            let failed = failed(&row, known, work.today());
            if !failed.is_empty() {
                return Err(Problem::unmet("Some checks of the return fail", failed));
            }
            // Whoever submits another one meanwhile waits.
            hold(work, &row.organisation).await?;
            if work
                .one(submitted(&row.organisation, row.year))
                .await?
                .is_some()
            {
                let exists = FieldError::new("/year", "exists", "this year's was submitted");
                let problem = Problem::new(&types::ALREADY_EXISTS, "There is one for this year");
                return Err(problem.with_errors(vec![exists]));
            }
            let mut row = row.into_active_model();
            row.status = Set(next);
            row.submitted_by = Set(Some(UserId(person)));
            row.submitted_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("complaintReturn.submitted", id)))
        })
        .await
}
