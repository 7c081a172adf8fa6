//! How a published table is made: from the sums of the month, over all of England, and then cut to what is the caller's.

use super::super::counts::{self, Late};
use super::super::settings::{Level, Rule};
use super::table::{Line, columns, lay_out};
use super::views::{PublishedRow, PublishedTable, PublishedTableQuery};
use crate::access::Caller;
use crate::access::permissions::ReadFriendsAndFamily;
use crate::http::{FieldError, Problem, types};
use crate::organisations::{History, ROOT};

/// What is said beside every comparison.
pub const CAUTION: &str = "The Friends and Family Test does not rank providers: those who answer choose to, and ways of \
    asking differ. Compare a place with itself over time.";

/// A table with what decides how it is written.
pub struct Table {
    asked: PublishedTableQuery,
    rule: &'static Rule,
    lines: Vec<Line>,
}

/// The table for a month. What its rows hide is decided with every row of England in sight.
pub async fn table(
    caller: &Caller<ReadFriendsAndFamily>,
    asked: PublishedTableQuery,
) -> Result<Table, Problem> {
    let rule = rule_for(&asked)?;
    let reader = caller.read();
    let (connection, month) = (reader.connection(), asked.period..=asked.period);
    let counted = counts::of_months(connection, asked.setting, month, Late::Without, None).await?;
    let history = History::read(&reader, asked.level == Level::Ward).await?;
    let own = caller.scope().organisation.clone().unwrap_or_default();
    let (level, days, touchpoints) = (asked.level, asked.period.days(), rule.touchpoints);
    // All of England at the level of wards takes some milliseconds: no request should wait behind it.
    let lines = tokio::task::spawn_blocking(move || {
        let mut lines = lay_out(&history.during(&days), level, &counted, touchpoints);
        lines.retain(|line| own == ROOT || line.within.contains(&own));
        lines
    });
    let lines = lines.await.map_err(Problem::internal)?;
    Ok(Table { asked, rule, lines })
}

/// The rule of the setting in the month, if it is published at this level.
fn rule_for(asked: &PublishedTableQuery) -> Result<&'static Rule, Problem> {
    let refuse = |field: &str, code: &str, message: String| {
        let detail = "There is no such table";
        let error = FieldError::new(field, code, message);
        Problem::new(&types::INVALID_PARAMETER, detail).with_errors(vec![error])
    };
    let rule = Rule::of(asked.setting, asked.period.last());
    let rule = rule.ok_or_else(|| {
        let message =
            "this question is asked since April 2020; answers to the one before are another series";
        refuse("/period", "range", message.to_owned())
    })?;
    match asked.level <= rule.finest {
        true => Ok(rule),
        false => {
            let message = format!("the finest level of this setting is {}", rule.finest);
            Err(refuse("/level", "range", message))
        }
    }
}

impl Table {
    /// What the file is called when it is saved.
    pub fn name(&self) -> String {
        let PublishedTableQuery {
            setting,
            period,
            level,
        } = &self.asked;
        format!("friends-and-family-{setting}-{period}-{level}")
    }

    /// As a file: the columns of the published tables, and nothing else.
    pub fn file(&self) -> Result<Vec<u8>, Problem> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = columns(self.asked.level, self.rule);
        writer.write_record(header).map_err(Problem::internal)?;
        for line in &self.lines {
            let cells = line.cells(self.rule);
            writer.write_record(cells).map_err(Problem::internal)?;
        }
        writer.into_inner().map_err(Problem::internal)
    }

    /// As JSON.
    pub fn view(&self) -> PublishedTable {
        let lines = self.lines.iter();
        let (level, modes) = (self.asked.level, self.rule.modes);
        PublishedTable {
            setting: self.asked.setting,
            period: self.asked.period,
            level,
            caution: CAUTION.to_owned(),
            rows: lines
                .map(|line| PublishedRow::of(line, level, modes))
                .collect(),
        }
    }
}
