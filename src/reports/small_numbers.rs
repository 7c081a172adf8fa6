//! Small numbers: what may be told of a table of people without telling of one of them.
//!
//! One function for everything that counts people for others to read. The national table of the Friends and Family
//! Test has a rule of its own.
//!
//! - Zero is told. One to four are [`Shown::Few`]; everything else is rounded to the nearest five.
//! - Where one cell of a row or of a column is hidden and a neighbour is not, the total would give it away: the
//!   smallest neighbour that is not zero is hidden too ([`Shown::Withheld`]), until no line has a single hidden cell.
//! - Totals are those of the true numbers, and go through the same rule.
//!
//! Source: the field's custom, which no national rule sets (hence constants in one place).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Fewer than so many people, and more than none, are not told apart.
const FEW: u64 = 5;
/// What else is told is rounded to this.
const STEP: u64 = 5;

/// What is told of a number of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", tag = "told")]
pub enum Shown {
    /// Rounded to the nearest five.
    Rounded {
        /// How many.
        #[schema(minimum = 0, multiple_of = 5)]
        count: u64,
    },
    /// More than none, fewer than five.
    Few,
    /// Not told, because it would tell of a neighbour.
    Withheld,
}

impl Shown {
    /// What is told of a number that stands alone.
    pub fn alone(count: u64) -> Self {
        match count {
            1..FEW => Self::Few,
            _ => Self::Rounded {
                count: (count + STEP / 2) / STEP * STEP,
            },
        }
    }

    /// Whether what belongs to the number, such as a sum of money, is told either.
    pub fn is_told(self) -> bool {
        matches!(self, Self::Rounded { .. })
    }

    /// How it stands in a table for people, or in CSV.
    pub fn word(self) -> String {
        match self {
            Self::Rounded { count } => count.to_string(),
            Self::Few => format!("<{FEW}"),
            Self::Withheld => "*".to_owned(),
        }
    }
}

/// What is told of a table: its cells, and the totals of rows, of columns and of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The cells, by row.
    pub cells: Vec<Vec<Shown>>,
    /// The total of each row.
    pub rows: Vec<Shown>,
    /// The total of each column.
    pub columns: Vec<Shown>,
    /// The total of all.
    pub all: Shown,
}

/// What may be told of a table of people; rows that are shorter than others end in zeros.
pub fn told(table: &[Vec<u64>]) -> Told {
    let width = table.iter().map(Vec::len).max().unwrap_or_default();
    // The totals stand in the table as one more row and column: they are neighbours like others.
    let mut counts: Vec<Vec<u64>> = table.iter().map(|row| with_total(row, width)).collect();
    let sums = (0..=width).map(|at| counts.iter().map(|row| row[at]).sum());
    let sums = sums.collect();
    counts.push(sums);
    let mut shown: Vec<Vec<Shown>> = counts
        .iter()
        .map(|row| row.iter().map(|count| Shown::alone(*count)).collect())
        .collect();
    while let Some((row, column)) = giveaway(&counts, &shown) {
        shown[row][column] = Shown::Withheld;
    }
    let last = |mut row: Vec<Shown>| (row.pop(), row);
    let (all, columns) = last(shown.pop().unwrap_or_default());
    let (rows, cells): (Vec<_>, Vec<_>) = shown.into_iter().map(last).unzip();
    Told {
        cells,
        rows: rows.into_iter().flatten().collect(),
        columns,
        all: all.unwrap_or(Shown::Rounded { count: 0 }),
    }
}

fn with_total(row: &[u64], width: usize) -> Vec<u64> {
    let mut row = row.to_vec();
    row.resize(width, 0);
    row.push(row.iter().sum());
    row
}

/// A cell to withhold, because a line has a single hidden one: the smallest that is told and not zero.
fn giveaway(counts: &[Vec<u64>], shown: &[Vec<Shown>]) -> Option<(usize, usize)> {
    let width = counts.first().map_or(0, Vec::len);
    let rows = (0..counts.len()).map(|row| (0..width).map(|column| (row, column)).collect());
    let columns = (0..width).map(|column| (0..counts.len()).map(|row| (row, column)).collect());
    rows.chain(columns).find_map(|line: Vec<(usize, usize)>| {
        let (open, hidden): (Vec<_>, Vec<_>) = line
            .into_iter()
            .filter(|(row, column)| counts[*row][*column] > 0)
            .partition(|(row, column)| shown[*row][*column].is_told());
        let smallest = open
            .into_iter()
            .min_by_key(|(row, column)| counts[*row][*column]);
        smallest.filter(|_| hidden.len() == 1)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(shown: &[Shown]) -> Vec<String> {
        shown.iter().map(|shown| shown.word()).collect()
    }

    #[test]
    fn one_to_four_are_few_and_the_rest_is_rounded_to_five() {
        let shown: Vec<Shown> = [0, 1, 4, 5, 7, 8, 12, 13].map(Shown::alone).into();
        assert_eq!(words(&shown), ["0", "<5", "<5", "5", "5", "10", "10", "15"]);
    }

    #[test]
    fn a_neighbour_is_withheld_where_the_total_would_give_a_few_away() {
        let told = told(&[vec![3, 20, 31], vec![10, 20, 30]]);
        assert_eq!(words(&told.cells[0]), ["<5", "*", "30"]);
        assert_eq!(words(&told.cells[1]), ["*", "*", "30"]);
        assert_eq!(words(&told.rows), ["55", "60"]);
        assert_eq!(words(&told.columns), ["15", "40", "60"]);
        assert_eq!(told.all.word(), "115");
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(told(&[]).all.word(), "0");
        assert_eq!(told(&[vec![], vec![]]).all.word(), "0");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_line_has_a_single_hidden_number_beside_others(
            table in prop::collection::vec(prop::collection::vec(0u64..40, 4), 1..5),
        ) {
            let Told { cells, rows, columns, all } = told(&table);
            let mut lines: Vec<Vec<Shown>> = cells.iter().zip(&rows)
                .map(|(row, total)| row.iter().chain([total]).copied().collect())
                .collect();
            let totals: Vec<Shown> = columns.iter().chain([&all]).copied().collect();
            lines.push(totals);
            let across = (0..5).map(|at| lines.iter().map(|line| line[at]).collect::<Vec<_>>());
            for line in lines.iter().cloned().chain(across.collect::<Vec<_>>()) {
                let hidden = line.iter().filter(|shown| !shown.is_told()).count();
                let open = line.iter().any(|shown| matches!(shown, Shown::Rounded { count: 1.. }));
                prop_assert!(hidden != 1 || !open, "{line:?}");
            }
        }

        #[test]
        fn nothing_between_one_and_four_is_ever_told(
            table in prop::collection::vec(prop::collection::vec(0u64..9, 3), 1..6),
        ) {
            let told = told(&table);
            for (counts, shown) in table.iter().zip(&told.cells) {
                for (count, shown) in counts.iter().zip(shown) {
                    match count {
                        0 => prop_assert_eq!(*shown, Shown::Rounded { count: 0 }),
                        1..5 => prop_assert_eq!(*shown, Shown::Few),
                        _ => prop_assert!(*shown != Shown::Few),
                    }
                }
            }
        }
    }
}
