//! How a published table is laid out: every place of the hierarchy has a row, and what it hides follows from all of
//! them. Pure.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::counts::{Place, Sum, Tally};
use super::super::settings::{Level, Mode, Rule, Touchpoint, in_files};
use super::super::suppression::{Hidden, Row, Tie, suppress};
use crate::http::neutral;
use crate::organisations::Tree;
use crate::organisations::tree::{Branch, Ward};

/// What stands in the place of a hidden number.
const HIDDEN: &str = "*";
/// What stands where no percentage exists.
const NONE: &str = "-";

/// A row of the table.
#[derive(Clone)]
pub struct Line {
    /// The names of its columns' values, from the widest level to its own: codes, and names where they are published.
    pub named: Vec<String>,
    /// What a ward is for.
    pub specialties: Option<[String; 2]>,
    /// When in maternity care: touchpoints are series of their own.
    pub touchpoint: Option<Touchpoint>,
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
    let series: &[&str] = match rule.touchpoints {
        [] => &[],
        _ => &["touchpoint"],
    };
    let named = named_columns(level).iter().chain(series).chain(&NUMBERS);
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
        cells.extend(self.touchpoint.map(|one| in_files(&one.word())));
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

/// The series of a setting that has these touchpoints: one for each, or the only one.
pub fn series(touchpoints: &[Touchpoint]) -> Vec<Option<Touchpoint>> {
    match touchpoints {
        [] => vec![None],
        some => some.iter().copied().map(Some).collect(),
    }
}

/// The rows of a level, laid out by a hierarchy that has all levels down to it: those of each series, which hides what
/// it hides by itself.
pub fn lay_out(
    tree: &Tree,
    level: Level,
    counted: &[Sum],
    touchpoints: &[Touchpoint],
) -> Vec<Line> {
    let each = series(touchpoints).into_iter();
    each.flat_map(|touchpoint| {
        let counted = counted.iter();
        let own = counted.filter(|sum| touchpoint.is_none() || sum.touchpoint == touchpoint);
        let tallies = add_up(tree, level, own);
        let hidden = suppress(&ranked(tree, level, &tallies)).pop();
        let numbers = tallies[level.depth()]
            .iter()
            .zip(hidden.unwrap_or_default());
        let line = |(at, (tally, hidden)): (usize, (&Tally, Hidden))| Line {
            tally: *tally,
            hidden,
            ..Line::empty(tree, level, at, touchpoint)
        };
        numbers.enumerate().map(line).collect::<Vec<_>>()
    })
    .collect()
}

impl Line {
    /// The row of a place at which nobody answered.
    pub fn empty(tree: &Tree, level: Level, at: usize, touchpoint: Option<Touchpoint>) -> Self {
        Self {
            named: named(tree, level, at),
            specialties: (level == Level::Ward).then(|| tree.wards[at].specialties.clone()),
            touchpoint,
            within: within(tree, level, at),
            tally: Tally::default(),
            hidden: Hidden::Nothing,
        }
    }
}

/// Finds places in a hierarchy.
pub struct Finder<'t> {
    /// The hierarchy.
    pub tree: &'t Tree,
    trusts: HashMap<&'t str, usize>,
    sites: HashMap<&'t str, usize>,
    wards: HashMap<Uuid, usize>,
}

impl<'t> Finder<'t> {
    /// A finder.
    pub fn of(tree: &'t Tree) -> Self {
        let by_code = |branches: &'t [Branch]| {
            let each = branches.iter().enumerate();
            each.map(|(at, branch)| (branch.code.as_str(), at))
                .collect()
        };
        let wards = tree.wards.iter().enumerate();
        Self {
            tree,
            trusts: by_code(&tree.trusts),
            sites: by_code(&tree.sites),
            wards: wards.map(|(at, ward)| (ward.id.0, at)).collect(),
        }
    }

    /// Where a place stands in each level, from the widest. One that has moved counts where it is in this hierarchy.
    pub fn path(&self, place: &Place) -> [Option<usize>; 4] {
        let ward = self.wards.get(&place.unit).copied();
        let site = ward
            .map(|ward| self.tree.wards[ward].site)
            .or_else(|| self.sites.get(place.site.as_str()).copied());
        let trust = site
            .map(|site| self.tree.sites[site].parent)
            .or_else(|| self.trusts.get(place.organisation.as_str()).copied());
        let commissioner = trust.map(|trust| self.tree.trusts[trust].parent);
        [commissioner, trust, site, ward]
    }
}

/// How many rows a level has.
pub fn length(tree: &Tree, level: Level) -> usize {
    match level {
        Level::Icb => tree.commissioners.len(),
        Level::Trust => tree.trusts.len(),
        Level::Site => tree.sites.len(),
        Level::Ward => tree.wards.len(),
    }
}

/// The tallies of every level down to one: each response counts where it was given, and in everything above.
fn add_up<'s>(
    tree: &Tree,
    level: Level,
    counted: impl Iterator<Item = &'s Sum>,
) -> Vec<Vec<Tally>> {
    let finder = Finder::of(tree);
    let levels = Level::ALL.iter();
    let mut all: Vec<Vec<Tally>> = levels
        .map(|level| vec![Tally::default(); length(tree, *level)])
        .collect();
    for Sum { place, tally, .. } in counted {
        for (level, at) in finder.path(place).into_iter().enumerate() {
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
        let row = |(at, branch): (usize, &'t Branch)| Row {
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
        let row = |(at, ward): (usize, &'t Ward)| Row {
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
