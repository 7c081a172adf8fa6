//! Small numbers: what may be told of a table of people without telling of one of them.
//!
//! One function for everything that counts people for others to read. The national table of the Friends and Family
//! Test has a rule of its own.
//!
//! - Zero is told. One to four are [`Shown::Few`]; everything else is rounded to the nearest five.
//! - Where one cell of a row or of a column is hidden and a neighbour is not, the total would give it away: the
//!   smallest neighbour that is not zero is hidden too ([`Shown::Withheld`]), until no line has a single hidden cell.
//! - Totals are those of the true numbers, and go through the same rule. Where people can stand in several cells, a
//!   total counts each of them once.
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

/// What may be told of a table of people. Its last row and its last column are totals: neighbours like others.
pub fn told(counts: &[Vec<u64>]) -> Vec<Vec<Shown>> {
    let alone = |row: &Vec<u64>| row.iter().map(|count| Shown::alone(*count)).collect();
    let mut shown: Vec<Vec<Shown>> = counts.iter().map(alone).collect();
    while let Some((row, column)) = giveaway(counts, &shown) {
        shown[row][column] = Shown::Withheld;
    }
    shown
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

    /// The table with its totals, which add up.
    fn with_totals(table: &[Vec<u64>]) -> Vec<Vec<u64>> {
        let add = |row: &Vec<u64>| [row.clone(), vec![row.iter().sum()]].concat();
        let mut table: Vec<Vec<u64>> = table.iter().map(add).collect();
        let width = table.first().map_or(0, Vec::len);
        let sums = (0..width).map(|at| table.iter().map(|row| row[at]).sum());
        table.push(sums.collect());
        table
    }

    #[test]
    fn a_neighbour_is_withheld_where_the_total_would_give_a_few_away() {
        let told = told(&with_totals(&[vec![3, 20, 31], vec![10, 20, 30]]));
        assert_eq!(words(&told[0]), ["<5", "*", "30", "55"]);
        assert_eq!(words(&told[1]), ["*", "*", "30", "60"]);
        assert_eq!(words(&told[2]), ["15", "40", "60", "115"]);
    }

    #[test]
    fn one_person_in_many_places_is_not_told_as_a_total() {
        // One partner in each of five workstreams, the same one: the total counts people.
        let told = told(&[
            vec![1, 1],
            vec![1, 1],
            vec![1, 1],
            vec![1, 1],
            vec![1, 1],
            vec![1, 1],
        ]);
        assert_eq!(words(&told[5]), ["<5", "<5"]);
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(words(&told(&with_totals(&[]))[0]), Vec::<String>::new());
        assert_eq!(words(&told(&[vec![0]])[0]), ["0"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_line_has_a_single_hidden_number_beside_others(
            table in prop::collection::vec(prop::collection::vec(0u64..40, 4), 1..5),
        ) {
            let lines = told(&with_totals(&table));
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
            let told = told(&with_totals(&table));
            for (counts, shown) in table.iter().zip(&told) {
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
