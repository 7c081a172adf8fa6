//! Which numbers of a published table stay hidden, so that nobody finds a person in them. Pure.
//!
//! NHS England's published rule, over levels from the widest to the finest (commissioner, trust, site, ward):
//!
//! - Within each parent, rows with responses are ranked by their total, the smallest first. The widest level has one
//!   parent, England.
//! - A row with 1 to 4 responses hides its counts and its percentages.
//! - If that is so for rank 1 and not for rank 2, rank 2 hides its counts.
//! - If the parent hides anything, for whatever reason, ranks 1 and 2 hide their counts.
//!
//! Totals are always shown, and so is every zero.
//!
//! What follows for whoever subtracts: within a parent that shows its counts, no row with responses is the only one that
//! hides them. Where the rule itself falls short: rank 2 keeps its percentages, so `total × percentage` gives its
//! positive answers as one number, and with the parent's those of rank 1, as one number too. Which of the answers they
//! were (very good or good) stays hidden, and so do the modes.

/// Fewer responses than this are few.
const FEW: u64 = 5;

/// What a row does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    /// It shows everything.
    Nothing,
    /// It shows neither how many gave which answer nor by which mode.
    Counts,
    /// It shows its total only.
    All,
}

/// What decides between rows of one parent with the same total, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie<'a> {
    /// A ward's first specialty.
    pub first_specialty: &'a str,
    /// A ward's second specialty.
    pub second_specialty: &'a str,
    /// A ward's name, by its code points.
    pub ward: &'a str,
    /// The code of anything else.
    pub code: &'a str,
}

/// A row of one level.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Where its parent stands in the level above; nothing counts at the widest level.
    pub parent: usize,
    /// How many responses it has.
    pub total: u64,
    /// What decides when totals are the same.
    pub tie: Tie<'a>,
}

/// What each row hides, level by level, from the widest to the finest.
pub fn suppress(levels: &[Vec<Row<'_>>]) -> Vec<Vec<Hidden>> {
    let mut all: Vec<Vec<Hidden>> = Vec::with_capacity(levels.len());
    for rows in levels {
        let hidden = suppress_level(rows, all.last().map(Vec::as_slice));
        all.push(hidden);
    }
    all
}

/// One level, below what its parents hide.
fn suppress_level(rows: &[Row<'_>], parents: Option<&[Hidden]>) -> Vec<Hidden> {
    let is_few = |row: &Row<'_>| (1..FEW).contains(&row.total);
    let rank = |at: usize| (rows[at].total, rows[at].tie);
    let few_hide_all = |row| match is_few(row) {
        true => Hidden::All,
        false => Hidden::Nothing,
    };
    let mut hidden: Vec<Hidden> = rows.iter().map(few_hide_all).collect();
    // The two smallest of each parent; with none above, England is the only one.
    let count = parents.map_or(1, <[Hidden]>::len);
    let mut smallest: Vec<[Option<usize>; 2]> = vec![[None; 2]; count];
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.total > 0) {
        let parent = parents.map_or(0, |_| row.parent);
        let Some([first, second]) = smallest.get_mut(parent) else {
            continue;
        };
        if first.is_none_or(|known| rank(at) < rank(known)) {
            (*first, *second) = (Some(at), *first);
        } else if second.is_none_or(|known| rank(at) < rank(known)) {
            *second = Some(at);
        }
    }
    for (parent, ranked) in smallest.iter().enumerate() {
        let above = parents.is_some_and(|parents| parents[parent] != Hidden::Nothing);
        let first_is_few = ranked[0].is_some_and(|at| is_few(&rows[at]));
        for (at, needed) in ranked.iter().zip([above, above || first_is_few]) {
            if let Some(at) = at
                && needed
            {
                hidden[*at] = hidden[*at].max(Hidden::Counts);
            }
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(parent: usize, total: u64, code: &str) -> Row<'_> {
        let tie = Tie {
            code,
            ..Tie::default()
        };
        Row { parent, total, tie }
    }

    fn ward(total: u64, first_specialty: &'static str, ward: &'static str) -> Row<'static> {
        let tie = Tie {
            first_specialty,
            ward,
            ..Tie::default()
        };
        Row {
            parent: 0,
            total,
            tie,
        }
    }

    use Hidden::{All, Counts, Nothing};

    #[test]
    fn few_responses_hide_everything_and_the_next_row_hides_its_counts() {
        let level = vec![
            row(0, 64, "A"),
            row(0, 2, "B"),
            row(0, 62, "C"),
            row(0, 0, "D"),
        ];
        assert_eq!(suppress(&[level]), [[Nothing, All, Counts, Nothing]]);
    }

    #[test]
    fn one_to_four_are_few_and_five_are_not() {
        for (total, hides) in [(0, Nothing), (1, All), (4, All), (5, Nothing)] {
            let level = vec![row(0, total, "A")];
            assert_eq!(suppress(&[level]), [[hides]], "{total}");
        }
    }

    #[test]
    fn a_second_row_that_is_few_itself_needs_no_third() {
        let level = vec![row(0, 1, "A"), row(0, 2, "B"), row(0, 9, "C")];
        assert_eq!(suppress(&[level]), [[All, All, Nothing]]);
    }

    #[test]
    fn each_parent_ranks_its_own() {
        let parents = vec![row(0, 20, "P"), row(0, 13, "Q")];
        let level = vec![
            row(0, 2, "A"),
            row(0, 18, "B"),
            row(1, 6, "C"),
            row(1, 7, "D"),
        ];
        let hidden = suppress(&[parents, level]);
        assert_eq!(hidden[0], [Nothing, Nothing]);
        assert_eq!(hidden[1], [All, Counts, Nothing, Nothing]);
    }

    #[test]
    fn what_a_parent_hides_its_two_smallest_rows_hide_down_to_the_wards() {
        // The second commissioner hides its counts because of the first; so do its trusts, and their sites.
        let commissioners = vec![row(0, 3, "P"), row(0, 60, "Q")];
        let trusts = vec![row(0, 3, "A"), row(1, 60, "B")];
        let sites = vec![
            row(0, 3, "A1"),
            row(1, 10, "B1"),
            row(1, 20, "B2"),
            row(1, 30, "B3"),
        ];
        let wards = vec![
            row(0, 3, "w"),
            row(1, 10, "x"),
            row(2, 9, "y"),
            row(2, 11, "z"),
            row(3, 30, "v"),
        ];
        let hidden = suppress(&[commissioners, trusts, sites, wards]);
        assert_eq!(hidden[0], [All, Counts]);
        assert_eq!(hidden[1], [All, Counts]);
        assert_eq!(hidden[2], [All, Counts, Counts, Nothing]);
        assert_eq!(hidden[3], [All, Counts, Counts, Counts, Nothing]);
    }

    #[test]
    fn ties_are_decided_by_specialty_then_name_by_code_point_then_code() {
        // Rank 1 is few, so it is rank 2 that tells.
        let second = |rows: Vec<Row<'_>>| {
            let hidden = suppress(&[rows]);
            hidden[0].iter().position(|one| *one == Counts).unwrap()
        };
        assert_eq!(
            second(vec![ward(1, "", "z"), ward(7, "b", "a"), ward(7, "a", "b")]),
            2
        );
        assert_eq!(
            second(vec![
                ward(1, "", "z"),
                ward(7, "", "ward"),
                ward(7, "", "Ward")
            ]),
            2
        );
        assert_eq!(
            second(vec![
                ward(1, "", "z"),
                ward(7, "", "Ward 2"),
                ward(7, "", "Ward 10")
            ]),
            2
        );
        assert_eq!(
            second(vec![row(0, 1, "Z"), row(0, 7, "B"), row(0, 7, "A")]),
            2
        );
    }

    /// A hierarchy whose totals add up, as totals of wards do.
    fn hierarchies() -> impl Strategy<Value = Vec<Vec<(usize, u64)>>> {
        let total = prop_oneof![3 => Just(0u64), 4 => 1u64..5, 4 => 5u64..9, 1 => 9u64..400];
        let wards = prop::collection::vec(total, 0..4);
        let sites = prop::collection::vec(wards, 0..4);
        let trusts = prop::collection::vec(sites, 0..4);
        prop::collection::vec(trusts, 1..6).prop_map(|commissioners| {
            let mut levels = vec![Vec::new(); 4];
            for trusts in commissioners {
                let commissioner = levels[0].len();
                levels[0].push((0, 0));
                for sites in trusts {
                    let trust = levels[1].len();
                    levels[1].push((commissioner, 0));
                    for wards in sites {
                        let site = levels[2].len();
                        levels[2].push((trust, 0));
                        for total in wards {
                            levels[3].push((site, total));
                            levels[2][site].1 += total;
                            levels[1][trust].1 += total;
                            levels[0][commissioner].1 += total;
                        }
                    }
                }
            }
            levels
        })
    }

    fn rows<'a>(levels: &[Vec<(usize, u64)>], names: &'a [String]) -> Vec<Vec<Row<'a>>> {
        let level = |level: &Vec<(usize, u64)>| {
            let each = level.iter().zip(names);
            each.map(|((parent, total), name)| row(*parent, *total, name))
                .collect()
        };
        levels.iter().map(level).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..Default::default() })]

        #[test]
        fn no_hidden_count_is_what_is_left_of_its_parent(levels in hierarchies()) {
            let names: Vec<String> = (0..400).map(|at| format!("{at:04}")).collect();
            let hidden = suppress(&rows(&levels, &names));
            for below in 1..levels.len() {
                for parent in 0..levels[below - 1].len() {
                    let children = levels[below].iter().zip(&hidden[below]);
                    let responding: Vec<Hidden> = children
                        .filter(|((of, total), _)| *of == parent && *total > 0)
                        .map(|(_, hides)| *hides)
                        .collect();
                    let hiding = responding.iter().filter(|one| **one != Nothing).count();
                    if hidden[below - 1][parent] == Nothing {
                        // The parent less what is shown would be the one that is hidden.
                        prop_assert_ne!(hiding, 1);
                    } else {
                        // What is shown must not add up to the parent.
                        prop_assert_eq!(hiding >= responding.len().min(2), true);
                    }
                }
            }
        }

        #[test]
        fn few_are_never_shown_and_zeros_always_are(levels in hierarchies()) {
            let names: Vec<String> = (0..400).map(|at| format!("{at:04}")).collect();
            let hidden = suppress(&rows(&levels, &names));
            for (level, hides) in levels.iter().zip(&hidden) {
                for ((_, total), hides) in level.iter().zip(hides) {
                    prop_assert_eq!(*hides == All, (1..5).contains(total));
                    prop_assert!(*total > 0 || *hides == Nothing);
                }
            }
        }

        #[test]
        fn the_order_of_the_rows_makes_no_difference(
            totals in prop::collection::vec(0u64..9, 1..12), seed in any::<u64>()
        ) {
            let names: Vec<String> = (0..12).map(|at| format!("{at:02}")).collect();
            let level: Vec<Row<'_>> = totals.iter().zip(&names).map(|(total, name)| row(0, *total, name)).collect();
            let mut order: Vec<usize> = (0..level.len()).collect();
            order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
            let shuffled: Vec<Row<'_>> = order.iter().map(|at| level[*at]).collect();
            let (plain, shuffled) = (suppress(&[level]), suppress(&[shuffled]));
            for (to, from) in order.iter().enumerate() {
                prop_assert_eq!(plain[0][*from], shuffled[0][to]);
            }
        }
    }
}
