//! How a trend is made: from sums, never from responses.

use std::collections::BTreeMap;

use super::super::counts::{self, Tally};
use super::super::months::{self, within};
use super::super::period::{Period, asked_for};
use super::super::published_tables::CAUTION;
use super::super::published_tables::table::Finder;
use super::views::{FriendsAndFamilyMonth, FriendsAndFamilyTrend, TrendQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamily;
use crate::http::Problem;
use crate::organisations::{History, ROOT};

/// The results of an organisation, and of all that belonged to it in each month.
pub async fn trend(
    caller: &Caller<ReadFriendsAndFamily>,
    asked: TrendQuery,
) -> Result<FriendsAndFamilyTrend, Problem> {
    let TrendQuery { setting, from, to } = asked;
    let asked = asked_for(from, to)?;
    let reader = caller.read();
    let organisation = caller.scope().organisation.clone().unwrap_or_default();
    let mut sums: BTreeMap<Period, Tally> = asked
        .iter()
        .map(|month| (*month, Tally::default()))
        .collect();
    let history = History::read(&reader, false).await?;
    let around = (organisation != ROOT).then(|| history.around(&organisation));
    let counted =
        counts::by_month(reader.connection(), setting, from..=to, around.as_ref()).await?;
    let last = months::last_known(&history);
    let last = Finder::of(&last);
    for run in months::runs(&history, &asked) {
        let tree = months::hierarchy(&history, &run);
        let own = Finder::of(&tree);
        for (month, place, tally) in counted.iter().filter(|(month, ..)| run.contains(month)) {
            let mine = organisation == ROOT || within([&own, &last], place).contains(&organisation);
            if let Some(sum) = sums.get_mut(month).filter(|_| mine) {
                *sum += tally;
            }
        }
    }
    let of = |(month, tally): (&Period, &Tally)| FriendsAndFamilyMonth::of(*month, tally);
    Ok(FriendsAndFamilyTrend {
        setting,
        caution: CAUTION.to_owned(),
        months: sums.iter().map(of).collect(),
        organisation,
    })
}
