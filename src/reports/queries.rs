//! What the reports count: one statement each, whose rows do not grow with the records.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SelectStatement};
use sea_orm::{
    ColumnTrait, IdenStatic, QueryFilter, QueryResult, QuerySelect, QueryTrait, Select, TryGetable,
};

use super::views::{ALL, Counted, Table};
use crate::agreements::{Status as AgreementStatus, entity as agreement};
use crate::appointments::{self, entity as appointment};
use crate::checks::{self, entity as check};
use crate::claims::{Status as ClaimStatus, entity as claim};
use crate::http::Problem;
use crate::inductions::{self, entity as induction};
use crate::one_to_ones::{self, entity as one_to_one};
use crate::opportunities::entity as opportunity;
use crate::store::{Reader, Record};
use crate::workstreams::{WorkstreamId, entity as workstream};

/// How late a claim is, by the day on which it is due: from so many days after it, and what that is called.
const LATENESS: &[(i64, &str)] = &[
    (i64::MIN, "Not yet due"),
    (1, "1 to 7 days late"),
    (8, "8 to 30 days late"),
    (31, "More than 30 days late"),
];

/// The states in which somebody waits for money.
const WAITING: &[ClaimStatus] = &[
    ClaimStatus::Submitted,
    ClaimStatus::Queried,
    ClaimStatus::Confirmed,
    ClaimStatus::Authorised,
    ClaimStatus::Exported,
];

fn value<T: TryGetable>(row: &QueryResult, column: &str) -> Result<T, Problem> {
    row.try_get("", column).map_err(Problem::from)
}

fn count(row: &QueryResult) -> Result<u64, Problem> {
    let count: i64 = value(row, "count")?;
    u64::try_from(count).map_err(Problem::internal)
}

/// Claims that wait for something, by what they wait for and how late they are.
pub(super) async fn claim_ageing(reader: &Reader<'_>, today: NaiveDate) -> Result<Table, Problem> {
    use claim::Column as Of;
    let query = reader
        .select::<claim::Entity>()
        .filter(Of::Status.is_in(WAITING.iter().copied()))
        .select_only()
        .columns([Of::Status, Of::DueOn])
        .column_as(Of::Id.count(), "count")
        .group_by(Of::Status)
        .group_by(Of::DueOn);
    let mut counted = vec![vec![Counted::default(); LATENESS.len()]; WAITING.len()];
    for row in reader.rows(&query.into_query()).await? {
        let status: ClaimStatus = value(&row, Of::Status.as_str())?;
        let due: Option<NaiveDate> = value(&row, Of::DueOn.as_str())?;
        let late = due.map_or(i64::MIN, |due| (today - due).num_days());
        let column = LATENESS.iter().rposition(|(from, _)| late >= *from);
        let line = WAITING.iter().position(|waiting| *waiting == status);
        let cell = line
            .zip(column)
            .and_then(|(line, column)| counted.get_mut(line)?.get_mut(column));
        if let Some(cell) = cell {
            cell.count += count(&row)?;
        }
    }
    let columns = LATENESS.iter().map(|(_, name)| (*name).to_owned());
    let lines = WAITING.iter().map(|status| status.word()).zip(counted);
    Ok(Table::adding_up(columns.collect(), lines.collect()))
}

/// What was paid from a day to a later one, by workstream and by the level of the role. The counts are partners, each
/// of whom counts once in a total.
pub(super) async fn spend(
    reader: &Reader<'_>,
    days: (NaiveDate, NaiveDate),
) -> Result<Table, Problem> {
    use claim::Column as Of;
    let mut lines: BTreeMap<WorkstreamId, Vec<Counted>> = BTreeMap::new();
    let mut all = vec![Counted::default(); LEVELS.len() + 1];
    let every = [(true, true), (true, false), (false, true), (false, false)];
    for (by_workstream, by_level) in every {
        let by = [(by_workstream, Of::WorkstreamId), (by_level, Of::RoleLevel)];
        let by = by
            .into_iter()
            .filter_map(|(by, column)| by.then_some(column));
        let by: Vec<claim::Column> = by.collect();
        for row in paid(reader, days, &by).await? {
            let line = match by_workstream {
                true => lines
                    .entry(value(&row, Of::WorkstreamId.as_str())?)
                    .or_insert_with(|| vec![Counted::default(); LEVELS.len() + 1]),
                false => &mut all,
            };
            let at = match by_level {
                true => {
                    let level: i32 = value(&row, Of::RoleLevel.as_str())?;
                    LEVELS.iter().position(|one| *one == level)
                }
                false => Some(LEVELS.len()),
            };
            if let Some(cell) = at.and_then(|at| line.get_mut(at)) {
                let pence: Option<i64> = value(&row, "pence")?;
                *cell = Counted {
                    count: count(&row)?,
                    pence: pence.unwrap_or_default(),
                };
            }
        }
    }
    let mut rows = named(reader, lines).await?;
    rows.push((ALL.to_owned(), all));
    Ok(Table {
        columns: LEVELS
            .iter()
            .map(|level| format!("Level {level}"))
            .collect(),
        rows,
        money: true,
    })
}

/// Partners who were paid, and how much, by some columns.
async fn paid(
    reader: &Reader<'_>,
    (first, last): (NaiveDate, NaiveDate),
    by: &[claim::Column],
) -> Result<Vec<QueryResult>, Problem> {
    use claim::Column as Of;
    let pence = Func::sum(Expr::col(Of::ExpensesPence).add(Expr::col(Of::PaymentsPence)));
    let mut query = reader
        .select::<claim::Entity>()
        .filter(Of::Status.eq(ClaimStatus::Paid))
        .filter(Of::PaidOn.between(first, last))
        .select_only()
        .columns(by.iter().copied())
        .column_as(Expr::col(Of::PartnerId).count_distinct(), "count")
        .column_as(Expr::from(pence), "pence");
    for column in by {
        query = query.group_by(*column);
    }
    reader.rows(&query.into_query()).await
}

/// The levels of a role.
const LEVELS: [i32; 4] = [1, 2, 3, 4];

/// How many days before a check expires it counts as expiring: the first of the warnings.
const EXPIRING: u64 = 60;

/// The states in which an agreement waits, and for whom.
const UNSIGNED: &[(AgreementStatus, &str)] = &[
    (AgreementStatus::Offered, "For both sides"),
    (AgreementStatus::AcceptedByOrganisation, "For the partner"),
    (AgreementStatus::AcceptedByPartner, "For the organisation"),
];

/// What is overdue in the support of partners, by workstream.
pub(super) async fn support(reader: &Reader<'_>, today: NaiveDate) -> Result<Table, Problem> {
    let inductions = reader
        .select::<induction::Entity>()
        .filter(induction::Column::Status.eq(inductions::Status::UnderWay))
        .filter(induction::Column::NextDueOn.lt(today));
    let talks = reader
        .select::<one_to_one::Entity>()
        .filter(one_to_one::Column::Status.eq(one_to_ones::Status::Planned))
        .filter(one_to_one::Column::PlannedFor.lt(today));
    let expiring = reader
        .select::<check::Entity>()
        .filter(check::Column::Status.eq(checks::Status::Cleared))
        .filter(check::Column::ExpiresOn.between(today, today + Days::new(EXPIRING)))
        .filter(checks::newest());
    let offered = reader
        .select::<agreement::Entity>()
        .filter(agreement::Column::Status.is_in(UNSIGNED.iter().map(|(status, _)| *status)));
    let counted = [
        (
            "Inductions with overdue items",
            by_workstream(reader, inductions, induction::Column::AppointmentId).await?,
        ),
        (
            "One-to-ones overdue",
            by_workstream(reader, talks, one_to_one::Column::AppointmentId).await?,
        ),
        (
            "Checks that expire within 60 days",
            by_workstream(reader, expiring, check::Column::AppointmentId).await?,
        ),
        (
            "Agreements that wait to be accepted",
            by_workstream(reader, offered, agreement::Column::AppointmentId).await?,
        ),
    ];

    let mut lines: BTreeMap<WorkstreamId, Vec<Counted>> = BTreeMap::new();
    for (at, (_, counts)) in counted.iter().enumerate() {
        for (workstream, count) in counts {
            let line = lines.entry(*workstream);
            let line = line.or_insert_with(|| vec![Counted::default(); counted.len()]);
            line[at].count += count;
        }
    }
    let columns = counted.iter().map(|(name, _)| (*name).to_owned());
    Ok(Table::adding_up(
        columns.collect(),
        named(reader, lines).await?,
    ))
}

/// Inductions with items that are overdue, by workstream and by how late the first of them is.
pub(super) async fn overdue_inductions(
    reader: &Reader<'_>,
    today: NaiveDate,
) -> Result<Table, Problem> {
    use induction::Column as Of;
    let late = reader
        .select::<induction::Entity>()
        .filter(Of::Status.eq(inductions::Status::UnderWay))
        .filter(Of::NextDueOn.lt(today));
    // What is not yet due is none of it.
    let columns: Vec<_> = LATENESS.iter().skip(1).collect();
    let place = |row: &QueryResult| -> Result<Option<usize>, Problem> {
        let due: NaiveDate = value(row, Of::NextDueOn.as_str())?;
        let late = (today - due).num_days();
        Ok(columns.iter().rposition(|(from, _)| late >= *from))
    };
    let query = joined(late, Of::AppointmentId, Some(Of::NextDueOn));
    let names = columns.iter().map(|(_, name)| (*name).to_owned());
    by_workstream_and(reader, query, names.collect(), place).await
}

/// Agreements that wait to be accepted, by workstream and by whom they wait for.
pub(super) async fn waiting_agreements(reader: &Reader<'_>) -> Result<Table, Problem> {
    use agreement::Column as Of;
    let waiting = reader
        .select::<agreement::Entity>()
        .filter(Of::Status.is_in(UNSIGNED.iter().map(|(status, _)| *status)));
    let place = |row: &QueryResult| -> Result<Option<usize>, Problem> {
        let found: AgreementStatus = value(row, Of::Status.as_str())?;
        Ok(UNSIGNED.iter().position(|(status, _)| *status == found))
    };
    let query = joined(waiting, Of::AppointmentId, Some(Of::Status));
    let names = UNSIGNED.iter().map(|(_, name)| (*name).to_owned());
    by_workstream_and(reader, query, names.collect(), place).await
}

/// A table with a line for each workstream, whose rows say in which column they count.
async fn by_workstream_and(
    reader: &Reader<'_>,
    query: SelectStatement,
    columns: Vec<String>,
    place: impl Fn(&QueryResult) -> Result<Option<usize>, Problem>,
) -> Result<Table, Problem> {
    let mut lines: BTreeMap<WorkstreamId, Vec<Counted>> = BTreeMap::new();
    for row in reader.rows(&query).await? {
        let line = lines.entry(value(&row, "workstream")?);
        let line = line.or_insert_with(|| vec![Counted::default(); columns.len()]);
        if let Some(cell) = place(&row)?.and_then(|at| line.get_mut(at)) {
            cell.count += count(&row)?;
        }
    }
    Ok(Table::adding_up(columns, named(reader, lines).await?))
}

/// How many records of a query there are for each workstream.
async fn by_workstream<E: Record>(
    reader: &Reader<'_>,
    query: Select<E>,
    of: E::Column,
) -> Result<Vec<(WorkstreamId, u64)>, Problem> {
    let rows = reader.rows(&joined(query, of, None)).await?;
    rows.iter()
        .map(|row| Ok((value(row, "workstream")?, count(row)?)))
        .collect()
}

/// How many records of a query there are for each workstream, by way of the appointment that each belongs to and that
/// has not ended, and for each value of another column.
fn joined<E: Record>(query: Select<E>, of: E::Column, by: Option<E::Column>) -> SelectStatement {
    let workstream = (opportunity::Entity, opportunity::Column::WorkstreamId);
    let mut query = query
        .select_only()
        .columns(by)
        .column_as(Expr::col(workstream), "workstream")
        .column_as(E::ID.count(), "count")
        .into_query();
    let is = |column: (appointment::Entity, appointment::Column)| Expr::col(column);
    query
        .inner_join(
            appointment::Entity,
            is((appointment::Entity, appointment::Column::Id)).equals((E::default(), of)),
        )
        .inner_join(
            opportunity::Entity,
            is((appointment::Entity, appointment::Column::OpportunityId))
                .equals((opportunity::Entity, opportunity::Column::Id)),
        )
        .and_where(
            is((appointment::Entity, appointment::Column::Status)).ne(appointments::Status::Ended),
        )
        .group_by_col(workstream)
        .group_by_columns(by.map(|by| (E::default(), by)));
    query
}

/// Lines with the names of the workstreams that they are about, by name.
async fn named(
    reader: &Reader<'_>,
    lines: BTreeMap<WorkstreamId, Vec<Counted>>,
) -> Result<Vec<(String, Vec<Counted>)>, Problem> {
    use workstream::Column as Of;
    let known = reader
        .select::<workstream::Entity>()
        .filter(Of::Id.is_in(lines.keys().copied()));
    let known = reader.all(known).await?;
    let name = |id| {
        let found = known.iter().find(|one| one.id == id);
        found.map_or_else(|| id.to_string(), |one| one.name.clone())
    };
    let mut named: Vec<_> = lines
        .into_iter()
        .map(|(id, counted)| (name(id), counted))
        .collect();
    named.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(named)
}
