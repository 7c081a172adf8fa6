//! Which months are locked: what comes in for them counts, and does not change their return.
//!
//! Whoever counts responses holds the months as they are until that is done, and whoever locks one waits for them. With
//! SQLite, changes take turns anyway.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};

use super::super::period::Period;
use super::super::settings::Setting;
use super::entity::{Column, Entity, Status};
use crate::http::Problem;
use crate::store::Work;

/// Any number that no other advisory lock of this service has.
const LOCK: i64 = 0x4550_0046;

/// Months by organisation and setting.
pub struct Locked(HashSet<(String, Setting, String)>);

impl Locked {
    /// Whether a month is locked.
    pub fn has(&self, organisation: &str, setting: Setting, period: Period) -> bool {
        !self.0.is_empty()
            && self
                .0
                .contains(&(organisation.to_owned(), setting, period.to_string()))
    }
}

/// Nobody locks a month until this change is done. Answers those that are locked among some months.
#[expect(
    clippy::disallowed_methods,
    reason = "an import counts for many organisations"
)]
pub async fn held(work: &Work<'_>, months: HashSet<Period>) -> Result<Locked, Problem> {
    let transaction = work.transaction().await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        let hold = format!("SELECT pg_advisory_xact_lock_shared({LOCK})");
        transaction.execute_unprepared(&hold).await?;
    }
    let months = months.into_iter().map(|month| month.to_string());
    let query = Entity::find()
        .select_only()
        .columns([Column::Organisation, Column::Setting, Column::Period])
        .filter(Column::Period.is_in(months))
        .filter(Column::Status.ne(Status::Open))
        .into_tuple::<(String, Setting, String)>();
    let locked = query.all(transaction).await?;
    Ok(Locked(locked.into_iter().collect()))
}

/// Waits until nobody counts responses, and lets nobody begin until this change is done.
pub async fn hold_all(work: &Work<'_>) -> Result<(), Problem> {
    let transaction = work.transaction().await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        let hold = format!("SELECT pg_advisory_xact_lock({LOCK})");
        transaction.execute_unprepared(&hold).await?;
    }
    Ok(())
}
