//! How results over some months are laid out: each month by its own hierarchy, and then added up. Pure.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use uuid::Uuid;

use super::counts::{Place, Sum};
use super::period::Period;
use super::published_tables::table::{Finder, Line, length, series};
use super::settings::{Level, Touchpoint};
use crate::organisations::{History, Tree};

/// Months that follow each other, and in which nothing of the hierarchy changed.
pub type Run = RangeInclusive<Period>;

/// Some months, which follow each other, as runs: mostly as one.
pub fn runs(history: &History, months: &[Period]) -> Vec<Run> {
    let changes = history.changes();
    let mut runs: Vec<Run> = Vec::new();
    for month in months {
        match runs.last_mut() {
            Some(run) if !changed(&changes, run.start().first(), month.last()) => {
                *run = *run.start()..=*month;
            }
            _ => runs.push(*month..=*month),
        }
    }
    runs
}

/// Whether something begins or is over after one day, and no later than another.
fn changed(
    changes: &std::collections::BTreeSet<NaiveDate>,
    after: NaiveDate,
    last: NaiveDate,
) -> bool {
    use std::ops::Bound::{Excluded, Included};
    let mut between = changes.range((Excluded(after), Included(last)));
    between.next().is_some()
}

/// The hierarchy of a run.
pub fn hierarchy(history: &History, run: &Run) -> Tree {
    history.during(&(run.start().first()..=run.end().last()))
}

/// Where each place was last: for responses of days on which their place was not open.
pub fn last_known(history: &History) -> Tree {
    history.during(&(NaiveDate::MIN..=NaiveDate::MAX))
}

/// The codes of what a place was in: by its month's hierarchy, or else by where it was last.
pub fn within(finders: [&Finder<'_>; 2], place: &Place) -> Vec<String> {
    for finder in finders {
        let [commissioner, trust, site, _] = finder.path(place);
        let tree = finder.tree;
        let branches = [
            commissioner.map(|at| &tree.commissioners[at]),
            trust.map(|at| &tree.trusts[at]),
            site.map(|at| &tree.sites[at]),
        ];
        if trust.is_some() {
            let branches = branches.into_iter().flatten();
            return branches.map(|branch| branch.code.clone()).collect();
        }
    }
    vec![place.organisation.clone()]
}

/// What makes a row another one: where it is, which ward, and which series.
type Key = (Vec<String>, Option<(String, Uuid)>, Option<Touchpoint>);

fn key(tree: &Tree, level: Level, at: usize, line: &Line) -> Key {
    let ward = (level == Level::Ward).then(|| &tree.wards[at]);
    let ward = ward.map(|ward| (ward.name.clone(), ward.id.0));
    (line.within.clone(), ward, line.touchpoint)
}

/// The rows of a level over some runs, in the order of their codes. Every place that was open has one, and so has every
/// other one of which there are responses.
pub fn lay_out(
    history: &History,
    level: Level,
    counted: &[(Run, Vec<Sum>)],
    touchpoints: &[Touchpoint],
) -> Vec<Line> {
    let last = last_known(history);
    let last = Finder::of(&last);
    let mut rows: BTreeMap<Key, Line> = BTreeMap::new();
    let series = series(touchpoints);
    for (run, counted) in counted {
        let tree = hierarchy(history, run);
        for at in 0..length(&tree, level) {
            for touchpoint in &series {
                let line = Line::empty(&tree, level, at, *touchpoint);
                rows.entry(key(&tree, level, at, &line)).or_insert(line);
            }
        }
        let own = Finder::of(&tree);
        for sum in counted {
            let found = [&own, &last].into_iter().find_map(|finder| {
                let at = finder.path(&sum.place)[level.depth()]?;
                Some((finder.tree, at))
            });
            let Some((tree, at)) = found else {
                continue;
            };
            let touchpoint = sum.touchpoint.filter(|_| !touchpoints.is_empty());
            let line = Line::empty(tree, level, at, touchpoint);
            let row = rows.entry(key(tree, level, at, &line)).or_insert(line);
            row.tally += &sum.tally;
        }
    }
    rows.into_values().collect()
}
