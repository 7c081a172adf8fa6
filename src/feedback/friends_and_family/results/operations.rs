//! How results are made: from sums, never from responses.

use super::super::counts::{self, Late};
use super::super::months;
use super::super::period::asked_for;
use super::super::published_tables::CAUTION;
use super::super::published_tables::views::PublishedRow;
use super::super::settings::{Level, Mode, Rule};
use super::views::{FriendsAndFamilyResults, ResultQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamily;
use crate::http::Problem;
use crate::organisations::{History, ROOT};

/// Results of all responses, those that came late among them.
pub async fn results(
    caller: &Caller<ReadFriendsAndFamily>,
    asked: ResultQuery,
) -> Result<FriendsAndFamilyResults, Problem> {
    let ResultQuery {
        setting,
        from,
        to,
        level,
    } = asked;
    let months = asked_for(from, to)?;
    let own = caller.scope().organisation.clone().unwrap_or_default();
    let reader = caller.read();
    let history = History::read(&reader, level == Level::Ward).await?;
    let around = (own != ROOT).then(|| history.around(&own));
    let mut counted = Vec::new();
    for run in months::runs(&history, &months) {
        let (connection, months) = (reader.connection(), run.clone());
        let around = around.as_ref();
        let sums = counts::of_months(connection, setting, months, Late::With, around).await?;
        counted.push((run, sums));
    }
    let touchpoints = Rule::of(setting, to.last()).map_or(&[][..], |rule| rule.touchpoints);
    let rows = tokio::task::spawn_blocking(move || {
        let lines = months::lay_out(&history, level, &counted, touchpoints).into_iter();
        let mine = lines.filter(|line| own == ROOT || line.within.contains(&own));
        mine.map(|line| PublishedRow::of(&line, level, Mode::ALL))
            .collect()
    });
    Ok(FriendsAndFamilyResults {
        setting,
        from,
        to,
        level,
        caution: CAUTION.to_owned(),
        rows: rows.await.map_err(Problem::internal)?,
    })
}
