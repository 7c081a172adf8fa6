//! What all instances and commands of a deployment share: small values by name.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query};

use super::Database;
use crate::http::Problem;

fn columns() -> (Alias, Alias, Alias) {
    (
        Alias::new("deployment_secrets"),
        Alias::new("name"),
        Alias::new("value"),
    )
}

/// Every value whose name starts like this, with its name.
pub async fn values(database: &Database, start: &str) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let (table, name, value) = columns();
    let select = Query::select()
        .columns([name.clone(), value])
        .from(table)
        .and_where(Expr::col(name).like(format!("{start}%")))
        .to_owned();
    let rows = database.reads().query_all(&select).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// Keeps a value, in the place of an earlier one.
pub async fn keep(database: &Database, called: &str, new: Vec<u8>) -> Result<(), Problem> {
    let (_, name, value) = columns();
    let replace = OnConflict::column(name).update_column(value).to_owned();
    insert(database, called, new, replace).await
}

/// Keeps a value unless there is one.
pub async fn keep_first(database: &Database, called: &str, new: Vec<u8>) -> Result<(), Problem> {
    let (_, name, _) = columns();
    insert(
        database,
        called,
        new,
        OnConflict::column(name).do_nothing().to_owned(),
    )
    .await
}

async fn insert(
    database: &Database,
    called: &str,
    new: Vec<u8>,
    otherwise: OnConflict,
) -> Result<(), Problem> {
    let (table, name, value) = columns();
    let insert = Query::insert()
        .into_table(table)
        .columns([name, value])
        .values_panic([called.into(), new.into()])
        .on_conflict(otherwise)
        .to_owned();
    database
        .write(async |transaction| {
            transaction.execute(&insert).await?;
            Ok(())
        })
        .await
}
