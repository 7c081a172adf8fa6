//! Copies of the embedded database.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Statement};

use super::{Failure, say};
use crate::config::Config;
use crate::store::{Database, Engine};
use crate::store::{Verdict, verify};

fn file_of(config: &Config) -> Result<PathBuf, Failure> {
    config.embedded_file().ok_or_else(|| {
        Failure::Usage(
            "backup and restore are for the embedded database; use pg_dump and pg_restore with PostgreSQL".to_owned(),
        )
    })
}

/// Makes an empty file that its owner alone reads, before anything is in it: what is written here holds
/// the signing keys and everybody's data.
fn private(file: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)
}

fn copy_privately(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut copy = private(to)?;
    std::io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()
}

fn at(file: &Path) -> impl Fn(std::io::Error) -> Failure {
    let file = file.display().to_string();
    move |error| Failure::Other(format!("{file}: {error}"))
}

/// Writes a consistent copy, while serving too. Refuses to overwrite a file.
pub async fn backup(config: &Config, file: &Path) -> Result<(), Failure> {
    let source = file_of(config)?;
    if !source.exists() {
        return Err(Failure::Usage(format!(
            "there is no database at {}",
            source.display()
        )));
    }
    if file.exists() {
        return Err(Failure::Usage(format!(
            "{} exists already; choose another name",
            file.display()
        )));
    }
    private(file).map_err(at(file))?;
    let database = Database::connect(&config.database_url).await?;
    let target = file.display().to_string();
    let statement = Statement::from_sql_and_values(
        sea_orm::DbBackend::Sqlite,
        "VACUUM INTO ?",
        [target.into()],
    );
    database.whole().execute_raw(statement).await?;
    database.close().await?;
    let entries = check(file).await?;
    say(format!(
        "wrote {}, checked: the ledger is whole with {entries} entries",
        file.display()
    ))
}

/// Checks a backup, then puts it in the place of the database. The service must not be running.
pub async fn restore(config: &Config, file: &Path) -> Result<(), Failure> {
    let target = file_of(config)?;
    if !file.exists() {
        return Err(Failure::Usage(format!(
            "there is no file {}",
            file.display()
        )));
    }
    // Old frames beside a restored file would be replayed into it.
    let beside =
        ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", target.display())));
    if beside.iter().any(|path| path.exists()) {
        return Err(Failure::Usage(format!(
            "{} exists; stop the service and move it away first, with its -wal and -shm files",
            target.display()
        )));
    }
    let entries = check(file).await?;
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
    }
    // Copied under another name first, so that an interrupted restore leaves no half database behind.
    let half = target.with_extension("restoring");
    let _ = std::fs::remove_file(&half);
    copy_privately(file, &half)
        .and_then(|()| std::fs::rename(&half, &target))
        .and_then(|()| match target.parent() {
            // The new name is on disk only when its folder is.
            Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
            _ => Ok(()),
        })
        .map_err(at(&target))?;
    say(format!(
        "restored {}, the ledger is whole with {entries} entries",
        target.display()
    ))
}

/// Looks whether a file is a whole database with a whole ledger, on a copy that is thrown away.
async fn check(file: &Path) -> Result<i64, Failure> {
    // Beside the backup, where the same people may read it.
    let copy = file.with_extension(format!("check-{}", uuid::Uuid::new_v4()));
    copy_privately(file, &copy).map_err(at(file))?;
    let checked = check_copy(&copy).await;
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", copy.display()));
    }
    checked.map_err(|failure| match failure {
        Failure::Other(reason) | Failure::Usage(reason) => {
            Failure::Other(format!("{} is no whole backup: {reason}", file.display()))
        }
        other => other,
    })
}

async fn check_copy(copy: &Path) -> Result<i64, Failure> {
    let database = Database::connect(&format!("sqlite://{}", copy.display())).await?;
    debug_assert_eq!(database.engine(), Engine::Sqlite);
    let statement = Statement::from_string(sea_orm::DbBackend::Sqlite, "PRAGMA integrity_check");
    let row = database.whole().query_one_raw(statement).await?;
    let word = row
        .map(|row| row.try_get_by_index::<String>(0))
        .transpose()?;
    if word.as_deref() != Some("ok") {
        return Err(Failure::Other("the file is damaged".to_owned()));
    }
    let verdict = verify(&database).await?;
    database.close().await?;
    match verdict {
        Verdict::Whole(entries) => Ok(entries),
        Verdict::Broken(seq, reason) => {
            Err(Failure::Other(format!("ledger entry {seq}: {reason}")))
        }
    }
}
