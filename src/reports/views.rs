//! What callers see of a report.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::small_numbers::{Shown, told};
use crate::values::{Line, OdsCode};

/// A table of counts, with small numbers suppressed: zero is told, one to four are `few`, the rest is rounded to five;
/// what would give a neighbour away is `withheld`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The organisation.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// What stands in each column.
    #[schema(value_type = Vec<Line>, max_items = 50)]
    pub columns: Vec<String>,
    /// The lines.
    #[schema(max_items = 10000)]
    pub rows: Vec<ReportRow>,
    /// All lines together.
    pub total: ReportRow,
}

/// A line of a report.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportRow {
    /// What it is about.
    #[schema(value_type = Line)]
    pub label: String,
    /// One cell for each column.
    #[schema(max_items = 50)]
    pub cells: Vec<ReportCell>,
    /// All columns together.
    pub total: ReportCell,
}

/// A count, and the sum of money that belongs to it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportCell {
    /// The count, as far as it is told.
    pub count: Shown,
    /// In reports about money: how much, in pence, to the nearest ten pounds; null where the count is not told.
    #[schema(minimum = 0, multiple_of = 1000)]
    pub pence: Option<i64>,
}

/// What is counted in one place of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub count: u64,
    pub pence: i64,
}

impl std::ops::AddAssign for Counted {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.pence += other.pence;
    }
}

/// A table before anything is suppressed. Its last row and its last column are totals.
pub(crate) struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<(String, Vec<Counted>)>,
    /// Whether it is about money.
    pub money: bool,
}

/// The line with the totals.
pub(crate) const ALL: &str = "All";
/// Money is told in steps of ten pounds: what was paid to one person is no difference of two sums.
const STEP: i64 = 1000;

impl Table {
    /// A table whose totals add up, because nothing is counted twice in it.
    pub(super) fn adding_up(columns: Vec<String>, rows: Vec<(String, Vec<Counted>)>) -> Self {
        let sum = |cells: &mut dyn Iterator<Item = Counted>| {
            cells.fold(Counted::default(), |mut sum, cell| {
                sum += cell;
                sum
            })
        };
        let mut all = vec![Counted::default(); columns.len()];
        for (_, cells) in &rows {
            all.iter_mut()
                .zip(cells)
                .for_each(|(all, cell)| *all += *cell);
        }
        let rows = rows.into_iter().chain([(ALL.to_owned(), all)]);
        let rows = rows.map(|(label, mut cells)| {
            cells.push(sum(&mut cells.iter().copied()));
            (label, cells)
        });
        Self {
            rows: rows.collect(),
            columns,
            money: false,
        }
    }

    /// What may be told of it.
    pub(crate) fn told(self, organisation: String, made_at: DateTime<Utc>) -> Report {
        let counts = self
            .rows
            .iter()
            .map(|(_, cells)| cells.iter().map(|cell| cell.count).collect());
        let told = told(&counts.collect::<Vec<Vec<u64>>>());
        let cell = |(shown, counted): (&Shown, &Counted)| ReportCell {
            count: *shown,
            pence: (self.money && shown.is_told())
                .then_some((counted.pence + STEP / 2) / STEP * STEP),
        };
        let rows = self
            .rows
            .iter()
            .zip(&told)
            .map(|((label, counted), shown)| {
                let mut cells: Vec<ReportCell> = shown.iter().zip(counted).map(cell).collect();
                let nothing = ReportCell {
                    count: Shown::alone(0),
                    pence: None,
                };
                ReportRow {
                    label: label.clone(),
                    total: cells.pop().unwrap_or(nothing),
                    cells,
                }
            });
        let mut rows: Vec<ReportRow> = rows.collect();
        let empty = || ReportRow {
            label: ALL.to_owned(),
            cells: Vec::new(),
            total: ReportCell {
                count: Shown::alone(0),
                pence: None,
            },
        };
        Report {
            organisation,
            made_at,
            total: rows.pop().unwrap_or_else(empty),
            rows,
            columns: self.columns,
        }
    }
}

impl Report {
    /// The report as rows of a file; money stands in columns of its own.
    pub(super) fn cells(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let every = self.rows.iter().chain([&self.total]);
        let money = every.clone().any(|row| row.total.pence.is_some());
        let names = self.columns.iter().map(String::as_str).chain([ALL]);
        let mut header = vec![String::new()];
        for name in names {
            header.push(name.to_owned());
            header.extend(money.then(|| format!("{name} (pence)")));
        }
        let rows = every.map(|row| {
            let mut line = vec![row.label.clone()];
            for cell in row.cells.iter().chain([&row.total]) {
                line.push(cell.count.word());
                let pence = || {
                    cell.pence
                        .map_or_else(|| "*".to_owned(), |pence| pence.to_string())
                };
                line.extend(money.then(pence));
            }
            line
        });
        (header, rows.collect())
    }
}

/// Which year a report is about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SpendQuery {
    /// The year in which the financial year began, on 1 April; this one without it.
    #[param(minimum = 2000, maximum = 2199)]
    pub financial_year: Option<i32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(count: u64, pence: i64) -> Counted {
        Counted { count, pence }
    }

    #[test]
    fn money_of_a_few_people_is_not_told_and_neither_is_what_would_give_it_away() {
        let row = |label: &str, cells: [(u64, i64); 3]| {
            (
                label.to_owned(),
                cells.map(|(count, pence)| counted(count, pence)).into(),
            )
        };
        let table = Table {
            columns: vec!["Level 3".to_owned(), "Level 4".to_owned()],
            rows: vec![
                row("Falls", [(2, 15_000), (20, 90_000), (20, 105_000)]),
                row("Diabetes", [(12, 70_400), (30, 100_000), (42, 170_400)]),
                row(ALL, [(14, 85_400), (50, 190_000), (60, 275_400)]),
            ],
            money: true,
        };
        let (header, rows) = table.told("RXL".to_owned(), DateTime::UNIX_EPOCH).cells();
        let all = [
            "",
            "Level 3",
            "Level 3 (pence)",
            "Level 4",
            "Level 4 (pence)",
            "All",
            "All (pence)",
        ];
        assert_eq!(header, all);
        assert_eq!(rows[0], ["Falls", "<5", "*", "*", "*", "20", "105000"]);
        assert_eq!(rows[1], ["Diabetes", "*", "*", "*", "*", "40", "170000"]);
        assert_eq!(
            rows[2],
            ["All", "15", "85000", "50", "190000", "60", "275000"]
        );
    }
}
