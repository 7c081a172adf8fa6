//! What a return holds, and how it is written: the columns of the national collection.

use sea_orm::ConnectionTrait;

use super::super::counts::{self, Late, Tally};
use super::super::period::Period;
use super::super::published_tables::table::{lay_out, named_columns};
use super::super::settings::{Level, Mode, Rule, Setting, in_files};
use super::entity::Row;
use super::workbook::workbook;
use crate::http::{Problem, neutral};
use crate::organisations::Tree;

/// The rule by which a return is made.
pub fn rule(setting: Setting, period: Period) -> Result<&'static Rule, Problem> {
    Rule::of(setting, period.last()).ok_or_else(|| {
        Problem::field(
            "/period",
            "range",
            "this question is asked since April 2020",
        )
    })
}

/// The rows of an organisation's return, from the sums as they are now.
pub async fn counted(
    connection: &impl ConnectionTrait,
    tree: &Tree,
    organisation: &str,
    setting: Setting,
    period: Period,
) -> Result<Vec<Row>, Problem> {
    let rule = rule(setting, period)?;
    let months = period..=period;
    let counted = counts::of_months(connection, setting, months, Late::Without, None).await?;
    let lines = lay_out(tree, rule.finest, &counted, rule.touchpoints).into_iter();
    let own = lines.filter(|line| line.within.iter().any(|code| code == organisation));
    Ok(own
        .map(|line| Row {
            named: line.named,
            specialties: line.specialties,
            touchpoint: line.touchpoint,
            scores: line.tally.scores,
            modes: line.tally.modes,
        })
        .collect())
}

impl Row {
    /// Its numbers.
    pub fn tally(&self) -> Tally {
        Tally {
            scores: self.scores,
            modes: self.modes,
        }
    }
}

/// The columns of the national collection, for a setting.
pub fn header(rule: &Rule) -> Vec<String> {
    let mut columns = vec!["period".to_owned()];
    columns.extend(
        named_columns(rule.finest)
            .iter()
            .map(|name| (*name).to_owned()),
    );
    if rule.finest == Level::Ward {
        columns.extend(["first_specialty", "second_specialty"].map(str::to_owned));
    }
    if !rule.touchpoints.is_empty() {
        columns.push("touchpoint".to_owned());
    }
    let answers = (1..).zip(counts::ANSWERS);
    columns.extend(answers.map(|(number, name)| format!("{number}_{name}")));
    columns.push("total_responses".to_owned());
    let modes = rule.modes.iter();
    columns.extend(modes.map(|mode| format!("mode_{}", in_files(&mode.word()))));
    columns
}

/// A row as text, and as numbers from its first count on.
pub fn cells(row: &Row, rule: &Rule, period: Period) -> (Vec<String>, Vec<i64>) {
    let mut named = vec![period.to_string()];
    named.extend_from_slice(&row.named);
    if rule.finest == Level::Ward {
        named.extend(row.specialties.clone().unwrap_or_default());
    }
    if !rule.touchpoints.is_empty() {
        let touchpoint = row.touchpoint.map(|one| in_files(&one.word()));
        named.push(touchpoint.unwrap_or_default());
    }
    let tally = row.tally();
    let mut numbers: Vec<i64> = tally.scores.to_vec();
    numbers.push(tally.total());
    let modes = Mode::ALL.iter().zip(tally.modes);
    let counted = modes.filter(|(mode, _)| rule.modes.contains(mode));
    numbers.extend(counted.map(|(_, count)| count));
    (named, numbers)
}

/// The return as comma-separated values.
pub fn csv(rows: &[Row], rule: &Rule, period: Period) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(header(rule))
        .map_err(Problem::internal)?;
    for row in rows {
        let (named, numbers) = cells(row, rule, period);
        let named = named.iter().map(|cell| neutral(cell).into_owned());
        let numbers = numbers.iter().map(i64::to_string);
        writer
            .write_record(named.chain(numbers))
            .map_err(Problem::internal)?;
    }
    writer.into_inner().map_err(Problem::internal)
}

/// The return as a workbook.
pub fn xlsx(rows: &[Row], rule: &Rule, period: Period) -> Result<Vec<u8>, Problem> {
    let rows: Vec<_> = rows.iter().map(|row| cells(row, rule, period)).collect();
    workbook(&header(rule), &rows)
}
