//! Reference data from a file.

use std::io::Read;
use std::path::Path;

use super::{Failure, open, say};
use crate::config::Config;
use crate::organisations::{self, Hierarchy};

/// Imports commissioners, trusts, sites and wards; all of the file or nothing.
pub async fn organisations(config: &Config, file: &Path) -> Result<(), Failure> {
    let hierarchy = match file.to_str() {
        Some("bundled") => organisations::bundled()?,
        _ => parse(file)?,
    };
    let store = open(config).await?;
    let done = organisations::operations::load(&store, &hierarchy).await?;
    say(format!(
        "the file has {} commissioners, {} trusts, {} sites and {} wards",
        done.commissioners, done.trusts, done.sites, done.wards
    ))?;
    say(format!(
        "added {} organisations and {} wards, changed {} organisations",
        done.organisations_added, done.wards_added, done.organisations_changed
    ))
}

fn parse(file: &Path) -> Result<Hierarchy, Failure> {
    let mut bytes = Vec::new();
    let read = match file.to_str() {
        Some("-") => std::io::stdin().lock().read_to_end(&mut bytes),
        _ => std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    Hierarchy::parse(&bytes).map_err(|errors| {
        for error in &errors {
            complain(error);
        }
        let count = errors.len();
        let ends = if count == 1 { "" } else { "s" };
        Failure::Other(format!(
            "nothing was imported; mend the {count} error{ends} above in {} and import it again",
            file.display()
        ))
    })
}

#[expect(clippy::print_stderr, reason = "this is what a command is for")]
fn complain(line: impl std::fmt::Display) {
    eprintln!("{line}");
}
