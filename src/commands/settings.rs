//! The settings: what there is to set, what is in force, whether it would work.

use std::path::Path;

use super::{Failure, say};
use crate::config::{Config, SETTINGS, Sources};
use crate::store::Database;

/// Prints every setting with its default.
pub fn list() -> Result<(), Failure> {
    for setting in SETTINGS {
        say(format!(
            "{} (default: {})\n    {}",
            setting.name, setting.default, setting.meaning
        ))?;
    }
    Ok(())
}

/// Prints what is in force, as a file that `--config` takes.
pub fn show(sources: &Sources) -> Result<(), Failure> {
    say(sources.effective())
}

/// Looks whether the service would start: settings, data folder, database, schema. Says everything that is wrong.
pub async fn check(sources: &Sources, config: &Config) -> Result<(), Failure> {
    for doubt in sources.doubtful() {
        say(format!("note: {doubt}"))?;
    }
    say("the settings are fine")?;
    let mut wrong = Vec::new();
    let files = &config.files;
    if let (None, Err(error)) = (&files.bucket, writable(&files.folder)) {
        wrong.push(format!(
            "the folder {} cannot be written: {error}; uploaded files are kept there",
            files.folder.display()
        ));
    }
    if let Some(file) = config.embedded_file() {
        let folder = file.parent().unwrap_or(Path::new("."));
        match writable(folder) {
            Ok(()) => say(format!("the folder {} can be written", folder.display()))?,
            Err(error) => wrong.push(format!(
                "the folder {} cannot be written: {error}; it has to belong to the user that runs the service",
                folder.display()
            )),
        }
        if !file.exists() {
            say(format!(
                "the database {} is made at the first start",
                file.display()
            ))?;
            return finish(wrong);
        }
    }
    match Database::connect(&config.database_url).await {
        Ok(database) => {
            say(format!(
                "the database is {:?} and answers",
                database.engine()
            ))?;
            match database.schema().await {
                Ok(schema) => say(schema)?,
                Err(error) => wrong.push(crate::app::explain(&error)),
            }
            database.close().await?;
        }
        Err(error) => wrong.push(crate::app::explain(&error)),
    }
    finish(wrong)
}

fn finish(wrong: Vec<String>) -> Result<(), Failure> {
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failure::Usage(wrong.join("; "))),
    }
}

/// Writes a file into the folder, or the nearest one above it that is there, and takes it away again.
fn writable(folder: &Path) -> std::io::Result<()> {
    let nearest = folder.ancestors().find(|folder| folder.exists());
    let nearest = nearest.unwrap_or(Path::new("."));
    let probe = nearest.join(format!(".equal-partners-{}", uuid::Uuid::new_v4()));
    // A full disk takes a name but no bytes.
    let written = std::fs::write(&probe, [0; 4096]);
    let _ = std::fs::remove_file(&probe);
    written
}
