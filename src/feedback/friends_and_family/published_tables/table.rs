//! How a published table is laid out: every place of the hierarchy has a row, and what it hides follows from all of
//! them. Pure.

use std::collections::HashMap;

use super::super::counts::{Place, Tally};
use super::super::settings::{Level, Mode, Rule, in_files};
use super::super::suppression::{Hidden, Row, Tie, suppress};
use crate::http::neutral;
use crate::organisations::Tree;

/// What stands in the place of a hidden number.
const HIDDEN: &str = "*";
/// What stands where no percentage exists.
const NONE: &str = "-";

/// A row of the table.
pub struct Line {
    /// The names of its columns' values, from the widest level to its own: codes, and names where they are published.
    pub named: Vec<String>,
    /// The codes of the organisations that it is in, the widest first.
    pub within: Vec<String>,
    /// Its numbers, hidden ones as well.
    pub tally: Tally,
    /// Which of them it does not show.
    pub hidden: Hidden,
}

/// How many of all, as the table writes it; nothing where there are none.
pub fn percentage(some: i64, all: i64) -> Option<String> {
    // The quotient as the nearest double, and its exact value rounded to four decimals: what everyone who divides two
    // cells of the table finds.
    let written = || format!("{:.4}", some as f64 / all as f64);
    (all > 0).then(written)
}

/// The same as a number.
pub fn fraction(some: i64, all: i64) -> Option<f64> {
    percentage(some, all)?.parse().ok()
}

/// The names of the columns that say what a row is about.
pub fn named_columns(level: Level) -> &'static [&'static str] {
    match level {
        Level::Icb => &["icb_code", "icb_name"],
        Level::Trust => &["icb_code", "trust_code", "trust_name"],
        Level::Site => &[
            "icb_code",
            "trust_code",
            "trust_name",
            "site_code",
            "site_name",
        ],
        Level::Ward => &[
            "icb_code",
            "trust_code",
            "trust_name",
            "site_code",
            "site_name",
            "ward_name",
        ],
    }
}

/// The names of all columns.
pub fn columns(level: Level, rule: &Rule) -> Vec<String> {
    const NUMBERS: [&str; 9] = [
        "total_responses",
        "percentage_positive",
        "percentage_negative",
        "very_good",
        "good",
        "neither_good_nor_poor",
        "poor",
        "very_poor",
        "dont_know",
    ];
    let named = named_columns(level).iter().chain(&NUMBERS);
    let modes = rule.modes.iter();
    let modes = modes.map(|mode| format!("mode_{}", in_files(&mode.word())));
    named.map(|name| (*name).to_owned()).chain(modes).collect()
}

impl Line {
    /// The percentages of those who found it good and of those who found it poor, as the table shows them.
    pub fn percentages(&self) -> [Option<String>; 2] {
        [self.tally.positive(), self.tally.negative()]
            .map(|some| percentage(some, self.tally.total()))
    }

    /// The cells, as a file has them.
    pub fn cells(&self, rule: &Rule) -> Vec<String> {
        let named = self.named.iter().map(|cell| neutral(cell).into_owned());
        let mut cells: Vec<String> = named.collect();
        cells.push(self.tally.total().to_string());
        cells.extend(self.percentages().map(|percentage| match self.hidden {
            Hidden::All => HIDDEN.to_owned(),
            _ => percentage.unwrap_or_else(|| NONE.to_owned()),
        }));
        let modes = rule.modes.iter().map(|mode| self.mode(*mode));
        let counts = self.tally.scores.into_iter().chain(modes);
        cells.extend(counts.map(|count| match self.hidden {
            Hidden::Nothing => count.to_string(),
            _ => HIDDEN.to_owned(),
        }));
        cells
    }

    /// How many answered by a mode.
    pub fn mode(&self, mode: Mode) -> i64 {
        let at = Mode::ALL.iter().position(|one| *one == mode);
        at.map_or(0, |at| self.tally.modes[at])
    }
}

/// The rows of a level, laid out by a hierarchy that has all levels down to it.
pub fn lay_out(tree: &Tree, level: Level, counted: &[(Place, Tally)]) -> Vec<Line> {
    let tallies = add_up(tree, level, counted);
    let hidden = suppress(&ranked(tree, level, &tallies)).pop();
    let numbers = tallies[level.depth()]
        .iter()
        .zip(hidden.unwrap_or_default());
    let line = |(at, (tally, hidden)): (usize, (&Tally, Hidden))| Line {
        named: named(tree, level, at),
        within: within(tree, level, at),
        tally: *tally,
        hidden,
    };
    numbers.enumerate().map(line).collect()
}

/// The tallies of every level down to one: each response counts where it was given, and in everything above.
fn add_up(tree: &Tree, level: Level, counted: &[(Place, Tally)]) -> Vec<Vec<Tally>> {
    let by_code = |branches: &[crate::organisations::tree::Branch]| -> HashMap<String, usize> {
        let each = branches.iter().enumerate();
        each.map(|(at, branch)| (branch.code.clone(), at)).collect()
    };
    let (trusts, sites) = (by_code(&tree.trusts), by_code(&tree.sites));
    let wards: HashMap<_, usize> = tree
        .wards
        .iter()
        .enumerate()
        .map(|(at, ward)| (ward.id.0, at))
        .collect();
    let none = |count: usize| vec![Tally::default(); count];
    let mut all = vec![
        none(tree.commissioners.len()),
        none(tree.trusts.len()),
        none(tree.sites.len()),
        none(tree.wards.len()),
    ];
    for (place, tally) in counted {
        let ward = wards.get(&place.unit).copied();
        // A place that has moved counts where it is in this month's hierarchy.
        let site = ward
            .map(|ward| tree.wards[ward].site)
            .or_else(|| sites.get(&place.site).copied());
        let trust = site
            .map(|site| tree.sites[site].parent)
            .or_else(|| trusts.get(&place.organisation).copied());
        let commissioner = trust.map(|trust| tree.trusts[trust].parent);
        for (level, at) in [commissioner, trust, site, ward].into_iter().enumerate() {
            if let Some(at) = at {
                all[level][at] += tally;
            }
        }
    }
    all.truncate(level.depth() + 1);
    all
}

fn ranked<'t>(tree: &'t Tree, level: Level, tallies: &[Vec<Tally>]) -> Vec<Vec<Row<'t>>> {
    let total = |at: usize, depth: usize| tallies[depth][at].total().unsigned_abs();
    let branches = [&tree.commissioners, &tree.trusts, &tree.sites];
    let mut levels: Vec<Vec<Row<'t>>> = Vec::new();
    for (depth, branches) in branches.iter().enumerate().take(level.depth() + 1) {
        let row = |(at, branch): (usize, &'t crate::organisations::tree::Branch)| Row {
            parent: branch.parent,
            total: total(at, depth),
            tie: Tie {
                code: &branch.code,
                ..Tie::default()
            },
        };
        levels.push(branches.iter().enumerate().map(row).collect());
    }
    if level == Level::Ward {
        let row = |(at, ward): (usize, &'t crate::organisations::tree::Ward)| Row {
            parent: ward.site,
            total: total(at, Level::Ward.depth()),
            tie: Tie {
                first_specialty: &ward.specialties[0],
                second_specialty: &ward.specialties[1],
                ward: &ward.name,
                ..Tie::default()
            },
        };
        levels.push(tree.wards.iter().enumerate().map(row).collect());
    }
    levels
}

/// Where a row stands in each level from its own up to the widest.
fn path(tree: &Tree, level: Level, at: usize) -> [Option<usize>; 4] {
    let ward = (level == Level::Ward).then_some(at);
    let site = match level {
        Level::Site => Some(at),
        _ => ward.map(|ward| tree.wards[ward].site),
    };
    let trust = match level {
        Level::Trust => Some(at),
        _ => site.map(|site| tree.sites[site].parent),
    };
    let commissioner = match level {
        Level::Icb => Some(at),
        _ => trust.map(|trust| tree.trusts[trust].parent),
    };
    [commissioner, trust, site, ward]
}

fn named(tree: &Tree, level: Level, at: usize) -> Vec<String> {
    let [commissioner, trust, site, ward] = path(tree, level, at);
    let mut named = Vec::with_capacity(6);
    if let Some(at) = commissioner {
        let branch = &tree.commissioners[at];
        named.push(branch.code.clone());
        if level == Level::Icb {
            named.push(branch.name.clone());
        }
    }
    let branches = [
        trust.map(|at| &tree.trusts[at]),
        site.map(|at| &tree.sites[at]),
    ];
    for branch in branches.into_iter().flatten() {
        named.extend([branch.code.clone(), branch.name.clone()]);
    }
    named.extend(ward.map(|at| tree.wards[at].name.clone()));
    named
}

fn within(tree: &Tree, level: Level, at: usize) -> Vec<String> {
    let [commissioner, trust, site, _] = path(tree, level, at);
    let branches = [
        commissioner.map(|at| &tree.commissioners[at]),
        trust.map(|at| &tree.trusts[at]),
        site.map(|at| &tree.sites[at]),
    ];
    let branches = branches.into_iter().flatten();
    branches.map(|branch| branch.code.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_four_decimals_and_halves_go_where_the_published_ones_go() {
        for (some, all, written) in [
            (59, 64, "0.9219"),
            // 0.03125 lies in the middle.
            (2, 64, "0.0312"),
            (6, 64, "0.0938"),
            (1, 3, "0.3333"),
            (2, 3, "0.6667"),
            (7, 7, "1.0000"),
            (0, 7, "0.0000"),
        ] {
            assert_eq!(
                percentage(some, all).as_deref(),
                Some(written),
                "{some} of {all}"
            );
        }
        assert_eq!(percentage(0, 0), None);
    }
}
