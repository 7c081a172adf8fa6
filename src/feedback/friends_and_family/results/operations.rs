//! How results are made: from sums, never from responses.

use super::super::counts::{self, Late};
use super::super::published_tables::CAUTION;
use super::super::published_tables::table::{Line, lay_out};
use super::super::published_tables::views::PublishedRow;
use super::super::settings::{Level, Mode};
use super::super::suppression::Hidden;
use super::views::{FriendsAndFamilyResults, ResultQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamily;
use crate::http::{FieldError, Problem, types};
use crate::organisations::{ROOT, Tree};

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
    if to < from {
        let error = FieldError::new("/to", "order", "not before the first month");
        let detail = "The months are in the wrong order";
        return Err(Problem::new(&types::INVALID_PARAMETER, detail).with_errors(vec![error]));
    }
    let reader = caller.read();
    let months = from..=to;
    let counted = counts::of_months(reader.connection(), setting, months, Late::With).await?;
    let tree = Tree::read(&reader, Some(to.last()), level == Level::Ward).await?;
    let own = caller.scope().organisation.clone().unwrap_or_default();
    let rows = tokio::task::spawn_blocking(move || {
        let mine = |line: &Line| own == ROOT || line.within.contains(&own);
        let lines = lay_out(&tree, level, &counted).into_iter().filter(mine);
        let shown = lines.map(|line| Line {
            hidden: Hidden::Nothing,
            ..line
        });
        shown
            .map(|line| PublishedRow::of(&line, level, Mode::ALL))
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
