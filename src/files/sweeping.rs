//! What is left where files are kept, and is nobody's: swept up by the housekeeping.

use std::path::Path as Folder;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, TryStreamExt};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QuerySelect};

use super::entity::{Column, Entity, FileId};
use super::file_store::{FileStore, folders_of_late, out_of_reach};
use crate::http::Problem;
use crate::store::{Scope, Store};

/// What is younger may belong to a change that is still being made.
const GRACE: Duration = Duration::from_secs(60 * 60);
/// How many are removed in one turn.
const AT_ONCE: u64 = 500;

/// Removes the bytes of files that were given up, and of those that no change ever named.
pub async fn sweep(store: &Store, place: &FileStore) -> Result<(), Problem> {
    given_up(store, place).await?;
    // Before the first file there is nothing to sweep, and no folder.
    if place.folder().is_some_and(|folder| !folder.exists()) {
        return Ok(());
    }
    let objects = place.store()?;
    if place.is_first_sweep() {
        unnamed(store, place, objects.list(None)).await?;
    } else {
        for folder in folders_of_late() {
            unnamed(store, place, objects.list(Some(&folder))).await?;
        }
    }
    if let Some(folder) = place.folder().cloned() {
        let swept = tokio::task::spawn_blocking(move || unfinished(&folder));
        swept.await.map_err(Problem::internal)?;
    }
    Ok(())
}

async fn given_up(store: &Store, place: &FileStore) -> Result<(), Problem> {
    let scope = Scope::system();
    let reader = store.reader(&scope);
    let query = reader
        .select::<Entity>()
        .filter(Column::RemovedAt.is_not_null())
        .limit(AT_ONCE);
    for row in reader.all(query).await? {
        place.remove(row.id).await?;
        let gone = Query::delete()
            .from_table(Alias::new("files"))
            .and_where(Expr::col(Alias::new("id")).eq(row.id.0))
            .to_owned();
        store
            .database
            .write(async |transaction| {
                transaction.execute(&gone).await?;
                Ok(())
            })
            .await?;
    }
    Ok(())
}

type Listed<'a> =
    futures_util::stream::BoxStream<'a, object_store::Result<object_store::ObjectMeta>>;

async fn unnamed(store: &Store, place: &FileStore, listed: Listed<'_>) -> Result<(), Problem> {
    let before = SystemTime::now() - GRACE;
    let old = listed.try_filter(|one| {
        let old = SystemTime::from(one.last_modified) < before;
        std::future::ready(old)
    });
    let mut pages = old.try_chunks(200).boxed();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| out_of_reach(&error.1))?;
        let ids: Vec<FileId> = page
            .iter()
            .filter_map(|one| one.location.filename()?.parse().ok())
            .collect();
        let scope = Scope::system();
        let reader = store.reader(&scope);
        let query = reader
            .select::<Entity>()
            .filter(Column::Id.is_in(ids.clone()));
        let named: Vec<FileId> = reader
            .all(query)
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect();
        for id in ids.into_iter().filter(|id| !named.contains(id)) {
            place.remove(id).await?;
        }
    }
    Ok(())
}

/// Removes what was being written to a folder when the service was killed. The store of objects does not list it.
fn unfinished(folder: &Folder) {
    let days = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = days.flat_map(|day| {
        std::fs::read_dir(day.path())
            .into_iter()
            .flatten()
            .flatten()
    });
    for file in files {
        let unfinished = file.file_name().to_string_lossy().contains('#');
        let modified = file.metadata().and_then(|about| about.modified()).ok();
        let old = modified.is_some_and(|at| at.elapsed().is_ok_and(|age| age > GRACE));
        if unfinished && old {
            let _ = std::fs::remove_file(file.path());
        }
    }
}
