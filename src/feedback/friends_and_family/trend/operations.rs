//! How a trend is made: from sums, never from responses.

use std::collections::BTreeMap;

use super::super::counts::{self, Tally};
use super::super::period::Period;
use super::super::published_tables::CAUTION;
use super::views::{FriendsAndFamilyMonth, FriendsAndFamilyTrend, TrendQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamily;
use crate::http::{FieldError, Problem, types};
use crate::organisations::{ROOT, Tree};

/// Months in a trend at the most: ten years.
const LONGEST: usize = 120;

/// The results of an organisation, and of all that belongs to it, month by month.
pub async fn trend(
    caller: &Caller<ReadFriendsAndFamily>,
    asked: TrendQuery,
) -> Result<FriendsAndFamilyTrend, Problem> {
    let TrendQuery { setting, from, to } = asked;
    let months = from.until(to).take(LONGEST + 1).collect::<Vec<_>>();
    let wrong = match months.len() {
        0 => Some("not before the first month"),
        count if count > LONGEST => Some("120 months at the most"),
        _ => None,
    };
    if let Some(wrong) = wrong {
        let error = FieldError::new("/to", "range", wrong);
        let detail = format!("The last month is wrong: {wrong}");
        return Err(Problem::new(&types::INVALID_PARAMETER, detail).with_errors(vec![error]));
    }
    let reader = caller.read();
    let counted = counts::by_month(reader.connection(), setting, from..=to).await?;
    let organisation = caller.scope().organisation.clone().unwrap_or_default();
    let tree = Tree::read(&reader, Some(to.last()), false).await?;
    let mine = |trust: &str| organisation == ROOT || tree.holds(&organisation, trust);
    let mut sums: BTreeMap<Period, Tally> = months
        .into_iter()
        .map(|month| (month, Tally::default()))
        .collect();
    for (month, trust, tally) in counted {
        if let Some(sum) = sums.get_mut(&month).filter(|_| mine(&trust)) {
            *sum += &tally;
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
