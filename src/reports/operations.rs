//! How reports are made.

use chrono::{Datelike, NaiveDate};
use futures_util::{Stream, stream};

use super::queries;
use super::views::{Report, SpendQuery, Table};
use crate::access::Caller;
use crate::access::permissions::ReadReports;
use crate::http::{CsvFile, Problem};
use crate::store::Reader;
use crate::values::day_of;

/// Claims that wait, by what for and how late they are.
pub async fn claim_ageing(caller: &Caller<ReadReports>) -> Result<Report, Problem> {
    of(caller, async |reader| {
        queries::claim_ageing(reader, reader.today()).await
    })
    .await
}

/// What was paid, by workstream and level, until the end of last month: what one payment adds is seen with the others
/// of its month.
pub async fn spend(caller: &Caller<ReadReports>, asked: SpendQuery) -> Result<Report, Problem> {
    of(caller, async |reader| {
        let today = reader.today();
        let year = asked.financial_year.unwrap_or(financial_year(today));
        let first = |year| NaiveDate::from_ymd_opt(year, 4, 1);
        let over = today.with_day(1).and_then(|first| first.pred_opt());
        let days = first(year).zip(first(year + 1).and_then(|next| next.pred_opt()).min(over));
        let days = days.ok_or_else(|| Problem::internal("a financial year without days"))?;
        queries::spend(reader, days).await
    })
    .await
}

/// What is overdue in the support of partners, by workstream.
pub async fn support(caller: &Caller<ReadReports>) -> Result<Report, Problem> {
    of(caller, async |reader| {
        queries::support(reader, reader.today()).await
    })
    .await
}

/// Inductions with items that are overdue, by workstream and by how late they are.
pub async fn overdue_inductions(caller: &Caller<ReadReports>) -> Result<Report, Problem> {
    of(caller, async |reader| {
        queries::overdue_inductions(reader, reader.today()).await
    })
    .await
}

/// Agreements that wait to be accepted, by workstream and by whom they wait for.
pub async fn waiting_agreements(caller: &Caller<ReadReports>) -> Result<Report, Problem> {
    of(caller, queries::waiting_agreements).await
}

/// The year in which the financial year of a day began.
fn financial_year(day: NaiveDate) -> i32 {
    day.year() - i32::from(day.month() < 4)
}

async fn of(
    caller: &Caller<ReadReports>,
    count: impl AsyncFnOnce(&Reader<'_>) -> Result<Table, Problem>,
) -> Result<Report, Problem> {
    let reader = caller.read();
    let now = reader.now();
    let organisation = reader.scope().organisation.clone();
    let organisation = organisation.ok_or_else(|| Problem::internal("nobody's report"))?;
    Ok(count(&reader).await?.told(organisation, now))
}

/// A report as a file.
pub fn file(
    name: &str,
    report: &Report,
) -> CsvFile<impl Stream<Item = Result<Vec<Vec<String>>, Problem>> + use<>> {
    let (columns, rows) = report.cells();
    CsvFile {
        name: format!("{name}-{}", day_of(report.made_at)),
        columns,
        portions: stream::iter([Ok(rows)]),
    }
}
