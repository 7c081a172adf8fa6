//! Whether the database can be used: what readiness asks, and the pulse that is felt meanwhile.

use std::path::Path;
use std::sync::atomic::Ordering;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::{Database, path_of};
use crate::http::Problem;
use crate::store::trust;

/// How much room an embedded database wants after its disk was full, in bytes: its log of changes takes half of that.
const ROOM: u64 = 8 * 1024 * 1024;

impl Database {
    /// Whether the database answers, takes changes, and no migration is missing.
    pub async fn ready(&self) -> Result<bool, Problem> {
        if self.is_failing() || self.cramped.load(Ordering::SeqCst) {
            self.cramped.store(true, Ordering::SeqCst);
            self.try_to_write().await?;
            self.cramped.store(false, Ordering::SeqCst);
        }
        Ok(self.up_to_date().await? && !self.read_only().await?)
    }

    /// After a commit failed: nobody sends changes to an instance that is not ready, so it tries one of its own.
    async fn try_to_write(&self) -> Result<(), Problem> {
        let folder = Path::new(path_of(&self.url)).parent();
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        let disk = rustix::fs::statvfs(folder.unwrap_or(Path::new(".")));
        // A small change finds room where a larger one does not: readiness would change to and fro.
        if disk.is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < ROOM) {
            return Err(Problem::unavailable(&"the disk is nearly full"));
        }
        self.write(async |transaction| {
            transaction
                .execute_unprepared("PRAGMA user_version = 1")
                .await?;
            Ok(())
        })
        .await
    }

    /// Whether the server takes no changes. If so, no connection to it is used any more.
    async fn read_only(&self) -> Result<bool, DbErr> {
        let Some(pulse) = &self.pulse else {
            return Ok(false);
        };
        let question = Statement::from_string(DbBackend::Postgres, "SHOW transaction_read_only");
        let row = pulse.query_one_raw(question).await?;
        let read_only = row
            .map(|row| row.try_get_by_index::<String>(0))
            .transpose()?;
        let read_only = read_only.as_deref() != Some("off");
        if read_only {
            trust::trouble();
        }
        Ok(read_only)
    }

    /// Feels the pulse of a server. When there is none, whoever waits for it is told so.
    pub async fn feel(&self) {
        match tokio::time::timeout(trust::SILENCE, self.read_only()).await {
            Ok(Ok(_)) => {}
            // There is no connection to be had: nobody need wait for one.
            Ok(Err(error @ DbErr::ConnectionAcquire(_))) => {
                tracing::warn!(%error, "the database lets nobody in");
                trust::silent();
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the database does not answer");
                trust::trouble();
            }
            Err(_) => {
                tracing::warn!("the database has fallen silent");
                trust::silent();
            }
        }
    }
}
