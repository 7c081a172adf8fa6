//! The sums of responses: kept with each change that brings some, so that no result is counted from them.

use std::ops::RangeInclusive;

use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, InsertStatement, OnConflict, Query, SelectStatement,
};
use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use serde::Serialize;
use uuid::Uuid;

use super::period::Period;
use super::settings::{Mode, Setting, Touchpoint};
use crate::http::Problem;
use crate::organisations::Around;
use crate::store::Work;

/// How many answers there are.
pub const SCORES: usize = 6;
/// How many modes there are.
pub const MODES: usize = Mode::ALL.len();

/// The sums, by what they are counted by.
pub mod count {
    use sea_orm::entity::prelude::*;

    /// How many gave which answer, at a place, in a month, by a mode.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "friends_and_family_counts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub setting: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub period: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation: String,
        /// Empty where no site was named.
        #[sea_orm(primary_key, auto_increment = false)]
        pub site: String,
        /// Nil where no ward was named.
        #[sea_orm(primary_key, auto_increment = false)]
        pub unit: Uuid,
        /// Empty where there are none.
        #[sea_orm(primary_key, auto_increment = false)]
        pub touchpoint: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mode: String,
        /// Whether they came after the month was locked.
        #[sea_orm(primary_key, auto_increment = false)]
        pub late: bool,
        pub very_good: i64,
        pub good: i64,
        pub neither: i64,
        pub poor: i64,
        pub very_poor: i64,
        pub dont_know: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The columns of the answers, from very good to don't know.
pub const ANSWERS: [&str; SCORES] = [
    "very_good",
    "good",
    "neither",
    "poor",
    "very_poor",
    "dont_know",
];

/// The columns by which sums are told apart.
const KEY: [&str; 8] = [
    "setting",
    "period",
    "organisation",
    "site",
    "unit",
    "touchpoint",
    "mode",
    "late",
];

/// Where somebody was cared for, as they or whoever asked them said.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The trust or provider.
    pub organisation: String,
    /// The site; empty where none was named.
    pub site: String,
    /// The ward; nil where none was named.
    pub unit: Uuid,
}

/// What one row of the sums is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// Where people were asked.
    pub setting: Setting,
    /// The month of the responses.
    pub period: Period,
    /// At which place.
    pub place: Place,
    /// When in maternity care.
    pub touchpoint: Option<Touchpoint>,
    /// By which mode.
    pub mode: Mode,
    /// Whether they came after the month was locked.
    pub late: bool,
}

/// Rows in one statement.
const AT_ONCE: usize = 1_000;
/// The same of PostgreSQL, which gets them as one value.
const AT_ONCE_AS_JSON: usize = 10_000;

/// Adds to the sums, or with negative numbers takes away. Rows are taken in one order, so that two who add at the same
/// time do not wait for each other in a circle.
pub async fn add(work: &Work<'_>, mut rows: Vec<(Counted, [i64; SCORES])>) -> Result<(), Problem> {
    rows.sort();
    let transaction = work.transaction().await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        for some in rows.chunks(AT_ONCE_AS_JSON) {
            transaction.execute_raw(insert_from_json(some)?).await?;
        }
        return Ok(());
    }
    for some in rows.chunks(AT_ONCE) {
        transaction.execute(&insert(some)).await?;
    }
    Ok(())
}

/// A row of the sums as JSON.
#[derive(Serialize)]
struct Written {
    setting: String,
    period: String,
    organisation: String,
    site: String,
    unit: Uuid,
    touchpoint: String,
    mode: String,
    late: bool,
    very_good: i64,
    good: i64,
    neither: i64,
    poor: i64,
    very_poor: i64,
    dont_know: i64,
}

/// PostgreSQL plans a statement with thousands of parameters as long as it runs; with one, at once.
fn insert_from_json(rows: &[(Counted, [i64; SCORES])]) -> Result<Statement, Problem> {
    let written = |(counted, answers): &(Counted, [i64; SCORES])| {
        let [very_good, good, neither, poor, very_poor, dont_know] = *answers;
        Written {
            setting: counted.setting.to_value(),
            period: counted.period.to_string(),
            organisation: counted.place.organisation.clone(),
            site: counted.place.site.clone(),
            unit: counted.place.unit,
            touchpoint: counted
                .touchpoint
                .map(|one| one.to_value())
                .unwrap_or_default(),
            mode: counted.mode.to_value(),
            late: counted.late,
            very_good,
            good,
            neither,
            poor,
            very_poor,
            dont_know,
        }
    };
    let rows: Vec<Written> = rows.iter().map(written).collect();
    let json = serde_json::to_string(&rows).map_err(Problem::internal)?;
    let (key, answers) = (KEY.join(", "), ANSWERS.join(", "));
    let typed = ANSWERS.map(|name| format!("{name} bigint")).join(", ");
    let sums =
        ANSWERS.map(|name| format!("{name} = friends_and_family_counts.{name} + excluded.{name}"));
    let sql = format!(
        "INSERT INTO friends_and_family_counts ({key}, {answers}) SELECT {key}, {answers} \
         FROM json_to_recordset(CAST($1 AS json)) AS one(setting text, period text, organisation text, \
         site text, unit uuid, touchpoint text, mode text, late boolean, {typed}) \
         ON CONFLICT ({key}) DO UPDATE SET {}",
        sums.join(", ")
    );
    Ok(Statement::from_sql_and_values(
        DbBackend::Postgres,
        sql,
        [json.into()],
    ))
}

fn insert(rows: &[(Counted, [i64; SCORES])]) -> InsertStatement {
    let table = Alias::new("friends_and_family_counts");
    let columns = KEY.iter().chain(&ANSWERS).map(|name| Alias::new(*name));
    let mut insert = Query::insert();
    insert.into_table(table.clone()).columns(columns);
    for (counted, answers) in rows {
        let Counted {
            setting,
            period,
            place,
            touchpoint,
            mode,
            late,
        } = counted;
        let touchpoint = touchpoint.map(|one| one.to_value()).unwrap_or_default();
        let mut row: Vec<Expr> = vec![
            setting.to_value().into(),
            period.to_string().into(),
            place.organisation.as_str().into(),
            place.site.as_str().into(),
            place.unit.into(),
            touchpoint.into(),
            mode.to_value().into(),
            (*late).into(),
        ];
        row.extend(answers.iter().map(|count| Expr::from(*count)));
        insert.values_panic(row);
    }
    let mut known = OnConflict::columns(KEY.map(Alias::new));
    known.values(ANSWERS.map(|name| {
        let column = Alias::new(name);
        let before = Expr::col((table.clone(), column.clone()));
        let more = Expr::col((Alias::new("excluded"), column.clone()));
        (column, before.add(more))
    }));
    insert.on_conflict(known);
    insert
}

/// How many gave which answer, and by which mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// From very good to don't know.
    pub scores: [i64; SCORES],
    /// In the order of [`Mode::ALL`].
    pub modes: [i64; MODES],
}

impl Tally {
    /// All responses, those who don't know among them.
    pub fn total(&self) -> i64 {
        self.scores.iter().sum()
    }

    /// Those who found it very good or good.
    pub fn positive(&self) -> i64 {
        self.scores[0] + self.scores[1]
    }

    /// Those who found it poor or very poor.
    pub fn negative(&self) -> i64 {
        self.scores[3] + self.scores[4]
    }
}

impl std::ops::AddAssign<&Self> for Tally {
    fn add_assign(&mut self, more: &Self) {
        let sums = self.scores.iter_mut().chain(&mut self.modes);
        for (sum, more) in sums.zip(more.scores.iter().chain(&more.modes)) {
            *sum += more;
        }
    }
}

/// Whether responses count that came after their month was locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// They do: they were given.
    With,
    /// They do not: what was locked stays as it was.
    Without,
}

/// What was given at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Where.
    pub place: Place,
    /// When in maternity care.
    pub touchpoint: Option<Touchpoint>,
    /// How many gave which answer.
    pub tally: Tally,
}

/// The sums of a setting over some months, by place and touchpoint: over all of England, or around an organisation.
pub async fn of_months(
    connection: &impl ConnectionTrait,
    setting: Setting,
    months: RangeInclusive<Period>,
    late: Late,
    around: Option<&Around>,
) -> Result<Vec<Sum>, Problem> {
    let by = ["organisation", "site", "unit", "touchpoint"].map(Alias::new);
    let mut query = tallies(setting, &months, around);
    query.columns(by.clone()).group_by_columns(by);
    if late == Late::Without {
        query.and_where(Expr::col(Alias::new("late")).eq(false));
    }
    let rows = connection.query_all(&query).await?;
    rows.iter()
        .map(|row| {
            let place = Place {
                organisation: row.try_get("", "organisation")?,
                site: row.try_get("", "site")?,
                unit: row.try_get("", "unit")?,
            };
            let touchpoint: String = row.try_get("", "touchpoint")?;
            let touchpoint = (!touchpoint.is_empty()).then_some(touchpoint);
            Ok(Sum {
                place,
                touchpoint: touchpoint
                    .map(|word| Touchpoint::try_from_value(&word))
                    .transpose()?,
                tally: tally_of(row)?,
            })
        })
        .collect()
}

/// The tallies of a setting over some months, by month, trust or provider, and site; late ones among them.
pub async fn by_month(
    connection: &impl ConnectionTrait,
    setting: Setting,
    months: RangeInclusive<Period>,
    around: Option<&Around>,
) -> Result<Vec<(Period, Place, Tally)>, Problem> {
    let by = ["period", "organisation", "site"].map(Alias::new);
    let mut query = tallies(setting, &months, around);
    query.columns(by.clone()).group_by_columns(by);
    let rows = connection.query_all(&query).await?;
    rows.iter()
        .map(|row| {
            let month: String = row.try_get("", "period")?;
            let month = month.parse().map_err(Problem::internal)?;
            let place = Place {
                organisation: row.try_get("", "organisation")?,
                site: row.try_get("", "site")?,
                unit: Uuid::nil(),
            };
            Ok((month, place, tally_of(row)?))
        })
        .collect()
}

/// The sums of a setting over some months, to be grouped.
fn tallies(
    setting: Setting,
    months: &RangeInclusive<Period>,
    around: Option<&Around>,
) -> SelectStatement {
    let mut query = Query::select();
    let column = |name: &str| Expr::col(Alias::new(name));
    let (first, last) = (months.start().to_string(), months.end().to_string());
    query
        .from(count::Entity)
        .and_where(column("setting").eq(setting.to_value()))
        .and_where(column("period").between(first, last));
    if let Some(Around { trusts, sites }) = around {
        // A site that has moved counts for where it is.
        let moved = column("site").is_in(sites.iter().map(String::as_str));
        query.and_where(
            column("organisation")
                .is_in(trusts.iter().map(String::as_str))
                .or(moved),
        );
    }
    for (at, sum) in sums().enumerate() {
        query.expr_as(Expr::cust(sum), Alias::new(sum_name(at)));
    }
    query
}

/// What a sum is called in a row.
fn sum_name(at: usize) -> String {
    format!("sum_{at}")
}

/// The tally of a row that was read by [`tallies`].
fn tally_of(row: &QueryResult) -> Result<Tally, DbErr> {
    let mut tally = Tally::default();
    let places = tally.scores.iter_mut().chain(&mut tally.modes);
    for (at, sum) in places.enumerate() {
        *sum = row.try_get("", &sum_name(at))?;
    }
    Ok(tally)
}

/// What a tally is read by: the sum of each answer, then of each mode.
fn sums() -> impl Iterator<Item = String> {
    let all = ANSWERS.join(" + ");
    let answers = ANSWERS.map(|name| format!("CAST(SUM({name}) AS BIGINT)"));
    let modes = Mode::ALL.iter().map(move |mode| {
        let word = mode.to_value();
        format!("CAST(SUM(CASE WHEN mode = '{word}' THEN {all} ELSE 0 END) AS BIGINT)")
    });
    answers.into_iter().chain(modes)
}
