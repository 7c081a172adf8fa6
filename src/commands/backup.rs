//! Copies of the embedded database.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::{Failure, say};
use crate::config::Config;
use crate::store::{Database, Engine, Schema, Verdict, verify};

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
    let written = match copy(config, file).await {
        Ok(()) => File::open(file)
            .and_then(|copy| copy.sync_all())
            .and_then(|()| sync_folder_of(file))
            .map_err(at(file)),
        Err(error) => Err(error.into()),
    };
    if let Err(failure) = written {
        // Half a backup must not be taken for one.
        let _ = std::fs::remove_file(file);
        return Err(failure);
    }
    let (entries, _) = match check(file).await {
        Ok(checked) => checked,
        Err(failure) => {
            // It may be all that there is, but it must not be taken for a backup.
            let aside = PathBuf::from(format!("{}.unchecked", file.display()));
            std::fs::rename(file, &aside).map_err(at(&aside))?;
            return Err(failure);
        }
    };
    say(format!(
        "wrote {}, checked: the ledger is whole with {entries} entries",
        file.display()
    ))
}

async fn copy(config: &Config, file: &Path) -> Result<(), DbErr> {
    let database = Database::connect_to_read(&config.database_url).await?;
    let target = file.display().to_string();
    let statement = Statement::from_sql_and_values(
        sea_orm::DbBackend::Sqlite,
        "VACUUM INTO ?",
        [target.into()],
    );
    database.whole().execute_raw(statement).await?;
    database.close().await
}

/// A new name is on disk only when its folder is.
fn sync_folder_of(file: &Path) -> std::io::Result<()> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Makes this process the only one that serves from the embedded database, or replaces it, until what is
/// returned is dropped. What is cached of it is true only as long as nobody else changes it.
pub fn hold(config: &Config) -> Result<Option<File>, Failure> {
    let Some(file) = config.embedded_file() else {
        return Ok(None);
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
    }
    // Whoever moves `equal-partners.db*` away leaves it where it is.
    let name = file.with_extension("lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let lock = options
        .open(&name)
        .map_err(|error| DbErr::Custom(format!("{}: {error}", name.display())))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(Failure::Usage(format!(
            "another process serves from {}; stop it first",
            file.display()
        ))),
        Err(TryLockError::Error(error)) => Err(at(&name)(error)),
    }
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
    let _held = hold(config)?;
    // Old frames beside a restored file would be replayed into it.
    let beside =
        ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", target.display())));
    if beside.iter().any(|path| path.exists()) {
        return Err(Failure::Usage(format!(
            "{} exists; stop the service and move it away first, with its -wal and -shm files",
            target.display()
        )));
    }
    let (entries, schema) = check(file).await?;
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
    }
    // Copied under another name first, so that an interrupted restore leaves no half database behind.
    let half = target.with_extension("restoring");
    let _ = std::fs::remove_file(&half);
    copy_privately(file, &half)
        .and_then(|()| std::fs::rename(&half, &target))
        .and_then(|()| sync_folder_of(&target))
        .map_err(at(&target))?;
    say(format!(
        "restored {}, the ledger is whole with {entries} entries; {schema}",
        target.display()
    ))
}

/// Looks whether a file is a whole database with a whole ledger, on a copy that is thrown away.
async fn check(file: &Path) -> Result<(i64, Schema), Failure> {
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

async fn check_copy(copy: &Path) -> Result<(i64, Schema), Failure> {
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
    let schema = database.schema().await?;
    if !schema.newer.is_empty() {
        let newer = schema.newer.join(", ");
        return Err(Failure::Other(format!(
            "it was written by a newer release ({newer}); restore it with that one"
        )));
    }
    let verdict = verify(&database).await?;
    database.close().await?;
    match verdict {
        Verdict::Whole(entries) => Ok((entries, schema)),
        Verdict::Broken(seq, reason) => {
            Err(Failure::Other(format!("ledger entry {seq}: {reason}")))
        }
    }
}
